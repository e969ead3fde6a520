"""What a run has recorded of expressions, update by update.

It is a cache of the fold: whoever goes back forgets what lies ahead, and it is recorded again on the way forth. The number of
an update is what the expression is in it: with the values and gradients of its passes and the parameters as they were in these,
before the commit.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from gradlab.axis.history import LossHistory
from gradlab.op import Array
from gradlab.scenario.expressions import Expression

MOST = 64
"""Expressions that are recorded at once."""
ENDLESS = 1 << 62


def key_of(expression: Expression) -> str:
    """Return what is the same for expressions that differ in spaces and brackets only."""
    return ast.dump(expression.tree)


@dataclass(slots=True, eq=False)
class Series:
    """One expression through time. every: of which updates it is recorded: those that this number divides.

    since: the first update of which it is recorded.   is_loss: whether it is the value that the only objective makes small.
    """

    expression: Expression
    every: int = 1
    since: int = 0
    is_loss: bool = False
    history: LossHistory = field(default_factory=LossHistory)

    def __post_init__(self) -> None:
        self.history.block = self.every

    @property
    def text(self) -> str:
        """The expression as it was written."""
        return self.expression.text

    def due(self, update: int) -> bool:
        """Return whether it is recorded in an update."""
        return update >= self.since and update % self.every == 0

    def next(self, update: int) -> int:
        """Return the first update, this one or a later one, of which it is recorded."""
        start = max(update, self.since)
        return start + -start % self.every


class Curves:
    """The expressions that a run records."""

    def __init__(self) -> None:
        self.series: list[Series] = []

    def __iter__(self) -> Iterator[Series]:
        return iter(self.series)

    @property
    def breaks(self) -> bool:
        """Whether training has to stop for something to be recorded: the loss comes out of it anyway."""
        return any(not one.is_loss for one in self.series)

    def find(self, expression: Expression) -> Series | None:
        """Return what is recorded of an expression, if it is."""
        key = key_of(expression)
        return next((one for one in self.series if key_of(one.expression) == key), None)

    def forget(self, expression: Expression) -> None:
        """Record an expression no more, if it was recorded."""
        before = self.find(expression)
        self.series = [one for one in self.series if one is not before]

    def fresh(self) -> Curves:
        """Return the same with nothing recorded."""
        other = Curves()
        other.series = [Series(one.expression, one.every, one.since, one.is_loss) for one in self.series]
        return other

    def copied(self) -> Curves:
        """Return the same with what is recorded."""
        other = self.fresh()
        for mine, its in zip(self.series, other.series, strict=True):
            its.history = mine.history.copied()
        return other

    def cut(self, update: int) -> None:
        """Forget an update and all behind it."""
        for one in self.series:
            one.history.cut(update)

    def begin(self, update: int) -> None:
        """Record from an update on, if it is one before those that are recorded: a person went back to it."""
        for one in self.series:
            one.since = min(one.since, update)

    def free(self, update: int) -> int:
        """Return how many updates, from one on, come before the first at whose end training has to stop."""
        return min((one.next(update) - update for one in self.series if not one.is_loss), default=ENDLESS)

    def add_losses(self, first: int, losses: Array) -> None:
        """Record what comes out of a training at full speed."""
        for one in self.series:
            if one.is_loss:
                start = one.next(first) - first
                one.history.add_each(range(first + start, first + len(losses), one.every), losses[start :: one.every])
