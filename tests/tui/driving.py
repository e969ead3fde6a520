"""Driving the app in tests: keys, waiting for the lab thread, and the screen as text."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from gradlab.scenario.model import draft_text
from gradlab.session import Lab
from gradlab.tui.app import GradlabApp
from gradlab.tui.screens.laboratory import Laboratory

LESSON = """---
title: TITLE
---
# The sigmoid neuron
Two inputs, three weights, one *squashing* function.

```python model
w0, w1, w2 = param(2.0), param(-3.0), param(-3.0)
x0, x1 = input(-1.0), input(-2.0)
dot = w0*x0 + w1*x1 + w2
f = sigmoid(dot)
```

Walk forward gate by gate.

```lab
forward
# then back
say watch the sum
quiz grad(dot)
backward
```
"""

MATRICES = """
```python model
x = input([[1.0, -2.0, 3.0], [0.5, 0.25, -0.125]])
with layer("hidden"):
    h = tanh(dense(x, 4, init=normal(0.5)))
with layer("out"):
    y = dense(h, 1, init=normal(0.5))
loss = mean(square(y - 1.0))
minimize(loss, sgd(lr=0.01))
```
"""


def lab_of(text: str = LESSON, title: str = "The sigmoid neuron") -> Lab:
    """Return a laboratory on the text of a scenario."""
    return Lab(draft_text(text.replace("TITLE", title)).finish(), "plain")


@asynccontextmanager
async def opened(
    make: Callable[[], Lab] = lab_of, size: tuple[int, int] = (120, 34), at: str | None = None
) -> AsyncIterator[tuple[Pilot[Any], Laboratory]]:
    """Run the app on a laboratory, settled."""
    app = GradlabApp(make=make, at=at)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        screen = laboratory(pilot)
        while screen.thread is None:
            await pilot.pause()
        await settle(pilot)
        yield pilot, screen


def laboratory(pilot: Pilot[Any]) -> Laboratory:
    """Return the laboratory of an app."""
    return next(screen for screen in pilot.app.screen_stack if isinstance(screen, Laboratory))


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until the lab thread has done everything, and the screen has drawn it."""
    for screen in pilot.app.screen_stack:
        thread = screen.thread if isinstance(screen, Laboratory) else None
        while thread is not None and not thread.idle:
            reached = threading.Event()
            thread._put(reached.set)
            await asyncio.to_thread(reached.wait)
            await pilot.pause()
    await pilot.pause()


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys, and wait for what they do after each."""
    for key in keys:
        await pilot.press(key)
        await settle(pilot)


async def type_line(pilot: Pilot[Any], line: str) -> None:
    """Type a line behind `:` and finish it."""
    await press(pilot, "colon")
    for letter in line:
        await pilot.press(letter)
    await press(pilot, "enter")


def screen_text(pilot: Pilot[Any]) -> str:
    """Return what stands on the screen, as text."""
    width, height = pilot.app.size
    lines = pilot.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in line).ljust(width).rstrip() for line in lines[:height])


async def comes_up(pilot: Pilot[Any], text: str, rounds: int = 200) -> bool:
    """Return whether a text stands on the screen, after some more rounds of drawing if need be: a busy machine draws late."""
    for _ in range(rounds):
        if text in screen_text(pilot):
            return True
        await settle(pilot)
    return False
