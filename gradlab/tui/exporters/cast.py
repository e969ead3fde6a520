"""A lesson as a recording of a terminal: asciicast v2, which asciinema plays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from gradlab.exporters import Exporter
from gradlab.recording.performance import Performance
from gradlab.tui.cells import Shown
from gradlab.tui.exporters._stage import Film, played, size_option, theme_option

IDLE = 3.0
"""Seconds that nothing happens at most."""
CLEAR = "\x1b[?25l\x1b[2J\x1b[H"
Event = tuple[float, str, str]


def _write(performance: Performance, out: Path, size: tuple[int, int], theme: str) -> None:
    events = played(performance, size, theme, lambda film: _events(film, size))
    header = {
        "version": 2,
        "width": size[0],
        "height": size[1],
        "title": performance.lab.title,
        "env": {"TERM": "xterm-256color"},
    }
    lines = [_json(header), *(_json([round(at, 3), kind, text]) for at, kind, text in events)]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


async def _events(film: Film, size: tuple[int, int]) -> list[Event]:
    """Play a lesson to its end, and return what a terminal would have been sent, and the chapters."""
    shown, now = Shown(), 0.0
    shown.fit(*size)
    events: list[Event] = [(now, "o", CLEAR + shown.show(film.cells()))]
    chapters: dict[str, float] = {}
    while True:
        new = [name for name in dict.fromkeys(_chapters(film)) if name not in chapters]
        chapters |= dict.fromkeys(new, now)
        events += [(now, "m", name) for name in new]
        stands = film.here.seconds if film.here is not None else 0.0
        if film.ended:
            break
        now += min(stands, IDLE)
        await film.forth()
        if sent := shown.show(film.cells()):
            events.append((now, "o", sent))
    return [*events, (now + min(stands, IDLE), "o", "")]


def _chapters(film: Film) -> Iterator[str]:
    """Yield the heading of the stop, and the marks that have been made."""
    if film.here is not None and film.here.heading:
        yield film.here.heading
    yield from (name for name, _ in film.screen.moment.snapshot.marks)


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


EXPORTER = Exporter(
    "cast",
    "a lesson or a recording as a cast of a terminal, which asciinema plays",
    _write,
    options=(size_option("100x30"), theme_option),
    page="""
It is asciicast v2, drawn without a terminal, and the same bytes each time. A paragraph stands for the time that it takes to
read, a line for 0.8 s, nothing for longer than 3 s; a question is shown, and then its answer. Headings and marks are chapters.
""".strip(),
)
