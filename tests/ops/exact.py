"""The exact value and derivatives of every elementwise op, in the numbers of mpmath, written apart from the op files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

mpmath: Any
try:
    import mpmath  # type: ignore[no-redef]
except ImportError:
    mpmath = None

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Exact:
    """value, *slopes: of one op, each a function of its inputs and attributes.

    loses(x): how many further units in the last place it may be off at x, as its page says.
    """

    value: Function
    slopes: tuple[Function, ...]
    attrs: dict[str, float]
    loses: Callable[[float], float]


def of(value: Function, *slopes: Function, loses: Callable[[float], float] = lambda x: 0.0, **attrs: float) -> Exact:
    """Return what is exact of an op."""
    return Exact(value, slopes, attrs, loses)


def constant(number: float) -> Function:
    """Return a slope that is everywhere the same."""
    return lambda *_: number


def sigma(x: Any) -> Any:
    """Return the logistic function."""
    return 1 / (1 + mpmath.exp(-x))


def below(x: Any) -> Any:
    """Return the distribution function of the standard normal distribution."""
    return mpmath.erfc(-x / mpmath.sqrt(2)) / 2


def density(x: Any) -> Any:
    """Return the density of the standard normal distribution."""
    return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)


def sign(x: Any) -> int:
    """Return -1, 0 or 1."""
    return int(x > 0) - int(x < 0)


def power(x: Any, y: Any) -> Any:
    """Return x to the power y, None where there is none in real numbers."""
    if x < 0 and y != mpmath.floor(y):
        return None
    return x**y


def power_by_exponent(x: Any, y: Any) -> Any:
    """Return the slope of a power by its exponent; 0 where the base is negative, None where there is no value."""
    return power(x, y) and (x**y * mpmath.log(x) if x > 0 else 0)


def mish_gate(x: Any) -> Any:
    """Return tanh(log(1 + e^x))."""
    wide = (1 + mpmath.exp(x)) ** 2
    return (wide - 1) / (wide + 1)


def mish_slope(x: Any) -> Any:
    """Return the derivative of x · mish_gate(x)."""
    return mish_gate(x) + x * sigma(x) * (1 - mish_gate(x) ** 2)


def inside(function: Function) -> Function:
    """Return a function that is None beyond -1 and 1."""
    return lambda x: None if abs(x) > 1 else function(x)


def real(function: Function) -> Function:
    """Return a function that is None left of 0."""
    return lambda x: None if x < 0 else function(x)


def named(name: str) -> Function:
    """Return a function of mpmath, which may be missing."""

    def call(x: Any) -> Any:
        return getattr(mpmath, name)(x)

    return call


def pair(name: str) -> Function:
    """Return a function of two numbers of mpmath, which may be missing."""

    def call(x: Any, y: Any) -> Any:
        return getattr(mpmath, name)(x, y)

    return call


SELU, SELU_FLOOR = "1.0507009873554804934193349852946", "1.6732632423543772848170429916717"
NOTHING = constant(0)
ONE = constant(1)
RELU = of(lambda x: max(x, 0), lambda x: int(x > 0))
SIGN = of(sign, NOTHING)
EXACT: dict[str, Exact] = {
    "abs": of(abs, sign),
    "acos": of(inside(named("acos")), inside(lambda x: -1 / mpmath.sqrt(1 - x * x) if abs(x) < 1 else -mpmath.inf)),
    "add": of(lambda x, y: x + y, ONE, ONE),
    "asin": of(inside(named("asin")), inside(lambda x: 1 / mpmath.sqrt(1 - x * x) if abs(x) < 1 else mpmath.inf)),
    "atan": of(named("atan"), lambda x: 1 / (1 + x * x)),
    "atan2": of(
        pair("atan2"),
        lambda y, x: x / (x * x + y * y),
        lambda y, x: -y / (x * x + y * y),
    ),
    "clip": of(lambda x, low, high: min(max(x, low), high), lambda x, low, high: int(low <= x <= high), low=-1.5, high=1.5),
    "hardtanh": of(lambda x, low, high: min(max(x, low), high), lambda x, low, high: int(low < x < high), low=-1.5, high=1.5),
    "cos": of(named("cos"), lambda x: -mpmath.sin(x)),
    "deconv_relu": of(lambda x: max(x, 0), ONE),
    "descend": of(lambda w, g, lr: w - lr * g, ONE, lambda w, g, lr: -lr, lambda w, g, lr: -g),
    "div": of(lambda x, y: x / y, lambda x, y: 1 / y, lambda x, y: -x / y**2),
    "elu": of(lambda x, a: x if x > 0 else a * mpmath.expm1(x), lambda x, a: 1 if x > 0 else a * mpmath.exp(x), alpha=1.5),
    "erf": of(named("erf"), lambda x: 2 / mpmath.sqrt(mpmath.pi) * mpmath.exp(-x * x), loses=lambda x: x * x),
    "exp": of(named("exp"), named("exp")),
    "expm1": of(named("expm1"), named("exp")),
    "floor": of(named("floor"), NOTHING),
    "gelu": of(lambda x: x * below(x), lambda x: below(x) + x * density(x), loses=lambda x: x * x),
    "guided_relu": RELU,
    "hard_sigmoid": of(lambda x: min(max(x / 6 + 0.5, 0), 1), lambda x: mpmath.mpf(int(-3 < x < 3)) / 6),
    "hardswish": of(
        lambda x: x * min(max(x + 3, 0), 6) / 6,
        lambda x: mpmath.mpf(0) if x <= -3 else mpmath.mpf(1) if x >= 3 else (2 * x + 3) / 6,
    ),
    "leaky_relu": of(lambda x, s: x if x > 0 else s * x, lambda x, s: 1 if x > 0 else s, slope=0.01),
    "log": of(real(named("log")), lambda x: 1 / x),
    "log1p": of(lambda x: None if x < -1 else mpmath.log1p(x), lambda x: mpmath.inf if x == -1 else 1 / (1 + x)),
    "logsigmoid": of(lambda x: min(x, 0) - mpmath.log1p(mpmath.exp(-abs(x))), lambda x: sigma(-x)),
    "maximum": of(max, lambda x, y: (sign(x - y) + 1) / 2, lambda x, y: (sign(y - x) + 1) / 2),
    "minimum": of(min, lambda x, y: (sign(y - x) + 1) / 2, lambda x, y: (sign(x - y) + 1) / 2),
    "mish": of(lambda x: x * mish_gate(x), mish_slope),
    "mod": of(lambda x, y: x - y * mpmath.floor(x / y), ONE, lambda x, y: -mpmath.floor(x / y)),
    "mul": of(lambda x, y: x * y, lambda x, y: y, lambda x, y: x),
    "neg": of(lambda x: -x, constant(-1)),
    "normal_cdf": of(below, density, loses=lambda x: x * x),
    "pow": of(
        power,
        lambda x, y: power(x, y) and y * x ** (y - 1),
        power_by_exponent,
        loses=lambda x: abs(float(mpmath.log(abs(x)))) / 2,
    ),
    "prelu": of(lambda x, y: x if x > 0 else x * y, lambda x, y: 1 if x > 0 else y, lambda x, y: 0 if x > 0 else x),
    "reciprocal": of(lambda x: 1 / x, lambda x: -1 / x**2),
    "relu": RELU,
    "running_average": of(
        lambda x, y, mode, rate, scale: (1 - rate) * x + rate * scale * y,
        lambda x, y, mode, rate, scale: 1 - rate,
        lambda x, y, mode, rate, scale: rate * scale,
        NOTHING,
        rate=0.25,
        scale=2.0,
    ),
    "scale_shift": of(lambda x, y, b: x * y + b, lambda x, y, b: y, lambda x, y, b: x, ONE),
    "selu": of(
        lambda x: mpmath.mpf(SELU) * (x if x > 0 else mpmath.mpf(SELU_FLOOR) * mpmath.expm1(x)),
        lambda x: mpmath.mpf(SELU) * (1 if x > 0 else mpmath.mpf(SELU_FLOOR) * mpmath.exp(x)),
    ),
    "sigmoid": of(sigma, lambda x: sigma(x) * sigma(-x)),
    "sign": SIGN,
    "sign_straight_through": of(sign, ONE),
    "silu": of(lambda x: x * sigma(x), lambda x: sigma(x) * (1 + x * sigma(-x))),
    "sin": of(named("sin"), named("cos")),
    "softsign": of(lambda x: x / (1 + abs(x)), lambda x: 1 / (1 + abs(x)) ** 2),
    "softplus": of(lambda x: mpmath.log1p(mpmath.exp(-abs(x))) + max(x, 0), sigma),
    "sqrt": of(real(named("sqrt")), real(lambda x: 1 / (2 * mpmath.sqrt(x)))),
    "square": of(lambda x: x * x, lambda x: 2 * x),
    "standardize": of(
        lambda x, m, v, eps: (x - m) / mpmath.sqrt(v + eps),
        lambda x, m, v, eps: 1 / mpmath.sqrt(v + eps),
        lambda x, m, v, eps: -1 / mpmath.sqrt(v + eps),
        lambda x, m, v, eps: -(x - m) / (2 * mpmath.sqrt(v + eps) ** 3),
        eps=1e-5,
    ),
    "step": of(lambda x: int(x > 0), NOTHING),
    "step_straight_through": of(lambda x: int(x > 0), ONE),
    "sub": of(lambda x, y: x - y, ONE, constant(-1)),
    "where": of(lambda m, x, y: x, NOTHING, ONE, NOTHING),
    "tan": of(named("tan"), lambda x: mpmath.sec(x) ** 2),
    "tanh": of(named("tanh"), lambda x: mpmath.sech(x) ** 2),
}
