"""What it costs to keep the statistics of all layers at every tenth update while training."""

from __future__ import annotations

from collections.abc import Callable

import gradlab
from gradlab.lab.lab import Lab
from tests.bench.timing import medians

SCENARIOS = ("mlp/xor-trained", "mlp/digits-mlp", "depth/highway")
UPDATES = {"mlp/xor-trained": 20_000, "mlp/digits-mlp": 200, "depth/highway": 20}
BAR = 0.05


def report() -> str:
    """Give a table: the time of an update without statistics, with them, and how much that is more."""
    lines = [f"{'statistics':24}{'without':>14}{'with':>14}{'more':>8}   (bar {BAR:.0%})"]
    for name in SCENARIOS:
        times = medians({"without": _training(name, kept=False), "with": _training(name, kept=True)}, 15)
        plain, kept = (times[label] / UPDATES[name] * 1e6 for label in ("without", "with"))
        lines.append(f"{name:24}{plain:>11.2f} µs{kept:>11.2f} µs{kept / plain - 1:>8.1%}")
    return "\n".join(lines)


def _training(name: str, *, kept: bool) -> Callable[[int], None]:
    """Give a function that trains for some updates, so many times; both labs go the same way from the beginning."""
    lab = gradlab.load(name, backend="jit")
    if not kept:
        lab.run.strips = None
        lab.run.machine.measure(None)
    return lambda times: _train(lab, times, UPDATES[name])


def _train(lab: Lab, times: int, updates: int) -> None:
    for _ in range(times):
        lab.train(updates)
