"""A statistic that runs along with training: every update moves it a part, `rate`, of the way to a value. No parameter.

It is moved by the update phase of every `minimize` whose loss depends on it, and stays as it is in mode eval. One that no loss
reads follows all the same: every `minimize` whose loss depends on what it follows, or that moves a statistic in it, moves it,
else each of them. A `scale` of n / (n - 1) makes a variance an unbiased one. With `rate=1` it is what was there an update
before, and one that follows such a one what was there two updates before.

Arguments:
    of     a node: what it follows
    rate   number, from 0 to 1: the part of the way that it moves in an update; None: 0.1
    start  number: what stands everywhere at first, or numbers in the shape of what it follows; None: 0, with `keep` -inf or inf
    scale  number: multiplies what it follows; None: 1
    keep   `maximum` or `minimum`: it becomes the best so far instead; None: it moves a part of the way

Example:
    x = randn(32, 4)
    usual = running(mean(x, axis=0), rate=0.1)
    centred = x - where(mode(), mean(x, axis=0), usual)
    W = param(shape=(4, 1))
    loss = mean(square(centred @ W - 1))
    best, before = running(loss, keep=minimum), running(W, rate=1)
    minimize(loss, sgd(0.1))
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED, number
from gradlab.graph.graph import Node
from gradlab.op import Array, Op
from gradlab.ops import OPS
from gradlab.scenario import leaves
from gradlab.scenario.call import Call
from gradlab.scenario.values import Data, Value, kind_of
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._leaves import array_of

PARAMETERS = {"of": REQUIRED, "rate": None, "start": None, "scale": None, "keep": None}
RATE, START, SCALE = 0.1, 0.0, 1.0


def run(call: Call) -> Value:
    """Return the leaf of the statistic."""
    bound = call.bind(PARAMETERS)
    if not isinstance(bound["of"], Node):
        raise call.trace.wrong(f"`running` follows a node, got {kind_of(bound['of'])}", call.place(PARAMETERS, "of"))
    if bound["keep"] is not None:
        keep, start = _keep(call, bound)
        start = start if bound["start"] is None else number("running", "start", bound["start"])
        return _made(call, bound["of"], start, {"keep": keep.name})
    rate = number("running", "rate", RATE if bound["rate"] is None else bound["rate"], low=0.0, high=1.0)
    scale = number("running", "scale", SCALE if bound["scale"] is None else bound["scale"])
    return _made(call, bound["of"], _start(call, bound), {"rate": rate, "scale": scale})


def _start(call: Call, bound: Mapping[str, Value]) -> float | Array:
    """Return what stands at first: a number, or an array in the shape of what is followed. Raises Wrong, ArgumentError."""
    start, of = bound["start"], bound["of"]
    if not isinstance(start, Data | list | tuple):
        return START if start is None else number("running", "start", start)
    numbers = array_of(call, PARAMETERS, "start", start)
    if numbers.shape != of.shape:
        message = f"`start` of `running` has shape {numbers.shape}, what it follows has {of.shape}"
        raise call.trace.wrong(message, call.place(PARAMETERS, "start"))
    return numbers


def _made(call: Call, of: Node, start: float | Array, how: Mapping[str, Any]) -> Node:
    """Return the statistic of the first call of what is shared, else a new one. Raises Wrong, Exhausted."""
    return leaves.running_again(call.trace, of, how) or leaves.running(call.trace, of, start, how, call.node)


def worst(op: Op) -> float | None:
    """Return the infinity that an op of two numbers never keeps, where a statistic of it begins; None for other ops."""
    if op.forward is None or op.kind != "elementwise" or len(op.inputs) != 2 or op.attrs or op.update_only:
        return None
    numbers = np.array([-1.0, 0.0, 1.0])
    with np.errstate(all="ignore"):
        given = ((end, np.asarray(op.forward(np.full(3, end), numbers))) for end in (-inf, inf))
        return next((end for end, kept in given if (kept == numbers).all()), None)


def _keep(call: Call, bound: Mapping[str, Value]) -> tuple[Op, float]:
    """Return the op that gives the next value, and where the statistic begins. Raises Wrong."""
    for name in ("rate", "scale"):
        if bound[name] is not None:
            raise call.trace.wrong(f"`{name}` of `running` does not go with `keep`", call.place(PARAMETERS, name))
    keep = bound["keep"]
    start = worst(keep) if isinstance(keep, Op) else None
    if start is None:
        got = f"`{keep.name}`" if isinstance(keep, Op) else kind_of(keep)
        at = call.place(PARAMETERS, "keep")
        allowed = " or ".join(f"`{name}`" for name, op in OPS.items() if worst(op) is not None)
        raise call.trace.wrong(f"`keep` of `running` is {allowed}, got {got}", at)
    return keep, start


WORD = Word(
    "running",
    f"running(of, rate={RATE}, start={START:g}, scale={SCALE:g}) or running(of, keep=maximum)",
    run,
    __doc__,
    PARAMETERS,
)
