"""How long layouts take: `python -m tests.bench.layout`. CPU seconds, best of three; the first column names the graph.

Below it: whole scenes of the graph panel, folded and with one module unfolded.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import gradlab
from gradlab.draw.layout import Layout, LayoutRequest, lay_out
from gradlab.draw.layout.model import least_width
from gradlab.draw.scene import Outline, Scene, View, make_scene
from gradlab.lab.snapshot import NodeInfo
from tests.bench.graphs import Inputs, chain, densenet, lstm, random_dag
from tests.tui.graph_cases import Nodes

BARS = {"DenseNet-121 ops": 0.5, "LSTM, 25 steps": 0.1, "chain of 10,000": 1.0, "random, 200 nodes": 0.25,
        "random, 10,000 nodes": 5.0}  # fmt: skip
SCENE_BARS = {"10,000 nodes, folded": 5.0, "GPT, folded": 0.1, "GPT, one block unfolded": 0.1, "GPT, all blocks unfolded": 0.1}
GPT = Path(__file__).parents[1] / "networks" / "attention" / "gpt.md"


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


def infos_of(inputs: Inputs) -> tuple[NodeInfo, ...]:
    """Return a graph without modules as the screen gets it."""
    nodes = Nodes()
    for index, sources in enumerate(inputs):
        nodes.add(f"n{index}", "tanh" if sources else "input", *sources)
    return tuple(nodes.infos)


def scene_seconds(outline: Outline, *opened: str) -> tuple[float, Scene]:
    """Return the least CPU time in which a scene is made, and the scene."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        scene = make_scene(outline, View("network", frozenset(opened)))
        best = min(best, time.process_time() - start)
    return best, scene


def scenes() -> None:
    """Print the table of scenes."""
    huge, gpt = Outline(infos_of(random_dag(10_000, 3))), Outline(gradlab.load(GPT).nodes)
    blocks = tuple(f"block{k}" for k in range(4))
    asked = {
        "10,000 nodes, folded": (huge, ()), "GPT, folded": (gpt, ()), "GPT, one block unfolded": (gpt, blocks[:1]),
        "GPT, all blocks unfolded": (gpt, blocks),
    }  # fmt: skip
    print(f"\n{'scene':<26}{'seconds':>9}{'bar':>7}{'boxes':>7}")
    for name, (outline, opened) in asked.items():
        seconds, scene = scene_seconds(outline, *opened)
        print(f"{name:<26}{seconds:>9.3f}{SCENE_BARS[name]:>7}{len(scene.boxes):>7}")


def main() -> None:
    """Print the table."""
    graphs: dict[str, Inputs] = {
        "DenseNet-121 ops": densenet().inputs,
        "LSTM, 25 steps": lstm(25).inputs,
        "chain of 10,000": chain(10_000),
        "random, 200 nodes": random_dag(200, 1),
        "random, 2,000 nodes": random_dag(2_000, 2),
    }
    if "--all" in sys.argv:
        graphs["random, 10,000 nodes"] = random_dag(10_000, 3)
    print(f"{'graph':<22}{'nodes':>7}{'seconds':>9}{'bar':>7}{'columns':>9}{'rows':>8}{'segments':>10}")
    for name, inputs in graphs.items():
        seconds, drawn = measure(request(inputs), 1 if len(inputs) == 10_000 else 3)
        size = f"{drawn.columns:>9}{drawn.rows:>8}{len(drawn.segments):>10}"
        print(f"{name:<22}{len(inputs):>7}{seconds:>9.3f}{BARS.get(name, float('nan')):>7}{size}")
    scenes()


if __name__ == "__main__":
    main()
