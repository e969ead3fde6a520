"""A panel, a picture or a snapshot that fails says so where it stands, and the lab goes on."""

from __future__ import annotations

from typing import Any

import pytest

from gradlab.session import Lab
from gradlab.tui.panels.plots import PlotsPanel
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, type_line


def broken(*_: Any) -> Any:
    raise ZeroDivisionError("on purpose")


async def test_a_panel_that_cannot_draw_says_so_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PlotsPanel, "draw", broken)
    async with opened(lambda: lab_of(MATRICES), size=(160, 45)) as (pilot, screen):
        await type_line(pilot, "train 2")
        await press(pilot, "6", "6")
        assert "internal error: ZeroDivisionError: on purpose (broken, line" in screen_text(pilot)
        assert str(screen.moment.snapshot.position) == "2.f.0"


async def test_a_picture_that_cannot_be_made_leaves_the_lab_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(lambda: lab_of(MATRICES), size=(160, 45)) as (pilot, screen):
        monkeypatch.setattr(Lab, "window", broken)
        await press(pilot, "f", "2")
        monkeypatch.undo()
        await press(pilot, "f")
        assert screen.moment.snapshot.position.phase == "b"


async def test_a_snapshot_that_fails_leaves_the_last_one_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(lambda: lab_of(MATRICES), size=(160, 45)) as (pilot, screen):
        with monkeypatch.context() as patched:
            patched.setattr(Lab, "snapshot", broken)
            await press(pilot, "f")
        assert "on purpose" in screen_text(pilot)
        await type_line(pilot, "backward")
        assert screen.moment.snapshot.position.phase == "b"
