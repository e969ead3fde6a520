"""The terminal's own cursor stands on what is chosen, so that a screen reader reads it."""

from __future__ import annotations

import pytest

from tests.tui.driving import MATRICES, lab_of, press, settle
from tests.tui.emulated import Emulated, emulated, know_the_driver


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    know_the_driver(monkeypatch)


def read(shown: Emulated, width: int) -> str:
    """Return what stands at the cursor and behind it."""
    shown.take()
    x, y = shown.screen.cursor.x, shown.screen.cursor.y
    return str(shown.screen.display[y][x : x + width])


async def test_it_follows_the_graph_the_table_and_the_lesson() -> None:
    async with emulated(lambda: lab_of(MATRICES), (120, 40)) as (shown, screen):
        await press(shown.pilot, "f")
        first = read(shown, 12)
        assert first.startswith("▸")
        await press(shown.pilot, "up")
        assert read(shown, 12).startswith("▸")
        assert read(shown, 12) != first
        screen.thread.do("focus x") if screen.thread is not None else None
        await settle(shown.pilot)
        screen.choose("node")
        await press(shown.pilot, "down", "right")
        assert "+0.250000◂" in read(shown, 12)


async def test_it_stands_in_the_line_while_one_is_typed_and_back_on_the_choice_then() -> None:
    async with emulated(size=(100, 30)) as (shown, _):
        await press(shown.pilot, "f")
        before = read(shown, 6)
        await press(shown.pilot, "colon", "a", "b")
        shown.take()
        y = shown.screen.cursor.y
        assert shown.screen.display[y].startswith(":ab")
        assert shown.screen.cursor.x >= 3
        await press(shown.pilot, "escape", "escape")
        assert read(shown, 6) == before
