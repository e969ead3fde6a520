"""Going back to the best parameters that there were, without going back in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._edits import stale_part
from gradlab.lab import recorded
from gradlab.lab.arguments import Words
from gradlab.lab.numbers import long
from gradlab.lab.outcome import Outcome, said
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab


def _best(words: Words) -> Expression:
    """Read `best EXPR`."""
    head, wanted = words.split("best")
    if head.text or wanted is None:
        words.refuse("restore what?" if wanted is None else f"unexpected `{head.text}`", head.span)
    return recorded.of_one_update(wanted)


def _restore(lab: Lab, wanted: Expression) -> Outcome:
    """Write the parameters, the state of the optimizer and the running statistics of that update here."""
    update, number = recorded.restore_best(lab, wanted, lab.statement_text)
    return said("value", f"{lab.position}  as in update {update:,}: {wanted.text} was {long(number)}{stale_part(lab)}")


ACTION = Action(
    "restore", "best EXPR",
    "write here the parameters, the optimizer's state and the running statistics of the update in which an expression was"
    " least; `curve EXPR` has to record it before",
    _best, _restore, moves=True, edits=True,
)  # fmt: skip
