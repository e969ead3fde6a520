"""The derivative of a single number by a node, or by each of a list of them, as nodes that a loss can read.

    gradient(loss, x)         ∂loss/∂x, of the shape of x
    gradient(loss, [x, y])    a list of both

It is the backward pass from `loss` written in ops: they are run and explained in the forward phase like all others, and
`backward` goes through them, so that what is made of them has a gradient, too: a second derivative. All that reads x so far
counts, what comes later does not. The nodes are named after the loss, `loss.grad.x`, and belong to no layer. The numbers are
those of `grad(x)` after `backward loss`. `gradlab ops NAME` says of an op when no gradient can be built through it.

Arguments:
    loss  a node of a single number: what is differentiated
    x     a node, or a list of them: by what

Source: Pearlmutter, *Fast Exact Multiplication by the Hessian*, Neural Computation 6, 1994; Gulrajani et al., *Improved
Training of Wasserstein GANs*, NIPS 2017.

Example:
    x = input(shape=(8, 3))
    W = param(shape=(3, 1))
    score = tanh(x @ W)
    slope = gradient(sum(score), x)
    penalty = mean((norm(slope, axis=1) - 1) ** 2)
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from gradlab.arguments import REQUIRED
from gradlab.errors import Note, ShapeError
from gradlab.graph.cuts import behind, cuts
from gradlab.graph.derivative import NoPath, NotWritten, append_gradient
from gradlab.graph.graph import Node
from gradlab.manual import usage
from gradlab.ops import OPS
from gradlab.scenario.call import Call, opened
from gradlab.scenario.tracing import Trace, Wrong
from gradlab.scenario.values import Value, kind_of
from gradlab.scenario.vocabulary import Word

PARAMETERS = {"loss": REQUIRED, "x": REQUIRED}

VISITS = 4
"""Nodes that are looked at in less time than a step of the interpreter takes."""


class _End:
    """The end of the graph that is being read, at a place of the text."""

    def __init__(self, trace: Trace, at: ast.AST) -> None:
        self.trace, self.at = trace, at

    def number(self, value: float) -> Node:
        """Return the constant of a number; equal ones of a backward pass are one."""
        return self.trace.node(value, self.at)

    def add(self, op: str, inputs: Sequence[Node], attrs: Any) -> Node:
        """Append an op. Raises Wrong, Exhausted."""
        return self.trace.add(OPS[op], inputs, attrs, self.at)


def run(call: Call) -> Value:
    """Return the derivative, or a list of them. Raises Wrong, Exhausted."""
    bound = call.bind(PARAMETERS)
    loss, by = _loss(call, bound["loss"]), _nodes(call, bound["x"])
    trace, names, first = call.trace, call.trace.names, len(call.trace.graph.nodes)
    trace.budget.step(first // VISITS)
    with opened(trace, names.open_gradient(loss)):
        try:
            made = append_gradient(trace.graph, loss, by, _End(trace, call.node))
        except NoPath as error:
            raise _no_path(call, error.node, loss) from None
        except NotWritten as error:
            raise _not_written(call, error.node) from None
        except ShapeError as error:
            raise trace.shape_problem(str(error), "gradient", [loss], call.node) from None
        trace.graph.derived.update(range(first, len(trace.graph.nodes)))
        for node, slope in zip(by, made, strict=True):
            if path := names.path_of(node):
                names.bind(path, slope, made=True)
    return list(made) if isinstance(bound["x"], list | tuple) else made[0]


def _loss(call: Call, value: Value) -> Node:
    """Return the node that is differentiated. Raises Wrong."""
    at = call.place(PARAMETERS, "loss")
    if not isinstance(value, Node):
        raise call.trace.wrong(f"`gradient` takes the node of a single number, got {kind_of(value)}", at)
    if value.size != 1:
        message = f"the derivative is that of a single number, got shape {value.shape}: take its `sum` or `mean`"
        raise call.trace.shape_problem(message, "gradient", [value], at)
    return value


def _nodes(call: Call, value: Value) -> list[Node]:
    """Return the nodes by which it is differentiated. Raises Wrong."""
    at, found = call.place(PARAMETERS, "x"), []
    for part in value if isinstance(value, list | tuple) else [value]:
        if not isinstance(part, Node):
            raise call.trace.wrong(f"`gradient` is taken by a node or a list of nodes, got {kind_of(part)}", at)
        if part.op.role == "constant":
            message = f"{call.trace.names.describe(part)} is a constant: `gradient` is taken by what can change"
            raise call.trace.wrong(message, at, "make it a `param` or an `input`")
        found.append(part)
    if not found:
        raise call.trace.wrong("`gradient` is taken by at least one node, got an empty list", at)
    return found


def _no_path(call: Call, node: Node, loss: Node) -> Wrong:
    """Say why nothing flows: the loss is not made from the node, or ops cut all ways."""
    graph, describe = call.trace.graph, call.trace.names.describe
    made = behind(graph, loss.index)
    cutting = " and ".join(dict.fromkeys(f"`{graph.nodes[i].op.name}`" for i, _ in cuts(graph, made, node.index, dead=False)))
    why = f": the way is cut by {cutting}" if made[node.index] else ", which it is not made from"
    message = f"nothing flows from {describe(loss)} back to {describe(node)}{why}"
    return call.trace.wrong(message, call.place(PARAMETERS, "x"), "", _made(call, node))


def _not_written(call: Call, node: Node) -> Wrong:
    """Say through which op no gradient can be built."""
    message = f"no gradient can be built through `{node.op.name}`: its backward pass is not written in ops"
    return call.trace.wrong(message, call.node, "", _made(call, node))


def _made(call: Call, node: Node) -> tuple[Note, ...]:
    return (Note(f"{call.trace.names.describe(node)} is made here", node.span),)


WORD = Word("gradient", usage("gradient", PARAMETERS), run, __doc__, PARAMETERS)
