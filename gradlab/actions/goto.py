"""Going to a position, or to a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._telling import position_lines
from gradlab.axis.places import FORM, is_mark, is_position, read_position
from gradlab.lab.arguments import Words
from gradlab.lab.outcome import Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab


def _place(words: Words) -> str:
    """Read `POS`: a position, or the name of a mark."""
    text = words.text
    if not text or (not is_position(text) and not is_mark(text)):
        words.refuse(f"`{text}` is not a position" if text else "where to?", words.span, FORM)
    return text


def _goto(lab: Lab, text: str) -> Outcome:
    """Go to a position, or to a mark."""
    lab.go(lab.marks[text] if text in lab.marks else read_position(text, lab.run.timeline))
    return told(position_lines(lab))


ACTION = Action("goto", "POS", "go to a position, such as 0.b.3, 12.f.end, or a mark", _place, _goto, key="g", moves=True)
