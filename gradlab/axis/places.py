"""Positions as a person writes them: `3.b.17`, `0.b.end`, `120`."""

from __future__ import annotations

import re

from gradlab.axis.position import PHASES, Position
from gradlab.axis.timeline import PHASE_WORDS, Timeline
from gradlab.errors import ActionError

WRITTEN = re.compile(r"(\d{1,18})(?:\.([a-z])(?:\.(\d{1,18}|end))?)?")
MARK = re.compile(r"[^\W\d][\w-]*")
FORM = "a position is UPDATE.PHASE.OP, for instance `0.b.3`, `0.f.end` or `120.f.0`"


def is_position(text: str) -> bool:
    """Return whether a text has the form of a position."""
    match = WRITTEN.fullmatch(text)
    return match is not None and (match[2] or "f") in PHASES


def is_mark(text: str) -> bool:
    """Return whether a text can be the name of a mark."""
    return MARK.fullmatch(text) is not None


def read_position(text: str, timeline: Timeline) -> Position:
    """Return the position that a text names. Raises ActionError when it is none, or beyond the end."""
    match = WRITTEN.fullmatch(text)
    if match is None or (match[2] or "f") not in PHASES:
        raise ActionError(f"`{text}` is not a position: {FORM}")
    update, phase = int(match[1]), match[2] or "f"
    if update and not timeline.trains:
        last = timeline.last(0)
        raise ActionError(f"{text} is beyond the end: without `minimize` all positions lie in update 0, up to {last}")
    if update < timeline.origin.update:
        raise timeline.origin.missing(text)
    count = _count(update, phase, timeline)
    op = count if match[3] == "end" else int(match[3] or 0)
    if op > count:
        raise ActionError(
            f"{text} is beyond the end: the {PHASE_WORDS[phase]} phase of update {update} has {count} ops,"
            f" {update}.{phase}.0 to {update}.{phase}.{count}"
        )
    return timeline.normal(Position(update, phase, op))


def _count(update: int, phase: str, timeline: Timeline) -> int:
    if phase == "b" and timeline.roots(update) is None:
        raise ActionError("there is no backward phase: the model has no scalar to start from; say `backward NODE with EXPR`")
    if phase == "u" and not timeline.trains:
        raise ActionError("there is no update phase: the model has no `minimize`")
    return timeline.count(update, phase)
