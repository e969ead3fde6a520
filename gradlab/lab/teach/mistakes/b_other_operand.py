"""The slope was worked out with the wrong number: output for input, input for output, or a factor for itself."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from gradlab.graph.graph import Node
from gradlab.graph.machines.plain import unbroadcast
from gradlab.lab.teach.mistakes._asked import Asked, Guess, Mistake
from gradlab.op import Array

OPERATORS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: operator.pow,
}  # fmt: skip


def guesses(asked: Asked) -> Iterator[Guess]:
    """Return the gradient with the slope of one elementwise reader taken at the wrong place."""
    if asked.what != "grad":
        return
    for place, (consumer, position) in enumerate(asked.edges):
        reader = asked.run.graph.nodes[consumer]
        if reader.op.kind != "elementwise":
            continue
        others = np.sum([*asked.sent[:place], *asked.sent[place + 1 :]], axis=0) if len(asked.sent) > 1 else 0.0
        for part, sentence in _parts(asked, reader, position):
            yield Guess(others + unbroadcast(np.broadcast_to(part, reader.shape), asked.node.shape), sentence)


def _parts(asked: Asked, reader: Node, position: int) -> Iterator[tuple[Array, str]]:
    """Return what the reader would send, and what was mixed up."""
    machine = asked.run.machine
    g, z = (np.asarray(look(reader.index), np.float64) for look in (machine.grad, machine.value))
    inputs = [np.asarray(machine.value(i), np.float64) for i in reader.inputs]
    name, x = asked.node.name, inputs[position]
    if len(inputs) == 1:
        yield _by_hand(reader, g, x, x), f"the slope of {reader.name} is taken with {name} where its output belongs"
        yield _by_hand(reader, g, z, z), f"the slope of {reader.name} is taken with its output where {name} belongs"
    if len(inputs) == 2:
        other = asked.run.graph.nodes[reader.inputs[1 - position]].name
        yield _send(reader, g, z, inputs)[1 - position], f"that is what {other} receives: {reader.name} swaps its inputs"


def _by_hand(reader: Node, g: Array, z: Array, x: Array) -> Array:
    """Return what the rule on the page of an op of one input gives; where that is no plain arithmetic, its own backward."""
    rule = reader.op.derivatives[0].partition("=")[2].replace("·", "*").replace("²", "**2").replace("³", "**3")
    try:
        tree = ast.parse(rule.strip(), mode="eval").body
        with np.errstate(all="ignore"):
            return np.asarray(_worked_out(tree, {"g": g, "z": z, reader.op.inputs[0]: x}), np.float64)
    except (SyntaxError, KeyError):
        return _send(reader, g, z, [x])[0]


def _worked_out(tree: ast.expr, values: Mapping[str, Array]) -> Any:
    """Return the value of plain arithmetic. Raises KeyError for a name or an operator that it does not know."""
    if isinstance(tree, ast.BinOp):
        return OPERATORS[type(tree.op)](_worked_out(tree.left, values), _worked_out(tree.right, values))
    if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
        return -_worked_out(tree.operand, values)
    if isinstance(tree, ast.Constant) and isinstance(tree.value, int | float):
        return tree.value
    return values[tree.id if isinstance(tree, ast.Name) else ""]


def _send(reader: Node, g: Array, z: Array, inputs: list[Array]) -> tuple[Array, ...]:
    assert reader.op.backward is not None
    floats = [float(reader.attrs.get(name, reader.op.attrs[name])) for name in reader.op.floats]
    with np.errstate(all="ignore"):
        parts = reader.op.backward(g, z, *inputs, *floats)
    return parts if isinstance(parts, tuple) else (parts,)


MISTAKE = Mistake("the slope is taken at the wrong number", guesses)
