"""Functions of one number that are made of others: hyperbolic ones and their inverses, powers and logarithms of other bases."""

from __future__ import annotations

from collections.abc import Callable
from math import log, pi
from typing import Any

from gradlab.importers.torch._mapping import Mapping


def _sinh(m: Any, x: Any) -> Any:
    return m.call("mul", m.call("sub", m.call("expm1", x), m.call("expm1", m.call("neg", x))), 0.5)


def _cosh(m: Any, x: Any) -> Any:
    return m.call("mul", m.call("add", m.call("exp", x), m.call("exp", m.call("neg", x))), 0.5)


def _asinh(m: Any, x: Any) -> Any:
    """Return ±log(1 + |x| + x² / (1 + √(x² + 1))), with the slope 1 at 0, where the sign and |x| have none."""
    sign = m.call("where", m.call("less", x, 0.0), -1.0, 1.0)
    size, square = m.call("mul", x, sign), m.call("square", x)
    root = m.call("sqrt", m.call("add", square, 1.0))
    more = m.call("add", size, m.call("div", square, m.call("add", root, 1.0)))
    return m.call("mul", sign, m.call("log1p", more))


def _acosh(m: Any, x: Any) -> Any:
    root = m.call("mul", m.call("sqrt", m.call("sub", x, 1.0)), m.call("sqrt", m.call("add", x, 1.0)))
    return m.call("log", m.call("add", x, root))


def _atanh(m: Any, x: Any) -> Any:
    return m.call("mul", m.call("sub", m.call("log1p", x), m.call("log1p", m.call("neg", x))), 0.5)


def _logarithm(base: float) -> Callable[[Any, Any], Any]:
    return lambda m, x: m.call("mul", m.call("log", x), 1 / log(base))


def _erfc(m: Any, x: Any) -> Any:
    return m.call("sub", 1.0, m.call("erf", x))


def _hypot(m: Any, x: Any, other: Any, **_: Any) -> Any:
    return m.call("sqrt", m.call("add", m.call("square", x), m.call("square", other)))


def _sinc(m: Any, x: Any) -> Any:
    """Return sin πx / πx: 1 at 0, without a slope."""
    flat = m.call("equal", x, 0.0)
    turned = m.call("mul", m.call("where", flat, 1.0, x), pi)
    return m.call("where", flat, 1.0, m.call("div", m.call("sin", turned), turned))


def _one(name: str, of: Callable[[Any, Any], Any]) -> Mapping:
    return Mapping(name, lambda m, x, **_: of(m, x))


MAPPING = (
    _one("sinh", _sinh),
    _one("cosh", _cosh),
    _one("asinh", _asinh),
    _one("acosh", _acosh),
    _one("atanh", _atanh),
    _one("log2", _logarithm(2.0)),
    _one("log10", _logarithm(10.0)),
    _one("exp2", lambda m, x: m.call("exp", m.call("mul", x, log(2.0)))),
    _one("erfc", _erfc),
    _one("sinc", _sinc),
    Mapping("hypot", _hypot),
)
