"""What happened, as rows: why a run stopped, what runs and for how long still, what came of an action in one line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gradlab.draw.bars import bar
from gradlab.draw.ink import Row, fit, row, wrap
from gradlab.draw.transport import clock
from gradlab.lab.outcome import Event, Line, Outcome

if TYPE_CHECKING:
    from gradlab.lab.working import Work

URGENT = ("error", "fail", "stop", "finding")
"""What has to be seen first, the most urgent before the others."""
SIGNS = {
    "stop": ("●", "bad"),
    "end": ("✓", "good"),
    "found": ("✓", "good"),
    "finding": ("▲", "warn"),
    "error": ("✗", "bad"),
    "ready": ("✓", "good"),
}
"""The glyph and the role of each kind of event."""
TITLES = {"stop": "stopped", "end": "done", "found": "found", "finding": "finding", "error": "error", "ready": "ready"}
WIDEST = 58
"""Cells of a toast."""


def headline(outcome: Outcome, error: str = "") -> Line | None:
    """Return what came of an action in one line: what went wrong, why a run stopped, what was noticed; then what is watched."""
    if error:
        return Line("error", error)
    if outcome.page is not None:
        return Line("info", f"a page: {outcome.page.title}")
    told = [line for line in outcome.lines if line.kind not in ("watch", "picture")]
    urgent = [line for kind in URGENT for line in told if line.kind == kind]
    first = urgent[0] if urgent else told[-1] if told else None
    texts = [first.text] if first is not None else []
    texts += [line.text for line in urgent[1:] if line.kind == "finding"]
    texts += [line.text for line in outcome.lines if line.kind == "watch"]
    return Line(first.kind if first is not None else "watch", " · ".join(texts)) if texts else None


def with_notes(event: Event, outcome: Outcome) -> Event:
    """Return an event with what else is to be said in its row: findings, then what is watched."""
    notes = [line.text for kind in ("finding", "watch") for line in outcome.lines if line.kind == kind]
    return replace(event, left=" · ".join(filter(None, (event.left, *notes))))


def work_row(work: Work) -> Row:
    """Return what runs, how far it is, how fast and how long still, as far as that is known, and what esc does."""
    share = row((f" {bar(work.share, 10)} ", "done"), (f"{work.share:.0%}", "")) if work.share else row((" …", "dim"))
    facts = [f"{rate_text(work.rate)}/s"] if work.rate else []
    facts += [f"{clock(work.left)} left"] if work.left is not None else []
    told = row((f"  {'  '.join(facts)}", "")) if facts else ()
    stays = ", what is done stays" if work.rate else ""
    if work.waiting:
        return row((work.action, "strong"), *share, *told, (f"  {work.waiting} waiting", "key"), ("  esc drops these", "dim"))
    return row((work.action, "strong"), *share, *told, (f"  esc stops{stays}", "dim"))


def rate_text(rate: float) -> str:
    """Return updates a second in three digits."""
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def event_row(event: Event) -> Row:
    """Return an event in one row."""
    sign, role = SIGNS[event.kind]
    return row((f"{sign} ", role), (event.what, "strong"), (f": {event.why}" if event.why else "", ""), *_left(event))


def _left(event: Event) -> Row:
    return row((f" · {event.left}", "dim")) if event.left else ()


def toast_rows(event: Event, keys: Sequence[tuple[str, str]]) -> list[Row]:
    """Return an event in a box: what, why, what was not done, and what can be done. keys: pairs of a key and what it does."""
    sign, role = SIGNS[event.kind]
    place = f" at {event.at}" if event.at and event.kind in ("stop", "found") else ""
    lines = wrap(row((f"{sign} ", role), (event.what, "strong"), (place, "dim")), WIDEST - 4, 2)
    for text in filter(None, (event.why, event.left)):
        lines += wrap(row(("  ", ""), (text, "")), WIDEST - 4, 2)
    ways = row(("  ", ""), *(run for key, does in keys for run in ((key, "key"), (f" {does}   ", "dim"))))
    lines += wrap(ways, WIDEST - 4, 2)
    return boxed(f" {TITLES[event.kind]} ", lines, role)


def boxed(title: str, lines: Sequence[Row], role: str) -> list[Row]:
    """Return rows in a double frame that is as wide as they need."""
    texts = ["".join(text for text, _ in line) for line in lines]
    width = max(len(title) + 2, *map(len, texts))
    top = row((f"╔{title}{'═' * (width + 2 - len(title))}╗", role))
    middle = [
        row(("║ ", role), *line, (fit("", width - len(text)), ""), (" ║", role))
        for line, text in zip(lines, texts, strict=True)
    ]
    return [top, *middle, row((f"╚{'═' * (width + 2)}╝", role))]
