"""Whole screens from real runs, as text.

`python -m tests.tui.screens.test_pictures` draws them anew, to be looked at before they are kept.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest

from gradlab.session import Lab
from tests.tui.driving import lab_of, opened, press, screen_text, type_line

FOLDER = Path(__file__).parent / "pictures"

NEURON = """---
title: TITLE
---
# The sigmoid neuron

A neuron with two inputs: weigh them, add a bias, squash the sum into the range from 0 to 1.

```python model
w0, w1, w2 = param(2.0), param(-3.0), param(-3.0)
x0, x1 = input(-1.0), input(-2.0)
a = w0 * x0
b = w1 * x1
s = a + b
dot = s + w2
minus = -dot
e = exp(minus)
below = 1 + e
f = 1 / below
g = sigmoid(dot)
```

Forward, gate by gate.

```lab
forward to dot
step
step
step
expect below ~= 1.367879 tol 5e-7
quiz f
forward
```

Backward: the multiply gate swaps its inputs and scales them by what arrives.

```lab
backward
```
"""

XOR = """
```python model
x = input([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
t = input([[0.0], [1.0], [1.0], [0.0]])
with layer("hidden"):
    h = tanh(dense(x, 2, init=normal(1.0)))
with layer("output"):
    y = dense(h, 1, init=normal(1.0))
loss = mean(square(y - t))
minimize(loss, sgd(lr=0.3))
```
"""


def neuron() -> Lab:
    return lab_of(NEURON, "The sigmoid neuron")


def xor() -> Lab:
    return lab_of(XOR)


class Shot(NamedTuple):
    """A screen: what is opened, its size, and the keys, or lines behind `:`, that lead there."""

    make: Callable[[], Lab]
    size: tuple[int, int]
    keys: tuple[str, ...] = ()


SHOTS = {
    "start": Shot(neuron, (100, 30)),
    "question": Shot(neuron, (120, 40), ("space",) * 6),
    "small": Shot(neuron, (80, 24), (*"nnnnnnnnnnf", ":goto 0.b.0", *"nnnn")),
    "training": Shot(xor, (120, 40), (":layout train", ":train 300", ":plot curve loss")),
    "wide": Shot(xor, (200, 60), ("f", "f")),
    "low": Shot(neuron, (110, 22), ("n", "n")),
    "tiny": Shot(neuron, (20, 5), ("n", "n")),
}


async def drawn(shot: Shot) -> str:
    """Return the screen as text."""
    async with opened(shot.make, shot.size) as (pilot, _):
        for key in shot.keys:
            await (type_line(pilot, key[1:]) if key.startswith(":") and len(key) > 1 else press(pilot, key))
        return screen_text(pilot) + "\n"


@pytest.mark.parametrize("name", SHOTS)
async def test_a_whole_screen_is_as_it_was_looked_at(name: str) -> None:
    assert await drawn(SHOTS[name]) == (FOLDER / f"{name}.txt").read_text(encoding="utf-8")


def write() -> None:
    """Draw all pictures anew."""
    with TemporaryDirectory() as folder:
        os.environ.update(GRADLAB_STATE_DIR=f"{folder}/state", GRADLAB_CONFIG_DIR=f"{folder}/config")
        os.environ.pop("NO_COLOR", None)
        for name, shot in SHOTS.items():
            (FOLDER / f"{name}.txt").write_text(asyncio.run(drawn(shot)), encoding="utf-8")


if __name__ == "__main__":
    write()
