"""An optimizer on NumPy arrays, without a graph: the same formulas, one update at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from gradlab.op import Array
from gradlab.ops import OPS
from gradlab.optim.optimizer import Optimizer


class ArrayMath:
    """The `m` of an optimizer on arrays: the ops' own functions."""

    def name(self, name: str, value: Array) -> Array:
        """Give the value."""
        return value

    def __getattr__(self, op: str) -> Callable[..., Any]:
        if op not in OPS or OPS[op].kind != "elementwise":
            raise AttributeError(op)
        forward = OPS[op].forward
        assert forward is not None
        return forward


def start(optimizer: Optimizer, w: Array) -> dict[str, Array]:
    """Give the state with which the optimizer begins for a parameter."""
    return {key: np.zeros_like(w) for key in optimizer.state}


def advance(
    optimizer: Optimizer, w: Array, gradient: Array, state: Mapping[str, Array], t: int
) -> tuple[Array, dict[str, Array]]:
    """Give parameter and state after update t, counted from 1."""
    m = ArrayMath()
    hyper: dict[str, Any] = dict(optimizer.hyper)
    if optimizer.common is not None:
        hyper.update(optimizer.common(m, float(t), hyper))
    following, next_state = optimizer.update(m, w, gradient, state, hyper)
    return following, dict(next_state)
