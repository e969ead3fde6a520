"""The row that says what came of the last action: what matters most comes first."""

from __future__ import annotations

import pytest

from gradlab.draw.happening import headline
from gradlab.lab.outcome import Line, Outcome
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, settle, type_line


def shown(*lines: tuple[str, str], error: str = "") -> str:
    found = headline(Outcome(tuple(Line(kind, text) for kind, text in lines)), error)
    return "" if found is None else f"{found.kind}: {found.text}"


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        ((("value", "0.f.1"), ("watch", "watch 1: a = 2")), "value: 0.f.1 · watch 1: a = 2"),
        ((("stop", "breakpoint 1"), ("value", "0.f.1"), ("watch", "watch 1: a = 2")), "stop: breakpoint 1 · watch 1: a = 2"),
        ((("value", "0.f.1"), ("finding", "NaN in a"), ("watch", "watch 1: a = 2")), "finding: NaN in a · watch 1: a = 2"),
        ((("stop", "breakpoint 1"), ("value", "0.f.1"), ("finding", "NaN in a")), "stop: breakpoint 1 · NaN in a"),
        ((("watch", "watch 1: a = 2"),), "watch: watch 1: a = 2"),
        ((), ""),
    ],
)
def test_why_a_run_stopped_comes_before_what_is_watched(lines: tuple[tuple[str, str], ...], text: str) -> None:
    assert shown(*lines) == text


def test_an_error_is_one_line_with_what_was_perhaps_meant() -> None:
    assert shown(("error", "error: no"), ("error", " | ^ why"), error="error: no; why") == "error: error: no; why"


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_word_that_is_wrong_and_the_one_that_was_meant_stand_in_one_row(size: tuple[int, int]) -> None:
    async with opened(size=size) as (pilot, _):
        await type_line(pilot, "forwrad")
        assert "error: unknown action `forwrad`; did you mean `forward`?" in screen_text(pilot).splitlines()[-2]


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_breakpoint_is_told_before_the_watches(size: tuple[int, int]) -> None:
    async with opened(size=size) as (pilot, _):
        await type_line(pilot, "watch w0 + w1")
        await type_line(pilot, "break at dot")
        await press(pilot, "c")
        row = screen_text(pilot).splitlines()[-2]
        assert row.index("breakpoint 2, at dot") < row.index("watch 1: w0 + w1")


async def test_what_was_cancelled_says_so() -> None:
    async with opened(lambda: lab_of(MATRICES)) as (pilot, screen):
        assert screen.thread is not None
        screen.thread.do("watch loss")
        screen.thread.do("train 100000000")
        while not screen.moment.work.action:
            await pilot.pause()
        await press(pilot, "escape")
        row = screen_text(pilot).splitlines()[-2]
        assert row.index("stopped at") < row.index("watch 1: loss = ")
        assert "error" not in row


async def test_help_alone_is_a_page() -> None:
    async with opened(size=(80, 24)) as (pilot, _):
        await type_line(pilot, "help")
        text = screen_text(pilot)
        assert "what can be done" in text
        assert "accumulate [NODE] [with EXPR]" in text
        assert "    run a backward pass that adds to the gradients of the last" in text
        assert "esc closes" in text


async def test_behind_a_training_the_graph_stands_on_the_forward_graph() -> None:
    async with opened(lambda: lab_of(MATRICES)) as (pilot, screen):
        for line in ("train 3", "step update", "goto 2.u.1", "step", "train 2"):
            await type_line(pilot, line)
            await settle(pilot)
            phase = screen.moment.nodes[screen.moment.focus].phase
            assert phase == ("u" if line == "step" else "f"), line
