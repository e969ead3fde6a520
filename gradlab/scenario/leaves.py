"""Leaves that layers and words share: noise, statistics that run along with training, and the switch between its two modes."""

from __future__ import annotations

import ast

import numpy as np

from gradlab.graph.graph import Fixed, Node
from gradlab.graph.random import Noise
from gradlab.op import Shape
from gradlab.ops import OPS
from gradlab.scenario.call import opened
from gradlab.scenario.names import Given
from gradlab.scenario.tracing import Trace

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


def noise(trace: Trace, shape: Shape, kind: str, at: ast.AST) -> Node:
    """Return a leaf of random numbers, "normal" or "uniform", other ones in every update. Raises Wrong, Exhausted."""
    node = trace.add(OPS["noise"], [], {}, at, shape=shape)
    trace.late_feeds.append((node, lambda key: Noise(shape, key, kind)))
    return node


def running(trace: Trace, of: Node, start: float, rate: float, scale: float, at: ast.AST) -> Node:
    """Return a statistic that follows a node in training and begins with one number everywhere. Raises Wrong, Exhausted."""
    attrs = {"of": of.index, "mode": switch(trace, at).index, "rate": rate, "scale": scale}
    node = trace.add(OPS["buffer"], [], attrs, at, shape=of.shape)
    node.feed = Fixed(np.full(of.shape, start, trace.dtype))
    return node
