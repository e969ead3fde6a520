"""The line search of bfgs and lbfgs: it tries steps along a way until one goes far enough down and is flat enough.

    low enough    f(x + t·d) ≤ f(x) + c1 · t · g·d          else the step is too long:  the bracket ends at t
    flat enough   g(x + t·d)·d ≥ c2 · g·d                   else it is too short:       the bracket begins at t
    next t        the middle of the bracket, or 2·t while it has no end

Every try is an update. A step that is both is accepted, and then s·y > 0. After `TRIES` of them the way is given up, and the
search begins anew along the gradient.
Source: Lewis & Overton, *Nonsmooth optimization via quasi-Newton methods*, Mathematical Programming 141, 2013.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradlab.op import Shape
from gradlab.optim.tunable import Math, Value, Values

TRIES = 30.0
HYPER = {"c1": 1e-4, "c2": 0.9}
RANGES = {"c1": (0.0, 1.0), "c2": (0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class Found:
    """What an update has found out.

    step, change: s and y of an accepted try, else 0.   useful: whether s·y > 0.   given_up: whether the way is given up.
    slope: the gradient at the origin of the next try.
    """

    step: Value
    change: Value
    useful: Value
    given_up: Value
    slope: Value


Remember = Callable[[Math, Found, Values, Values], tuple[Value, Values]]
"""From what was found to the direction from the new origin, and the memory of curvature."""


def shapes(n: int) -> dict[str, Shape]:
    """The origin, its gradient and its loss; the way and the step along it; the bracket; counters."""
    vectors = dict.fromkeys(("origin", "slope", "way"), (n,))
    numbers: dict[str, Shape] = dict.fromkeys(("value", "step", "low", "high", "tries", "begun", "learned"), ())
    return {**vectors, **numbers}


def search(m: Math, x: Value, g: Value, f: Value, state: Values, hyper: Values, remember: Remember) -> tuple[Value, Values]:
    """Judge the point x, and return the next one with the next state."""
    length, decline = state["step"], m.name("decline", m.sum(state["slope"] * state["way"]))
    low_enough = m.name("low_enough", m.less_equal(f, state["value"] + hyper["c1"] * length * decline))
    flat_enough = m.name("flat_enough", m.greater_equal(m.sum(g * state["way"]), hyper["c2"] * decline))
    tries = state["tries"] + 1.0
    exhausted = m.greater_equal(tries, TRIES)
    good = low_enough * m.maximum(flat_enough, exhausted) * state["begun"]
    accepted = m.name("accepted", m.maximum(good, 1.0 - state["begun"]))
    given_up = m.name("given_up", exhausted * (1.0 - accepted))
    origin, slope = m.where(accepted, x, state["origin"]), m.where(accepted, g, state["slope"])
    s, y = m.where(good, x - state["origin"], 0.0), m.where(good, g - state["slope"], 0.0)
    useful = m.name("useful", m.greater(m.sum(s * y), 0.0))
    learned = m.maximum(state["learned"], useful) * (1.0 - given_up)
    wish, memory = remember(m, Found(s, y, useful, given_up, slope), state, hyper)
    turns = m.name("turns", m.maximum(accepted, given_up))
    trusted = m.less(m.sum(wish * slope), 0.0) * (1.0 - given_up)
    way = m.where(turns, m.where(trusted, wish, -slope), state["way"])
    along = _next_step(m, state, low_enough, turns, m.where(learned, 1.0, 1.0 / m.maximum(1.0, m.sqrt(m.sum_squares([slope])))))
    following = {
        "origin": origin, "slope": slope, "way": way, "value": m.where(accepted, f, state["value"]), **along,
        "tries": m.where(turns, 0.0, tries), "begun": m.maximum(state["begun"], 1.0), "learned": learned,
    }  # fmt: skip
    return origin + along["step"] * way, {**following, **memory}


def _next_step(m: Math, state: Values, low_enough: Value, turns: Value, first: Value) -> dict[str, Value]:
    """Return the next step and the bracket around it; a new way begins with `first` and no bracket."""
    length = state["step"]
    low, high = m.where(low_enough, length, state["low"]), m.where(low_enough, state["high"], length)
    inside = m.where(m.greater(high, 0.0), 0.5 * (low + high), 2.0 * length)
    return {"step": m.where(turns, first, inside), "low": m.where(turns, 0.0, low), "high": m.where(turns, 0.0, high)}
