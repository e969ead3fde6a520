"""A bet: the student commits to one of some words; nothing is right or wrong until `settle`.

bet half "How much of the gradient arrives at the first layer?" most|half|almost none
…
settle half = almost none
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action, Read, Script
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.lab.teach import wording
from gradlab.lab.teach.choosing import BetQuestion, Placed

if TYPE_CHECKING:
    from gradlab.session import Lab


def _fits(read: Read, script: Script) -> None:
    """Refuse a second bet of the same name."""
    name = read.arguments.name
    if any(isinstance(one.arguments, BetQuestion) and one.arguments.name == name for one in script.before):
        read.words.refuse(f"there is a bet `{name}` already", wording.first_word(read.words))


def _offer(lab: Lab, bet: BetQuestion) -> Outcome:
    """Offer the bet."""
    lines = [*lab.skip_question().lines]
    lab.bets[bet.name] = Placed(bet)
    lab.ask(bet)
    return told([*lines, Line("quiz", f"{lab.line_of_file}{'  '.join(bet.card)}")])


ACTION = Action(
    "bet", 'NAME "WORDS" A|B|C', "let the student commit to one of some words; `settle` says how it came out", wording.bet,
    _offer,    part="question", listed=lambda bet: bet.listed, fits=_fits,
)  # fmt: skip
