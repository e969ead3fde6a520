"""What is seen of a scenario before it is opened. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gradlab.draw.ink import Row, clip, row, spread, width_of, wrap
from gradlab.draw.prose import prose
from gradlab.draw.reading import error_rows
from gradlab.scenario.outline import ScenarioOutline

LEAD = 4
"""Rows of a lesson's first words."""
REST = 11
"""Rows of a page that are not the drawing."""
CAPTION = 12
"""Rows below which there is no drawing."""
MARKS = {"done": "✓", "begun": "◐", "new": "○"}

Neighbour = tuple[str, str]
"""A lesson that is needed or comes next, and how far one is in it: a key of MARKS."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What is known of a scenario, and of the person's way through it. outline: None while the file is being read.

    minutes, level: 0 unsaid.   you: how far the person is, or "".   keys: what can be done with it.
    """

    title: str
    source: str = ""
    outline: ScenarioOutline | None = None
    drawing: tuple[Row, ...] = ()
    minutes: int = 0
    you: str = ""
    needs: tuple[Neighbour, ...] = ()
    then: tuple[Neighbour, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    level: int = 0


def preview_rows(found: Preview, width: int, height: int) -> list[Row]:
    """Return the rows of a preview for a place of so many cells and rows."""
    top = _top(found, width, short=height < CAPTION)
    foot = _foot(found, width)
    problem = found.outline.problem if found.outline is not None else ""
    if problem:
        body = [clip(line, width) for line in error_rows(problem)]
    elif height < CAPTION:
        body = _lead(found, width, height - len(top) - len(foot))
    else:
        body = _body(found, width, height - len(top) - len(foot))
    room = max(0, height - len(top) - len(foot))
    return [*top, *body[:room], *([row("")] * (room - len(body))), *foot][:height]


def _top(found: Preview, width: int, *, short: bool) -> list[Row]:
    title, source = row((found.title, "strong")), row((found.source, "dim"))
    if short:
        return [clip(title, width), clip(row(("  ·  ".join(_facts(found)), "dim")), width)]
    return [*wrap(title, width)[:2], *([clip(source, width)] if found.source else []), row("")]


def _body(found: Preview, width: int, room: int) -> list[Row]:
    """Return the first words, the drawing and what is counted; where room is short there are fewer words."""
    said = _facts(found)
    wide = max(map(len, said), default=0)
    facts = [row((fact.ljust(wide), "dim")) for fact in said]
    drawing = list(found.drawing)
    across = max(map(width_of, drawing), default=0) + 3 + wide
    if drawing and across <= width and len(facts) <= len(drawing):
        start = len(drawing) - len(facts)
        drawing = [line if at < start else spread(line, facts[at - start], width) for at, line in enumerate(drawing)]
        facts = []
    below = [*drawing, *([row("")] if drawing and facts else []), *facts]
    words = _lead(found, width, min(LEAD, max(1, room - len(below) - 1)))
    return [*words, row(""), *(clip(line, width) for line in below)]


def _lead(found: Preview, width: int, most: int) -> list[Row]:
    if found.outline is None:
        return [row(("reading …", "dim"))]
    rows = list(prose(found.outline.lead, width)) if found.outline.lead else []
    return rows if len(rows) <= most else [*rows[: max(0, most - 1)], row(("…", "dim"))][:most]


def _facts(found: Preview) -> list[str]:
    """Return what is counted: of the model, of the script, minutes, and how far the person is."""
    counted = []
    if (outline := found.outline) is not None and not outline.problem:
        counted = [
            f"{_many(outline.ops, 'op')}, {_many(outline.parameters, 'parameter')}",
            f"{_many(outline.lines, 'line')}, {_many(outline.quizzes, 'quiz', 'quizzes')}",
        ]
    taken = [f"level {found.level}"] * bool(found.level) + [f"about {found.minutes} minutes"] * bool(found.minutes)
    counted += [", ".join(taken)] if taken else []
    return [*counted, *([f"you: {found.you}"] if found.you else [])]


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def _foot(found: Preview, width: int) -> list[Row]:
    """Return which lessons stand before and behind it, and what can be done with it."""
    ways = [*_neighbours("needs", found.needs, width), *_neighbours("then", found.then, width)]
    keys = row(*(run for key, what in found.keys for run in ((key, "key"), (f" {what}   ", "dim"))))
    return [*ways, *([clip(keys, width)] if found.keys else [])]


def _neighbours(word: str, lessons: Sequence[Neighbour], width: int) -> Iterable[Row]:
    if not lessons:
        return []
    named = [((f"{name} ", ""), (f"{MARKS[state]}   ", _role(state))) for name, state in lessons]
    return [clip(row((f"{word:<7}", "dim"), *(run for pair in named for run in pair)), width)]


def _role(state: str) -> str:
    return "good" if state == "done" else "dim"
