"""Asking for a reason: the student's words are kept and shown beside the author's; nothing is graded.

why "WhyQuestion does so little arrive?" "Each layer multiplies by a slope below a quarter."
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.lab.teach import wording
from gradlab.lab.teach.choosing import WhyQuestion

if TYPE_CHECKING:
    from gradlab.session import Lab


def _ask(lab: Lab, why: WhyQuestion) -> Outcome:
    """Ask."""
    lines = [*lab.skip_question().lines]
    lab.ask(why)
    return told([*lines, Line("quiz", f"{lab.line_of_file}{why.title}")])


ACTION = Action(
    "why", '"WORDS" ["WHAT THE AUTHOR SAYS"]', "ask for a reason in the student's own words, which nobody grades", wording.why,
    _ask,    part="question", listed=lambda why: why.title,
)  # fmt: skip
