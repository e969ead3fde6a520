"""Leaves that layers and words share: noise, statistics that run along with training, and the switch between its two modes."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradlab.errors import Note
from gradlab.graph.graph import Filled, Fixed, Node
from gradlab.graph.random import Noise
from gradlab.nn.initializer import Drawn, Initializer
from gradlab.op import Array, Shape
from gradlab.ops import OPS
from gradlab.scenario.call import opened
from gradlab.scenario.names import Given
from gradlab.scenario.tracing import Trace, Wrong
from gradlab.scenario.values import Shared

SWITCH = "mode"


def switch(trace: Trace, at: ast.AST) -> Node:
    """Return the leaf that holds 1 in mode train and 0 in mode eval. A model has one, outside all scopes."""
    root = trace.names.root
    if SWITCH not in root.constants:
        with opened(trace, root):
            node = trace.leaf("mode", np.array(float(trace.mode == "train")), at)
        trace.names.given[node.index] = Given(SWITCH, 0, SWITCH)
        root.constants[SWITCH] = node
    return root.constants[SWITCH]


def again(trace: Trace, kind: str, shape: Shape, name: str = "") -> Node | None:
    """Return what the first call of what is shared made in this place, or None where it is made now. Raises Wrong."""
    found = None
    for shared in reversed(trace.sharing):
        if shared.begun:
            found = _of_first(trace, shared, kind, shape, name)
    if found is not None:
        _keep(trace, found)
    return found


def _of_first(trace: Trace, shared: Shared, kind: str, shape: Shape, name: str) -> Node:
    """Return the next leaf of the first call. Raises Wrong where this call needs another one."""
    shared.asked += 1
    called = f"`{name}`" if name else f"a `{kind}`"
    if shared.asked > len(shared.made):
        raise _differs(trace, shared, f"this call also needs {called} of shape {shape}")
    node = shared.made[shared.asked - 1]
    given = trace.names.given.get(node.index)
    if node.op.name != OPS[kind].name or (given.name if given is not None else "") != name:
        raise _differs(trace, shared, f"this call needs {called} where the first one made {trace.names.describe(node)}")
    if node.shape != shape:
        known = trace.names.describe(node)
        raise _differs(trace, shared, f"{known} is of shape {node.shape} since the first call, this one needs {shape}")
    return node


def _differs(trace: Trace, shared: Shared, message: str) -> Wrong:
    assert shared.call is not None
    return trace.wrong(f"`{shared.name}` is shared: {message}", shared.call, "", (Note("the first call", shared.first),))


def complete(trace: Trace, shared: Shared) -> None:
    """Raise Wrong where a call has asked for fewer leaves than the first one."""
    if shared.begun and shared.asked < len(shared.made):
        left = trace.names.describe(shared.made[shared.asked])
        raise _differs(trace, shared, f"this call does without {left} of the first one")


def _begin_reading(trace: Trace, node: Node) -> None:
    """Note that what the present call makes from here on may read a statistic."""
    if trace.sharing:
        node.attrs = {**node.attrs, "read": (*node.attrs.get("read", ()), (len(trace.graph.nodes), 0))}


def end_reading(trace: Trace, shared: Shared) -> None:
    """Note that what is made from here on is no part of a call."""
    for node in shared.made:
        *before, (first, stop) = node.attrs.get("read", ((0, 1),))
        if not stop:
            node.attrs = {**node.attrs, "read": (*before, (first, len(trace.graph.nodes)))}


def _keep(trace: Trace, node: Node) -> None:
    """Let later calls find a leaf that a first call uses."""
    for shared in trace.sharing:
        if not shared.begun:
            shared.made.append(node)


def parameter(trace: Trace, shape: Shape, init: Initializer, at: ast.AST) -> Node:
    """Return a new parameter with drawn values. Raises Wrong, Exhausted."""
    node = trace.add(OPS["param"], [], {}, at, shape=shape)
    trace.late_feeds.append((node, lambda key: Drawn(init, shape, key)))
    _keep(trace, node)
    return node


def written(trace: Trace, array: Array, at: ast.AST) -> Node:
    """Return a new parameter that begins with an array. Raises Wrong, Exhausted."""
    node = trace.leaf("param", array, at)
    _keep(trace, node)
    return node


def noise(trace: Trace, shape: Shape, kind: str, at: ast.AST, varies: bool = True) -> Node:
    """Return a leaf of random numbers, "normal" or "uniform". Raises Wrong, Exhausted.

    varies: whether they are others in every update; else they are drawn once.
    """
    node = trace.add(OPS["noise"], [], {}, at, shape=shape)
    trace.late_feeds.append((node, lambda key: Noise(shape, key, kind, varies)))
    return node


def drawn_once(trace: Trace, node: Node) -> Node:
    """Make an input of noise that nothing has read yet: its numbers are drawn once. Return it."""
    node.op = OPS["input"]
    of, feed = trace.late_feeds[-1]
    assert of is node, "noise that was not made just now"
    trace.late_feeds[-1] = (node, lambda key: replace(feed(key), varies=False))  # type: ignore[type-var]
    trace.inputs.append(node)
    return node


def running(trace: Trace, of: Node, start: float | Array, how: Mapping[str, Any], at: ast.AST) -> Node:
    """Return a statistic that follows a node in training. Raises Wrong, Exhausted.

    start: what it begins with, one number everywhere or an array of its shape.
    how: `rate` and `scale`, or `keep`, the name of the op that gives the next one of the present one and the new one.
    """
    attrs = {"of": of.index, "mode": switch(trace, at).index, **how}
    node = trace.add(OPS["buffer"], [], attrs, at, shape=of.shape)
    node.feed = Fixed(start) if isinstance(start, np.ndarray) else Filled(of.shape, start, trace.dtype)
    _keep(trace, node)
    _begin_reading(trace, node)
    return node


def running_again(trace: Trace, of: Node, how: Mapping[str, Any], name: str = "") -> Node | None:
    """Return the statistic of the first call of what is shared, which follows this node too, or None. Raises Wrong.

    how: as of `running`; of later calls their `scale` counts alone.
    """
    node = again(trace, "buffer", of.shape, name)
    if node is None:
        return None
    if node.attrs.get("keep") != how.get("keep"):
        shared = next(shared for shared in trace.sharing if shared.begun)
        raise _differs(trace, shared, f"{trace.names.describe(node)} is kept in another way since the first call")
    node.attrs = {**node.attrs, "also": (*node.attrs.get("also", ()), (of.index, how.get("scale", 1.0)))}
    _begin_reading(trace, node)
    return node
