"""What losses of the logistic function share: log(1 + u) without a call, so that their loops run in lanes."""

from __future__ import annotations

from dataclasses import replace
from math import prod

from gradlab.numeric import helper
from gradlab.op import Attrs, Plan, Shape
from gradlab.ops._loss import flat_plan


@helper
def log_of_one_and(u: float) -> float:
    """Return log(1 + u) for u from 0 to 1, at most 2 ulp off: 2 artanh(u / (2 + u)) by a polynomial.

    With s = u / (2 + u) it is 2 s + 2 s³ · (1/3 + …), and 2 s is u - s u, which is more exact
    (`test_a_logarithm_near_one_is_exact_to_two_ulp`). A loop with it runs in lanes; a call of the library's log1p takes 20 ns.
    """
    s = u / (2.0 + u)
    w = s * s
    w2 = w * w
    w4 = w2 * w2
    low = (0.3333333333333333 + w * 0.20000000000007292) + w2 * (0.1428571428355438 + w * 0.11111111358713932)
    high = (0.09090894718066429 + w * 0.07692785032479312) + w2 * (0.06657072104827468 + w * 0.06000536404795356)
    rest = low + w4 * (high + w4 * (0.04400369243072337 + w * 0.08082022805971766))
    return u - s * (u - 2.0 * (w * rest))


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both operands as rows; the working memory holds the terms, so that they are summed in lanes."""
    flat = flat_plan(shapes, out, attrs)
    return replace(flat, scratch=prod(flat.views[0]))
