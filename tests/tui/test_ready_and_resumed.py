"""What is told of kernels that have become ready, of a session that goes on, and of a line of the lesson that failed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import gradlab
from gradlab.recording import kept
from gradlab.session import Lab
from tests.tui.driving import comes_up, lab_of, opened, press, screen_text, type_line

FAILS = """
```python model
w, x = param(2.0), input(-1.0)
dot = w * x
f = sigmoid(dot)
```

```lab
forward to dot
expect dot ~= 3
step
backward f
```
"""


@dataclass
class Ended:
    """Compiling that has ended."""

    failure: str = ""
    done: bool = True

    def stop(self) -> None:
        """Do nothing: it has ended."""


def small() -> Lab:
    return gradlab.load("mlp/xor-trained", backend="auto")


def with_kernels(lab: Lab, ready: Callable[[object], bool], failure: str = "") -> None:
    """Let compiling have ended, well or not."""
    machine = lab.backend._next
    assert machine is not None
    lab.backend._next = replace(machine, ready=ready)
    lab.backend._warming = Ended(failure)


async def test_kernels_that_become_ready_while_nothing_runs_are_told_of_once() -> None:
    async with opened(small, size=(100, 30)) as (pilot, screen):
        assert screen.thread is not None and screen.thread._lab is not None
        with_kernels(screen.thread._lab, lambda tape: True)
        screen._pulse()
        assert await comes_up(pilot, "kernels are compiled")
        text = screen_text(pilot)
        assert text.count("what runs next goes at full speed") == 2, "in the strip's row, and in a corner"
        await press(pilot, "n")
        screen._pulse()
        await press(pilot, "n")
        assert "kernels are compiled" not in screen_text(pilot)


async def test_kernels_that_came_to_nothing_are_told_of_as_that() -> None:
    async with opened(small, size=(100, 30)) as (pilot, screen):
        assert screen.thread is not None and screen.thread._lab is not None
        with_kernels(screen.thread._lab, lambda tape: False, "the process that compiles kernels ended with exit code 1")
        screen._pulse()
        assert await comes_up(pilot, "ended with exit code 1")
        assert "kernels are compiled" not in screen_text(pilot)


async def test_a_session_that_goes_on_says_of_what_it_is_and_where_it_stands() -> None:
    async with opened(lambda: gradlab.load("circuits/sigmoid-neuron"), size=(100, 30)) as (pilot, screen):
        await press(pilot, "n", "n", "n")
        await type_line(pilot, "focus w0")
        assert screen.thread is not None
        screen.thread.close()
    async with opened(lambda: kept.resume(kept.latest("")), size=(80, 24)) as (pilot, screen):
        await press(pilot, "shift+f12")
        text = screen_text(pilot)
        assert "resumed circuits/sigmoid-neuron at 0.f.3: " in text
        assert screen.moment.node is not None and screen.moment.node.name == "w0", "one looks where one looked"


async def test_a_line_that_failed_stays_marked_until_it_is_mended() -> None:
    async with opened(lambda: lab_of(FAILS), size=(80, 24)) as (pilot, screen):
        await press(pilot, "space", "space")
        assert "FAIL" in screen_text(pilot)
        for _ in range(2):
            await press(pilot, "space")
            assert "✗ line 2 failed" in screen_text(pilot)
            assert "✗ 1 of 1 claim failed" in screen_text(pilot)
        while screen.moment.failed:
            await press(pilot, "backspace")
        assert "failed" not in screen_text(pilot)
        await type_line(pilot, "set w = -3")
        await press(pilot, "space", "space")
        assert not screen.moment.failed and "failed" not in screen_text(pilot)
