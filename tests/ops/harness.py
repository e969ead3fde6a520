"""One op alone in a graph, and what the tests measure on it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np

from gradlab.graph.graph import Graph
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.op import Array, Attrs, Op
from gradlab.ops import OPS, find_op


class Bench:
    """An op on operands that are parameters, run by one of the machines."""

    def __init__(self, op: Op, inputs: Sequence[Array], attrs: Attrs, backend: str = "plain", dtype: str = "float64") -> None:
        graph = Graph()
        self.nodes = [graph.add(OPS["param"], (), name=f"x{i}", shape=a.shape) for i, a in enumerate(inputs)]
        self.out = graph.add(op, self.nodes, {**op.attrs, **attrs}, name="z")
        self.inputs = tuple(inputs)
        self.machine = make_machine(Tape(graph, dtype), backend)

    def forward(self, inputs: Sequence[Array] | None = None) -> Array:
        """Return a copy of the output."""
        for node, array in zip(self.nodes, inputs or self.inputs, strict=True):
            self.machine.write(node.index, array)
        self.machine.forward(0, 1)
        return self.machine.value(self.out.index).copy()

    def backward(self, upstream: Array, add: bool = False) -> tuple[Array, ...]:
        """Return copies of the gradients of all inputs, after a forward pass."""
        self.machine.seed(self.out.index, upstream)
        self.machine.backward(self.out.index, 0, 1, add)
        return tuple(self.machine.grad(node.index).copy() for node in self.nodes)

    def gradients(self, upstream: Array) -> tuple[Array, ...]:
        """Run forward and backward."""
        self.forward()
        return self.backward(upstream)


def numerical(bench: Bench, upstream: Array, position: int, step: float = 1e-3) -> Array:
    """Return Σ upstream · ∂z by central differences of fourth order, for every element of an input."""
    arrays = [a.copy() for a in bench.inputs]
    moved = arrays[position].reshape(-1)
    slopes = np.empty(moved.size)
    for e in range(moved.size):
        at = moved[e]
        total = 0.0
        for steps, weight in ((-2, 1.0), (-1, -8.0), (1, 8.0), (2, -1.0)):
            moved[e] = at + steps * step
            total += weight * float(np.sum(upstream * bench.forward(arrays)))
        moved[e] = at
        slopes[e] = total / (12 * step)
    return slopes.reshape(bench.inputs[position].shape)


def relative_error(got: Array, wanted: Array) -> float:
    """Return the largest error, relative to the element or to a hundredth of the largest one; below 1e-12 all is rounding."""
    if got.size == 0:
        return 0.0
    scale = np.maximum(np.maximum(np.abs(got), np.abs(wanted)), 1e-2 * np.max(np.abs(wanted)))
    return float(np.max(np.abs(got - wanted) / np.maximum(scale, 1e-5)))


def worst_error(op: Op, inputs: Sequence[Array], attrs: Attrs, rng: np.random.Generator) -> float:
    """Return the largest relative error of backward against central differences, over the inputs to which a gradient flows."""
    bench = Bench(op, inputs, attrs)
    upstream = rng.uniform(0.5, 1.5, bench.forward().shape)
    sent = bench.backward(upstream)
    flowing = [i for i in range(len(inputs)) if op.flows(i)]
    return max((relative_error(sent[i], numerical(bench, upstream, i)) for i in flowing), default=0.0)


def evaluate(call: str) -> str:
    """Run an example's call, an op's name with literals or an index into a list, and return its result as examples write it."""
    tree = ast.parse(call, mode="eval").body
    if isinstance(tree, ast.Subscript):
        array = np.array(ast.literal_eval(tree.value), float)
        return written(Bench(OPS["index"], [array], {"key": _key(tree.slice)}).forward().tolist())
    assert isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name)
    op = find_op(tree.func.id)
    assert op is not None
    args = [ast.literal_eval(a) for a in tree.args]
    operands, rest = (args[0], args[1:]) if op.variadic else (args[: len(op.inputs)], args[len(op.inputs) :])
    attrs = dict(zip(op.attrs, rest, strict=False)) | {str(k.arg): ast.literal_eval(k.value) for k in tree.keywords}
    return written(Bench(op, [np.array(a, float) for a in operands], attrs).forward().tolist())


def _key(node: ast.expr) -> Any:
    if not isinstance(node, ast.Slice):
        return ast.literal_eval(node)
    return slice(*(None if part is None else ast.literal_eval(part) for part in (node.lower, node.upper, node.step)))


def written(value: Any) -> str:
    """Return a number with six digits, as a float; lists in brackets."""
    if isinstance(value, list):
        return f"[{', '.join(written(v) for v in value)}]"
    text = f"{value:.6g}"
    return text if any(c in text for c in ".en") else text + ".0"
