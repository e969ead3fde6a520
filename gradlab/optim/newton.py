"""Newton's method: a step to where the gradient would be 0 if the loss were the parabola that it looks like here.

    H      = ∂²loss/∂x², by differences of gradients: H[:, j] = (g(x + h·e_j) - g(x - h·e_j)) / 2h
    W.next = x - lr · (H + damping · 1)⁻¹ g(x)          x: all parameters as one vector of n, at most 64

A Newton step takes 2n + 1 updates, counted by `stage`: the first looks at x itself, the others at its neighbours, and the last
one steps. h is relative to elements above 1. Where H is not positive the step may lead uphill, to a saddle or a summit.

Arguments:
    h        number, from 1e-12 to 1: how far away it looks for differences of gradients, relative to elements above 1
    damping  number, from 0: added to the diagonal of the Hessian

Source: Nocedal & Wright, *Numerical Optimization*, 2nd ed., 2006, ch. 3.3 and 8.1.

Example:  minimize(loss, newton(damping=0.001))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradlab.op import Shape
from gradlab.optim.joint import Joint
from gradlab.optim.tunable import Math, Value, Values


def state(n: int, hyper: Mapping[str, Any]) -> Mapping[str, Shape]:
    """The point x, the gradient there, the columns of the Hessian so far, and the stage from 0 to 2n."""
    return {"origin": (n,), "slope": (n,), "hessian": (n, n), "stage": ()}


def update(m: Math, x: Value, g: Value, f: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the next point to look at."""
    n = x.shape[0]
    stage, last = state["stage"], 2.0 * n
    places = m.array("places", np.arange(float(n)))
    first = m.name("first", m.less(stage, 0.5))
    complete = m.name("complete", m.greater(stage, last - 0.5))
    origin, slope = m.where(first, x, state["origin"]), m.where(first, g, state["slope"])
    reach = m.name("reach", hyper["h"] * m.maximum(1.0, m.abs(origin)))
    column = _side(m, places, stage) / (2.0 * reach)
    hessian = m.where(first, 0.0, state["hessian"]) + m.reshape(g, shape=(n, 1)) * m.reshape(column, shape=(1, n))
    unit = m.array("unit", np.eye(n))
    even = 0.5 * (hessian + m.transpose(hessian)) + hyper["damping"] * unit
    step = m.name("step", m.solve(m.where(complete, even, unit), slope))
    following = m.where(complete, 0.0, stage + 1.0)
    probe = origin + _side(m, places, following) * reach
    next_x = m.where(complete, origin - hyper["lr"] * step, probe)
    return next_x, {"origin": origin, "slope": slope, "hessian": hessian, "stage": following}


def _side(m: Math, places: Value, stage: Value) -> Value:
    """Return the vector that is 1 or -1 where the point of a stage differs from the origin, else 0."""
    pair = m.floor((stage - 1.0) * 0.5)
    sign = 1.0 - 2.0 * ((stage - 1.0) - 2.0 * pair)
    return sign * m.less(m.abs(places - pair), 0.5)


OPTIM = Joint(
    "newton",
    {"lr": 1.0, "h": 1e-4, "damping": 0.0},
    update,
    state,
    64,
    ranges={"h": (1e-12, 1.0), "damping": (0.0, float("inf"))},
)
