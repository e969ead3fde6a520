"""Edits: which numbers of which node are meant, whether they may be written, and writing them."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.axis.journal import Edit
from gradlab.axis.position import State
from gradlab.errors import ActionError, Problem, ScenarioError
from gradlab.graph.graph import Node
from gradlab.lab.arguments import Words, together
from gradlab.op import Array
from gradlab.optim import OPTIMIZERS
from gradlab.scenario.arithmetic import pick
from gradlab.scenario.environment import name_of
from gradlab.scenario.expressions import Expression, Known, read_expression

if TYPE_CHECKING:
    from gradlab.lab.core import Core


SHOWN = 4
"""Names that a text lists."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is written to. what: "value" or "grad".   places: the same with an index in it, or None for all."""

    name: str
    what: str
    text: str
    places: Expression | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """`TARGET = EXPR`."""

    target: Target
    value: Expression


def assignment(words: Words) -> Assignment:
    """Read what stands behind `set`."""
    left, right = words.split("=")
    if right is None:
        words.refuse("`set` needs ` = ` with spaces around it", words.span)
    read: dict[str, Any] = {}

    def read_left() -> None:
        read["target"] = target(left)

    def read_right() -> None:
        expression = read_expression(right.span)
        if words.known is not None and (problems := expression.check(words.known)):
            raise ScenarioError(problems)
        read["value"] = expression

    together(read_left, read_right)
    return Assignment(read["target"], read["value"])


def target(words: Words) -> Target:
    """Read `NAME`, `NAME[i, j]`, `grad(NAME)` or `grad(NAME)[i, j]`."""
    expression = read_expression(words.span)
    tree = expression.tree
    if words.known is not None and isinstance(tree, ast.Name) and (instead := _numbers_called(name_of(tree), words.known)):
        raise ScenarioError([Problem(f"`{name_of(tree)}` is no node", words.span, f"set {instead}")])
    if words.known is not None and (problems := expression.check(words.known)):
        raise ScenarioError(problems)
    inner = tree.value if isinstance(tree, ast.Subscript) else tree
    places = expression if isinstance(tree, ast.Subscript) else None
    if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.func.id == "grad":
        of = inner.args[0]
        if isinstance(of, ast.Subscript):
            inner, places = of, expression
            of = of.value
        if isinstance(of, ast.Name):
            return Target(name_of(of), "grad", expression.text, places)
    if not isinstance(inner, ast.Name) or (words.known is not None and name_of(inner) not in words.known.nodes):
        label = "NAME, NAME[i, j], grad(NAME) or grad(NAME)[i, j]"
        raise ScenarioError([Problem("this cannot be set", words.span, label)])
    return Target(name_of(inner), "value", expression.text, places)


def _numbers_called(name: str, known: Known) -> str:
    """Return the numbers of optimizers that go by a name that no node has: `sgd.lr` for `lr`; "" where there are none."""
    if name in known.nodes:
        return ""
    found = [node for node in known.nodes if node.endswith(f".{name}") and node.partition(".")[0] in OPTIMIZERS]
    return " or ".join(f"`{node}`" for node in found[:SHOWN])


def _key(tree: ast.expr) -> ast.expr:
    """Return what stands between the brackets of `NAME[…]`, `grad(NAME)[…]` or `grad(NAME[…])`."""
    inner = tree.args[0] if isinstance(tree, ast.Call) else tree
    assert isinstance(inner, ast.Subscript)
    return inner.slice


def apply(core: Core, wanted: Assignment, text: str) -> None:
    """Work out an assignment and write it."""
    index = core.known.nodes[wanted.target.name]
    value = np.asarray(wanted.value.evaluate(core.environment()))
    where: Any = Ellipsis
    if wanted.target.places is not None:
        node, places = core.graph.nodes[index], wanted.target.places
        taken = pick(places, np.arange(node.size).reshape(node.shape), _key(places.tree), core.environment())
        where = np.unravel_index(taken, node.shape)
    write(core, index, wanted.target.what, where, value, text)


def write(core: Core, index: int, what: str, where: Any, value: Array, text: str) -> None:
    """Write numbers where the cursor stands. Raises ActionError for what is not there yet, or a shape that does not fit."""
    node = core.graph.nodes[index]
    if node.op.role == "gradient":
        index, what = int(node.attrs["of"]), "grad"
        node = core.graph.nodes[index]
    _may_write(core, index, what)
    shape = np.empty(node.shape, np.bool_)[where].shape
    if value.dtype.kind not in "fiub":
        raise ActionError(f"numbers are needed for `{node.name}`, got {value.dtype}")
    try:
        array = np.broadcast_to(value, shape).astype(core.tape.dtype)
    except ValueError:
        raise ActionError(f"shape {value.shape} does not fit: what is set in `{node.name}` has shape {shape}") from None
    core.edit(Edit(core.position, text, index, what, where, array, node.is_leaf and what == "value"))


def _scheduled(core: Core, node: Node) -> str:
    """Return the numbers that a schedule computes a hyperparameter from; "" for any other node."""
    scope = f"{node.name}."
    numbers = [one.name for one in core.graph.nodes if one.op.role == "constant" and one.name.startswith(scope)]
    plain = [name for name in numbers if node.phase == "u" and "._" not in name]
    return ", ".join(f"`{name}`" for name in plain)


def _may_write(core: Core, index: int, what: str) -> None:
    node, run = core.graph.nodes[index], core.run
    if what == "value":
        if node.op.role == "mode":
            raise ActionError("the mode is changed by `mode train` and `mode eval`")
        state = run.value_state(index)
        if not node.is_leaf and state not in (State.DONE, State.STALE):
            if inner := _scheduled(core, node):
                raise ActionError(
                    f"`{node.name}` is computed by a schedule in each update: set {inner}, or give it a number in the model"
                )
            raise ActionError(f"`{node.name}` is {state.name.lower()} at {run.at}: run forward to it before you set it")
        return
    if node.phase == "u":
        raise ActionError(f"`{node.name}` belongs to the update, which no gradient flows through")
    state = run.grad_state(index)
    if state not in (State.FINAL, State.PARTIAL, State.STALE):
        raise ActionError(f"grad({node.name}) is {state.name.lower()} at {run.at}: run backward to it before you set it")
