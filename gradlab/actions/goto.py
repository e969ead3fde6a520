"""Going to a position, or to a mark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._telling import position_lines
from gradlab.axis.places import FORM, is_mark, is_position, read_position
from gradlab.axis.position import Position
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab


LINE = re.compile(r"line (\d{1,9})")


def _place(words: Words) -> str:
    """Read `POS`: a position, the name of a mark, or `line N`."""
    text = words.text
    if LINE.fullmatch(text):
        return text
    if not text or (not is_position(text) and not is_mark(text)):
        words.refuse(f"`{text}` is not a position" if text else "where to?", words.span, FORM)
    return text


def _goto(lab: Lab, text: str) -> Outcome:
    """Go to a position, to a mark, or to where a line of the recording has led."""
    line = LINE.fullmatch(text)
    if line is not None:
        lab.go(_behind(lab, int(line[1])))
    else:
        lab.go(lab.marks[text] if text in lab.marks else read_position(text, lab.run.timeline))
    return told(position_lines(lab))


def _behind(lab: Lab, number: int) -> Position:
    if not lab.lines:
        raise ActionError("`goto line N` is for a recording that was opened")
    if number not in lab.lines:
        raise ActionError(f"the recording has no line {number}: it has {min(lab.lines)} to {max(lab.lines)}")
    return lab.lines[number]


ACTION = Action(
    "goto", "POS | line N", "go to a position, such as 0.b.3, 12.f.end, to a mark, or to a line of the recording that is open",
    _place, _goto, moves=True,
)  # fmt: skip
