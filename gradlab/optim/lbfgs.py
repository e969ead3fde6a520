"""L-BFGS: as BFGS, but it keeps the last m steps and changes of the gradient instead of a matrix.

    S, Y   = the last m pairs of a step s and the change y of the gradient along it, the oldest first
    W.next = x + t · d,  d = -H g by two loops over the pairs          t: the step that a line search tries

An update is one try of the line search (`lbfgs.accepted` says what became of it), so the loss of the run goes up and down;
`lbfgs.value` is that of the best point so far, `lbfgs.origin`. It takes all data at once.

Arguments:
    m  whole, from 1 to 100: steps that it remembers

Source: Nocedal, *Updating quasi-Newton matrices with limited storage*, Mathematics of Computation 35, 1980.

Example:  minimize(loss, lbfgs(m=5))
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gradlab.op import Shape
from gradlab.optim import _search
from gradlab.optim.joint import Joint
from gradlab.optim.tunable import Math, Value, Values


def state(n: int, hyper: Mapping[str, Any]) -> Mapping[str, Shape]:
    """Those of the line search, and the pairs."""
    pairs = int(hyper["m"]), n
    return {**_search.shapes(n), "S": pairs, "Y": pairs}


def remember(m: Math, found: _search.Found, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return -H g and the next pairs."""
    pairs = {
        "S": _pushed(m, state["S"], found.step, found),
        "Y": _pushed(m, state["Y"], found.change, found),
    }
    return m.two_loop(found.slope, pairs["S"], pairs["Y"]), pairs


def _pushed(m: Math, kept: Value, newest: Value, found: _search.Found) -> Value:
    """Return the rows with a new last one, if it is useful; none when the way is given up."""
    rows, n = kept.shape
    pushed = m.concat([m.index(kept, key=(slice(1, rows),)), m.reshape(newest, shape=(1, n))])
    return m.where(found.given_up, 0.0, m.where(found.useful, pushed, kept))


def update(m: Math, x: Value, g: Value, f: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the next point to try."""
    return _search.search(m, x, g, f, state, hyper, remember)


OPTIM = Joint(
    "lbfgs", {"m": 10.0, **_search.HYPER}, update, state, 1_000_000, whole=("m",), ranges={"m": (1.0, 100.0), **_search.RANGES}
)
