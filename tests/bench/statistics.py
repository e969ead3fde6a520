"""What it costs to keep the statistics of all layers at every tenth update while training."""

from __future__ import annotations

from collections.abc import Callable

import gradlab
from gradlab.session import Lab
from gradlab.train.strips import EVERY
from tests.bench.timing import medians

SCENARIOS = ("mlp/xor-trained", "mlp/digits-mlp", "depth/highway")
UPDATES = {"mlp/xor-trained": 20_000, "mlp/digits-mlp": 200, "depth/highway": 20}
BAR = 0.05
NEVER = 1 << 60


def report() -> str:
    """Return a table: the time of an update without statistics, with them, and how much that is more."""
    lines = [f"{'statistics':24}{'without':>14}{'with':>14}{'more':>8}   (bar {BAR:.0%})"]
    for name in SCENARIOS:
        lab = gradlab.load(name, backend="jit")
        times = medians({"without": _training(lab, NEVER, name), "with": _training(lab, EVERY, name)}, 15)
        plain, kept = (times[label] / UPDATES[name] * 1e6 for label in ("without", "with"))
        lines.append(f"{name:24}{plain:>11.2f} µs{kept:>11.2f} µs{kept / plain - 1:>8.1%}")
    return "\n".join(lines)


def _training(lab: Lab, every: int, name: str) -> Callable[[int], None]:
    """Return a function that trains for some updates, so many times.

    Both use one laboratory: two of them, whose arrays lie at other addresses, differ by up to 8 % without any statistics.
    """

    def train(times: int) -> None:
        assert lab.run.strips is not None
        lab.run.strips.measures.every = every
        for _ in range(times):
            lab.train(UPDATES[name])

    return train
