"""What it costs to take the statistics of all layers at every tenth update."""

from __future__ import annotations

import gradlab
from gradlab.lab.lab import Lab
from tests.bench.timing import medians

SCENARIOS = ("mlp/xor-trained", "mlp/digits-mlp", "init/tanh-xavier")
EVERY = 10


def report() -> str:
    """Give a table: the time of ten updates, and of the statistics after them."""
    lines = [f"{'statistics':24}{'10 updates':>14}{'statistics':>14}{'more':>8}"]
    for name in SCENARIOS:
        updates, looks = measure(name)
        lines.append(f"{name:24}{updates * 1e3:>11.2f} ms{looks * 1e3:>11.2f} ms{looks / updates:>8.0%}")
    return "\n".join(lines)


def measure(name: str) -> tuple[float, float]:
    """Give the seconds of ten updates by kernels, and of the statistics of all layers."""
    lab = gradlab.load(name, backend="jit")
    lab.train(EVERY)
    times = medians({"updates": lambda n: _train(lab, n), "statistics": lambda n: [lab.stats() for _ in range(n)]}, 5)
    return times["updates"], times["statistics"]


def _train(lab: Lab, times: int) -> None:
    for _ in range(times):
        lab.train(EVERY)
