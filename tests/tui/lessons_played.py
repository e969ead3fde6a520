"""Playing a lesson in the laboratory, from its first page to its last, with the space bar alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.pilot import Pilot

import gradlab
from gradlab.tui.screens.laboratory import Laboratory
from tests.tui.driving import comes_up, opened, press

SIZE = (100, 30)
LAST = "Try next"
"""How the last page of a lesson begins."""


async def played(path: Path) -> list[str]:
    """Return what went wrong: lines that could not be done, claims that failed, an end that does not come or is not seen."""
    async with opened(lambda: gradlab.load(path), size=SIZE) as (pilot, screen):
        wrong = await _to_the_end(pilot, screen)
        return wrong if wrong or await comes_up(pilot, LAST, 20) else [f"`{LAST}` is not in sight at the end"]


async def _to_the_end(pilot: Pilot[Any], screen: Laboratory) -> list[str]:
    thread = screen.thread
    assert thread is not None and thread._lab is not None
    lab, wrong = thread._lab, list[str]()
    stops = 3 * len(lab._stops)
    for _ in range(stops):
        if lab.ahead() is None and lab.question is None:
            return wrong
        await press(pilot, "space")
        for said in screen.moment.said:
            failed = [line.text for line in said.lines if line.kind in ("fail", "error")]
            wrong += [f"{said.action}: {text}" for text in (*failed, *filter(None, [said.error]))]
        if wrong:
            return wrong
    return [f"not at the end after {stops} keys: {lab.cursor_line} of {len(lab.script)} lines"]
