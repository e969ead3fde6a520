"""Leaves that layers and words share: noise, statistics that run along with training, and the switch between its two modes."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradlab.graph.graph import Filled, Node
from gradlab.graph.random import Noise
from gradlab.op import Shape
from gradlab.ops import OPS
from gradlab.scenario.names import Given
from gradlab.scenario.tracing import Trace

SWITCH = "mode"


def switch(trace: Trace, at: ast.AST) -> Node:
    """Return the leaf that holds 1 in mode train and 0 in mode eval. A model has one, outside all scopes."""
    root = trace.names.root
    if SWITCH not in root.constants:
        around, trace.names.scope = trace.names.scope, root
        node = trace.leaf("mode", np.array(float(trace.mode == "train")), at)
        trace.names.scope = around
        trace.names.given[node.index] = Given(SWITCH, 0, SWITCH)
        root.constants[SWITCH] = node
    return root.constants[SWITCH]


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


def running(trace: Trace, of: Node, start: float, how: Mapping[str, Any], at: ast.AST) -> Node:
    """Return a statistic that follows a node in training and begins with one number everywhere. Raises Wrong, Exhausted.

    how: `rate` and `scale`, or `keep`, the name of the op that gives the next one of the present one and the new one.
    """
    attrs = {"of": of.index, "mode": switch(trace, at).index, **how}
    node = trace.add(OPS["buffer"], [], attrs, at, shape=of.shape)
    node.feed = Filled(of.shape, start, trace.dtype)
    return node
