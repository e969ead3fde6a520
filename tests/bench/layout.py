"""How long layouts take: `python -m tests.bench.layout`. CPU seconds, best of three; the first column names the graph."""

from __future__ import annotations

import time

from gradlab.draw.layout import Layout, LayoutRequest, lay_out
from gradlab.draw.layout.model import least_width
from tests.bench.graphs import Inputs, chain, densenet, lstm, random_dag

BARS = {"DenseNet-121 ops": 0.5, "LSTM, 25 steps": 0.1, "chain of 10,000": 1.0, "random, 200 nodes": 0.25}


def request(inputs: Inputs, width: int = 15) -> LayoutRequest:
    """Return a request with boxes as wide as their inputs need."""
    return LayoutRequest(inputs, [max(width, least_width(len(sources))) for sources in inputs], [4] * len(inputs))


def measure(asked: LayoutRequest, runs: int = 3) -> tuple[float, Layout]:
    """Return the least CPU time of some runs, and the layout."""
    best = float("inf")
    for _ in range(runs):
        start = time.process_time()
        drawn = lay_out(asked)
        best = min(best, time.process_time() - start)
    return best, drawn


def main() -> None:
    """Print the table."""
    graphs: dict[str, Inputs] = {
        "DenseNet-121 ops": densenet().inputs,
        "LSTM, 25 steps": lstm(25).inputs,
        "chain of 10,000": chain(10_000),
        "random, 200 nodes": random_dag(200, 1),
        "random, 2,000 nodes": random_dag(2_000, 2),
    }
    print(f"{'graph':<22}{'nodes':>7}{'seconds':>9}{'bar':>7}{'columns':>9}{'rows':>8}{'segments':>10}")
    for name, inputs in graphs.items():
        seconds, drawn = measure(request(inputs))
        size = f"{drawn.columns:>9}{drawn.rows:>8}{len(drawn.segments):>10}"
        print(f"{name:<22}{len(inputs):>7}{seconds:>9.3f}{BARS.get(name, float('nan')):>7}{size}")


if __name__ == "__main__":
    main()
