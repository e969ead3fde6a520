"""A small scenario to sweep, and what the tests make of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.sweeps.asking import SweepWish, asked
from gradlab.sweeps.question import AskedSweep, Point, Result, SweepQuestion
from gradlab.sweeps.results import Done
from gradlab.sweeps.worker import PointRunner, run_points

TEXT = """---
title: small
seed: 2
---
# small

```python model
rate = 0.3
width = 2
spread = 1.0
x, t = dataset("xor", target="column")
h = tanh(dense(x, width, init=normal(spread)))
y = dense(h, 1, init=normal(1.0))
loss = mse(y, t)
minimize(loss, sgd(lr=rate))
```
"""


def scenario(folder: Path, text: str = TEXT, name: str = "small.md") -> Path:
    """Write a scenario into a folder, and return its file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def ask(path: Path, *over: str, updates: int | None = 20, seeds: Sequence[int] = (0, 1), **wish: Any) -> AskedSweep:
    """Return a sweep of a file."""
    return asked(path, SweepWish(over, updates=updates, seeds=tuple(seeds), **wish))


def alone(sweep: AskedSweep, number: int, updates: int | None = None) -> Result:
    """Return the result of one point that nothing was run before."""
    with np.errstate(all="ignore"):
        return PointRunner(sweep.question).run(sweep.plan.point(number, updates))


def bits(done: Done) -> dict[tuple[int, int], tuple[bytes, str]]:
    """Return what was measured as bytes, and why it failed, by place."""
    return {place: (np.array(result.measured).tobytes(), result.failed) for place, result in done.items()}


def ending(question: SweepQuestion, points: Sequence[Point]) -> list[Result]:
    """Run points, but end the process at number 3."""
    if any(point.number == 3 for point in points):
        os._exit(7)
    return run_points(question, points)
