"""BFGS: it learns the inverse of the Hessian from how the gradient changes between accepted steps.

    s, y   = the step, and the change of the gradient along it          ρ = 1 / s·y
    H.next = (1 - ρ s yᵀ) H (1 - ρ y sᵀ) + ρ s sᵀ                       the first H is s·y / y·y times the unit matrix
    W.next = x + t · d,  d = -H.next g                                  t: the step that a line search tries

An update is one try of the line search (`bfgs.accepted` says what became of it), so the loss of the run goes up and down;
`bfgs.value` is that of the best point so far, `bfgs.origin`. It takes all data at once.

Source: Nocedal & Wright, *Numerical Optimization*, 2nd ed., 2006, ch. 6.1.

Example:  minimize(loss, bfgs)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradlab.op import Shape
from gradlab.optim import _search
from gradlab.optim.joint import Joint
from gradlab.optim.tunable import Math, Value, Values


def state(n: int, hyper: Mapping[str, Any]) -> Mapping[str, Shape]:
    """Those of the line search, and the inverse Hessian."""
    return {**_search.shapes(n), "H": (n, n)}


def remember(m: Math, found: _search.Found, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return -H g and the next H."""
    s, y, useful = found.step, found.change, found.useful
    n = s.shape[0]
    bend, square = m.where(useful, m.sum(s * y), 1.0), m.where(useful, m.sum_squares([y]), 1.0)
    before = m.where(state["learned"], state["H"], bend / square * m.array("unit", np.eye(n)))
    rho = m.name("rho", 1.0 / bend)
    turned = before @ y
    column, row = m.reshape(s, shape=(n, 1)), m.reshape(s, shape=(1, n))
    across = column * m.reshape(turned, shape=(1, n))
    mixed = across + m.transpose(across)
    after = before + rho * ((1.0 + rho * m.sum(y * turned)) * (column * row) - mixed)
    inverse = m.where(useful, after, before)
    return -(inverse @ found.slope), {"H": inverse}


def update(m: Math, x: Value, g: Value, f: Value, state: Values, hyper: Values) -> tuple[Value, Values]:
    """Return the next point to try."""
    return _search.search(m, x, g, f, state, hyper, remember)


OPTIM = Joint("bfgs", _search.HYPER, update, state, 1000, ranges=_search.RANGES)
