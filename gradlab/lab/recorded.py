"""What was recorded of expressions through the updates: what a curve takes, finding it again, and where it is least."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.curves import MOST, Series
from gradlab.axis.history import LossHistory
from gradlab.axis.journal import Edit, Edits
from gradlab.axis.position import Position
from gradlab.axis.run import Run
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words, expression, integer
from gradlab.lab.hidden import HiddenError
from gradlab.lab.twins import CoreEnvironment
from gradlab.op import Array
from gradlab.scenario.environment import name_of
from gradlab.scenario.expressions import Expression
from gradlab.scenario.rehearsal import shape_on_zeros

if TYPE_CHECKING:
    from gradlab.lab.core import Core

LOOKING_BACK = ("history", "best", "at", "seeds")
"""Functions of more than one update, or of other runs: what they give is no number of an update."""
MOST_EVERY = 1_000_000_000
ALL = 1 << 30


@dataclass(frozen=True, slots=True)
class CurveWanted:
    """What is to be recorded, and of which updates: those that `every` divides."""

    expression: Expression
    every: int = 1


def wanted(words: Words) -> CurveWanted:
    """Read `EXPR [every N]`. Raises ScenarioError."""
    head, tail = words.split("every")
    every = 1
    if tail is not None:
        given = list(tail)
        if len(given) != 1:
            tail.refuse("every how many updates?", tail.span, "write `every N`")
        every = integer(tail, given[0], 1, MOST_EVERY)
    read = of_one_update(head)
    shape = None if words.known is None else shape_on_zeros(read, words.known)
    if shape and prod(shape) != 1:
        head.refuse(
            f"a curve is one number an update, `{read.text}` has shape {shape}", head.span, "take its `mean`, or an element"
        )
    return CurveWanted(read, every)


def of_one_update(words: Words) -> Expression:
    """Read an expression that can be recorded. Raises ScenarioError."""
    read = expression(words)
    for part in ast.walk(read.tree):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and name_of(part.func) in LOOKING_BACK:
            words.refuse(f"`{name_of(part.func)}` is no number of one update", read.at(part))
    return read


def start(core: Core, wanted: CurveWanted) -> int:
    """Record an expression, and return from which update on: from this one; the loss of the only objective is known anyway.

    Raises ActionError without `minimize`, and for too many.
    """
    run = core.run
    if not run.timeline.trains:
        raise ActionError("there are no updates to record: the model has no `minimize`")
    if len(run.curves.series) >= MOST and run.curves.find(wanted.expression) is None:
        raise ActionError(f"{MOST} expressions are recorded already, which is the most")
    series = Series(wanted.expression, wanted.every, run.at.update, _is_loss(core, wanted.expression))
    run.curves.forget(wanted.expression)
    if series.is_loss and wanted.every == 1:
        return 0
    run.curves.series.append(series)
    return series.since


def _is_loss(core: Core, expression: Expression) -> bool:
    """Return whether an expression is the value of the only objective's root, which comes out of training anyway."""
    objectives = core.graph.objectives
    return len(objectives) == 1 and _root_of(core, expression) == objectives[0].root


def _root_of(core: Core, expression: Expression) -> int | None:
    """Return the node that an expression is the name of."""
    return core.known.nodes.get(name_of(expression.tree)) if isinstance(expression.tree, ast.Name) else None


def _found(core: Core, run: Run, expression: Expression) -> list[tuple[int, float]]:
    """Return what is recorded of an expression: by `curve`, or of a root in the updates of the objectives that have it.

    Raises ActionError where that is nothing.
    """
    series = run.curves.find(expression)
    if series is not None:
        return [*series.history.pairs(0, ALL)]
    root, objectives = _root_of(core, expression), core.graph.objectives
    if any(root == objective.root for objective in objectives):
        histories = zip(objectives, run.own or [run.history], strict=True)
        return sorted(pair for one, history in histories if one.root == root for pair in history.pairs(0, ALL))
    raise ActionError(f"`{expression.text}` was not recorded: say `curve {expression.text}` before the training")


def values(core: Core, run: Run, expression: Expression) -> tuple[Array, Array]:
    """Return the updates before the cursor of which an expression is recorded, and its numbers. Raises ActionError."""
    found = pairs(core, run, expression)
    if not found:
        raise ActionError(f"nothing of `{expression.text}` is recorded before {run.at}")
    return np.array([update for update, _ in found], np.int64), np.array([value for _, value in found], np.float64)


def pairs(core: Core, run: Run, expression: Expression) -> list[tuple[int, float]]:
    """Return the updates before the cursor with what is recorded of them. Raises ActionError where nothing ever is."""
    return [pair for pair in _found(core, run, expression) if pair[0] < run.at.update or _is_there(run, pair)]


def is_recorded(core: Core, run: Run, expression: Expression) -> bool:
    """Return whether an expression is recorded, be it as the loss of an objective."""
    if run.curves.find(expression) is not None:
        return True
    root = _root_of(core, expression)
    return any(root == objective.root for objective in core.graph.objectives)


def _is_there(run: Run, pair: tuple[int, float]) -> bool:
    """Whether a loss is one of the present update, whose forward pass has been done."""
    return pair[0] == run.at.update and run.done("f") == run.timeline.count(run.at.update, "f")


def best(core: Core, run: Run, expression: Expression) -> tuple[int, float]:
    """Return the update in which an expression was least, the first of several, and its number.

    The expression was recorded, or it is that with a minus before it. Raises ActionError where there is none.
    """
    tree = expression.tree
    turned = isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub) and run.curves.find(expression) is None
    inner = expression.part(tree.operand) if isinstance(tree, ast.UnaryOp) and turned else expression
    updates, numbers = values(core, run, inner)
    numbers = -numbers if turned else numbers
    if np.isnan(numbers).all():
        raise ActionError(f"all that is recorded of `{inner.text}` is NaN")
    place = int(np.nanargmin(numbers))
    return int(updates[place]), float(numbers[place])


def restore_best(core: Core, expression: Expression, text: str) -> tuple[int, float]:
    """Write here what updates change, as it was in the update in which an expression was least; return that and its number.

    Raises ActionError.
    """
    update, number = best(core, core.run, expression)
    then = core.twins.at(Position(update))
    at = core.position
    parts = tuple(
        Edit(at, text, leaf, "value", Ellipsis, then.machine.value(leaf).copy(), True) for leaf in sorted(core.run.followers)
    )
    core.edit(Edits(at, text, parts))
    return update, number


def lines(core: Core) -> Iterator[tuple[str, tuple[tuple[int, float], ...]]]:
    """Yield what is drawn where the loss is not all: the losses of each objective by themselves, and every curve.

    What is worked out of a number that an open question asks for is left out.
    """
    run, environment = core.run, core.environment()
    if run.own or run.curves.breaks:
        yield from ((name, history.pairs()) for name, history in own_losses(run))
    for one in run.curves:
        if not one.is_loss and not _hidden(environment, one.expression):
            yield one.text, one.history.pairs()


def own_losses(run: Run) -> Iterator[tuple[str, LossHistory]]:
    """Yield what each objective is called, and its losses."""
    nodes, objectives = run.graph.nodes, run.graph.objectives
    roots = [objective.root for objective in objectives]
    for objective, history in zip(objectives, run.own or [run.history], strict=True):
        name = nodes[objective.root].name
        yield name if roots.count(objective.root) == 1 else f"{name} of {objective.label}", history


def _hidden(environment: CoreEnvironment, expression: Expression) -> bool:
    try:
        environment.may_read(expression)
    except HiddenError:
        return True
    return False
