"""Sums, products and the like of two tensors, or of a tensor and a number."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._maker import KnownTensor
from gradlab.importers.torch._mapping import Mapping
from gradlab.importers.torch._numbers import array_of
from gradlab.importers.torch.rounding import cut


def _scaled(m: Any, x: Any, by: Any) -> Any:
    return x if by == 1 else m.call("mul", x, by)


def _add(m: Any, x: Any, other: Any, alpha: Any = 1, **_: Any) -> Any:
    return m.call("add", x, _scaled(m, other, alpha))


def _sub(m: Any, x: Any, other: Any, alpha: Any = 1, **_: Any) -> Any:
    return m.call("sub", x, _scaled(m, other, alpha))


def _rsub(m: Any, x: Any, other: Any, alpha: Any = 1, **_: Any) -> Any:
    return m.call("sub", other, _scaled(m, x, alpha))


def _div(m: Any, x: Any, other: Any, rounding_mode: Any = None, **_: Any) -> Any:
    found = m.call("div", x, other)
    if rounding_mode == "trunc":
        return cut(m, found)
    return m.call("floor", found) if rounding_mode == "floor" else found


def _plain(name: str) -> Any:
    return lambda m, x, other, **_: m.call(name, x, other)


def _pow(m: Any, x: Any, exponent: Any, **_: Any) -> Any:
    """Return the power; where a base of this batch is not above 0, the exponent gets what PyTorch sends, a NaN below 0."""
    if exponent == 2:
        return m.call("square", x)
    made = m.call("pow", x, exponent)
    if not m.needs(exponent) or bool((m.in_batch(x) > 0).all()):
        return made
    flat = m.call("mul", m.call("equal", x, 0), m.call("greater_equal", exponent, 0))
    slope = m.call("where", flat, 0.0, m.call("mul", made, m.call("log", m.call("where", flat, 1.0, x), name="log_of_base")))
    straight = m.call("mul", exponent, m.call("stop_gradient", slope))
    return m.call("custom", made, m.call("add", m.call("pow", x, m.call("stop_gradient", exponent)), straight))


def _lerp(m: Any, x: Any, end: Any, weight: Any, **_: Any) -> Any:
    return m.call("add", x, m.call("mul", weight, m.call("sub", end, x)))


def _addcmul(m: Any, x: Any, tensor1: Any, tensor2: Any, value: Any = 1, **_: Any) -> Any:
    return m.call("add", x, _scaled(m, m.call("mul", tensor1, tensor2), value))


def _addcdiv(m: Any, x: Any, tensor1: Any, tensor2: Any, value: Any = 1, **_: Any) -> Any:
    return m.call("add", x, _scaled(m, m.call("div", tensor1, tensor2), value))


def _atan2(m: Any, x: Any, other: Any, **_: Any) -> Any:
    """Return the angle; at the origin of this batch, where ours has no slope, PyTorch sends nothing."""
    rise, run = m.called.args[0].numbers, m.called.args[1].numbers
    at = (rise == 0) & (run == 0)
    if not bool(at.any()):
        return m.call("atan2", x, other)
    origin = m.call("mul", m.call("equal", x, 0), m.call("equal", other, 0))
    angle = m.call("atan2", m.call("where", origin, 0, x), m.call("where", origin, 1, other))
    turned = array_of(at * rise.atan2(run))  # of zeros with a sign
    return m.call("add", angle, KnownTensor(turned, name="turned")) if turned.any() else angle


def xlogy(m: Any, x: Any, other: Any, **_: Any) -> Any:
    """Return x · log y, 0 where x is 0; PyTorch sends x / y to y there too, which is NaN where y is 0."""
    nothing = m.call("mul", m.call("equal", x, 0), m.call("less_equal", other, 0))
    safe = m.call("where", nothing, 1, other)
    made = m.call("mul", x, m.call("log", safe))
    if not m.needs(other) or bool(((m.in_batch(x) != 0) | (m.in_batch(other) != 0)).all()):
        return made
    flat = m.call("mul", m.call("stop_gradient", x), m.call("log", other))
    return m.call("custom", made, m.call("add", m.call("mul", x, m.call("stop_gradient", m.call("log", safe))), flat))


MAPPING = (
    Mapping("xlogy", xlogy),
    Mapping("add", _add),
    Mapping("sub", _sub),
    Mapping("rsub", _rsub),
    Mapping("mul", _plain("mul"), ("multiply",)),
    Mapping("div", _div, ("divide", "true_divide")),
    Mapping("maximum", _plain("maximum")),
    Mapping("minimum", _plain("minimum")),
    Mapping("atan2", _atan2),
    Mapping("remainder", _plain("mod")),
    Mapping("pow", _pow),
    Mapping("lerp", _lerp),
    Mapping("addcmul", _addcmul),
    Mapping("addcdiv", _addcdiv),
)
