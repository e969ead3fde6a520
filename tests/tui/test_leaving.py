"""Leaving: what is kept is lost by nothing, what is not is asked about."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.recording import kept
from gradlab.recording.recorders import close_all
from gradlab.session import load
from gradlab.tui.app import INTERRUPTED
from tests.tui.driving import LESSON, lab_of, opened, press, screen_text, type_line


@pytest.mark.parametrize(("line", "lost"), [("set w0 = 1", "what was edited is"), ("train 3", "3 updates are")])
@pytest.mark.parametrize(("key", "code"), [("q", 0), ("ctrl+c", INTERRUPTED)])
@pytest.mark.usefixtures("nowhere")
async def test_leaving_asks_when_something_would_be_lost(line: str, lost: str, key: str, code: int) -> None:
    async with opened(lambda: lab_of(LESSON.replace("f = sigmoid(dot)", "f = sigmoid(dot)\nminimize(f, sgd(lr=0.1))"))) as (
        pilot, screen,
    ):  # fmt: skip
        await type_line(pilot, line)
        await press(pilot, key)
        assert f"{lost} kept nowhere. Leave?" in screen_text(pilot)
        await pilot.press("n")
        while pilot.app.screen is not screen:
            await pilot.pause()
        await press(pilot, key)
        await pilot.press("y")
    assert pilot.app.return_value == code


@pytest.mark.parametrize(("key", "code"), [("q", 0), ("ctrl+c", INTERRUPTED)])
async def test_leaving_asks_nothing_where_all_is_kept(key: str, code: int, tmp_path: Path) -> None:
    path = tmp_path / "lesson.md"
    path.write_text(LESSON, encoding="utf-8")
    async with opened(lambda: load(path, backend="plain")) as (pilot, _):
        await type_line(pilot, "set w0 = 1")
        await press(pilot, "f", "up", "5")
        await pilot.press(key)
    assert pilot.app.return_value == code
    again = kept.resume(kept.latest(str(path)))
    assert (again.position.op, float(again.value("w0")), again.views) == (5, 1.0, ("focus w0", "show health"))
    close_all(again)
