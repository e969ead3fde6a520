"""The formulas on NumPy arrays, without a graph: one update at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradlab.op import Array, Op
from gradlab.ops import OPS
from gradlab.optim.optimizer import Optimizer
from gradlab.optim.tunable import Schedule


class ArrayMath:
    """The `m` of a formula on arrays: the ops' own functions."""

    def name(self, name: str, value: Array) -> Array:
        """Return the value."""
        return value

    def array(self, name: str, array: Array) -> Array:
        """Return the array."""
        return array

    def __getattr__(self, op: str) -> Callable[..., Any]:
        if op not in OPS or OPS[op].is_leaf:
            raise AttributeError(op)
        forward = OPS[op].forward
        assert forward is not None
        if OPS[op].kind == "elementwise":
            return forward
        return lambda *operands, **attrs: _run(OPS[op], operands[0] if OPS[op].variadic else operands, attrs)


def _run(op: Op, operands: Any, attrs: Mapping[str, Any]) -> Array:
    """Run an op on array views, as a machine does."""
    assert op.forward is not None and op.plan is not None
    inputs = [np.ascontiguousarray(x, np.float64) for x in operands]
    shapes, given = tuple(x.shape for x in inputs), {**op.attrs, **attrs}
    out = np.zeros(op.shape(shapes, given))
    plan = op.plan(shapes, out.shape, given)
    *views, z = [a.reshape(view) for a, view in zip((*inputs, out), plan.views, strict=True)]
    extra = (*plan.ints, *plan.floats, *((np.zeros(plan.scratch),) if op.scratch else ()))
    start = 0
    for x in views if op.variadic else ():
        op.forward(x, z, start, *extra)
        start += x.shape[1]
    if not op.variadic:
        op.forward(*views, z, *extra)
    return out


def start(optimizer: Optimizer, w: Array) -> dict[str, Array]:
    """Return the state with which the optimizer begins for a parameter."""
    return {key: np.zeros_like(w) for key in optimizer.state}


def advance(
    optimizer: Optimizer, w: Array, gradient: Array, state: Mapping[str, Array], t: int
) -> tuple[Array, dict[str, Array]]:
    """Return parameter and state after update t, counted from 1. The hyperparameters are numbers."""
    m = ArrayMath()
    hyper: dict[str, Any] = dict(optimizer.hyper)
    if optimizer.common is not None:
        hyper.update(optimizer.common(m, float(t), hyper))
    following, next_state = optimizer.update(m, w, gradient, state, hyper)
    return following, dict(next_state)


@dataclass(frozen=True, slots=True)
class ArrayMoment:
    """The `now` of a formula on arrays."""

    t: Any
    loss: Any = 0.0


class Scheduled:
    """A schedule at work: called with the loss of one update after the other, it gives its values."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule, self.t = schedule.complete(), 0
        self.inner = {k: Scheduled(v) for k, v in self.schedule.hyper.items() if isinstance(v, Schedule)}
        self.state = dict(self.schedule.start(self.schedule.hyper))

    def __call__(self, loss: float = 0.0) -> float:
        """Return the value of the next update."""
        hyper = {k: self.inner[k](loss) if k in self.inner else v for k, v in self.schedule.hyper.items()}
        now = ArrayMoment(np.float64(self.t), np.float64(loss))
        value, following = self.schedule.update(ArrayMath(), now, self.state, hyper)
        self.state, self.t = {key: float(part) for key, part in following.items()}, self.t + 1
        return float(value)
