"""A loss whose terms have weights: the terms are a node, and what is made of them is the next; both can be looked at."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any

from gradlab.errors import ArgumentError, ShapeError
from gradlab.graph.graph import Node
from gradlab.op import Op, Shape
from gradlab.ops import OPS
from gradlab.ops._loss import REDUCTIONS, check_weights
from gradlab.scenario.call import Arg, Call
from gradlab.scenario.values import Value

Make = Callable[[Op, Call], Value]


def weighed(make: Make, op: Op, call: Call, bound: Mapping[str, Value]) -> Node:
    """Return the weighted mean or sum of the terms of a loss, or the weighted terms. Raises ArgumentError, Wrong.

    make: makes the node of an op from a call.
    """
    reduction = bound["reduction"]
    if reduction == "mean" and "w" in op.inputs:
        raise ArgumentError(f'`{call.word}` with `weights` of classes and `sample_weights` has no mean: take reduction="sum"')
    at = call.place(op.parameters, "sample_weights")
    weights, terms = call.trace.node(bound["sample_weights"], at), _terms(make, op, call, bound)
    try:
        check_weights(terms.shape, weights.shape)
    except ShapeError as error:
        raise call.trace.wrong(f"`sample_weights` of `{call.word}`: {error}", at) from None
    if reduction == "mean":
        return _made(call, "weighted_mean", terms, _counting(op, call, bound, weights))
    parts = _made(call, "mul", terms, _aligned(call, weights, terms.shape))
    return parts if reduction == "none" else call.trace.add(OPS["sum"], [parts], OPS["sum"].attrs, call.node)


def _terms(make: Make, op: Op, call: Call, bound: Mapping[str, Value]) -> Node:
    """Return the loss before its reduction."""
    given = {name: Arg(bound[name], call.place(op.parameters, name)) for name in (*op.inputs, *op.attrs)}
    reduction = given["reduction"]
    given["reduction"] = Arg("none" if reduction.value in REDUCTIONS else reduction.value, reduction.node)
    made = make(op, Call(call.trace, call.word, call.node, (), given))
    assert isinstance(made, Node)
    return made


def _counting(op: Op, call: Call, bound: Mapping[str, Value], weights: Node) -> Node:
    """Return the weights, 0 for targets that are ignored: these do not count in a mean."""
    ignored = bound.get("ignore_index")
    if ignored is None:
        return weights
    place: ast.expr = call.place(op.parameters, op.inputs[1])
    target = call.trace.node(bound[op.inputs[1]], place)
    counts = _made(call, "not_equal", target, call.trace.node(ignored, call.node))
    return _made(call, "mul", _aligned(call, weights, counts.shape), counts)


def _aligned(call: Call, weights: Node, shape: Shape) -> Node:
    """Return the weights with axes of size 1 behind them, so that each meets its own terms."""
    if len(weights.shape) in (0, len(shape)):
        return weights
    wide = (*weights.shape, *(1,) * (len(shape) - len(weights.shape)))
    attrs: dict[str, Any] = {**OPS["reshape"].attrs, "shape": wide}
    return call.trace.add(OPS["reshape"], [weights], attrs, call.node)


def _made(call: Call, name: str, *inputs: Node) -> Node:
    return call.trace.add(OPS[name], list(inputs), OPS[name].attrs, call.node)
