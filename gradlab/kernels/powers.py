"""What kernels compute powers by: branch-free formulas on one number, for all bases and exponents.

They are at most two units in the last place off (`tests/kernels/test_polynomials.py`).
Source: fdlibm's `e_pow.c`, Sun Microsystems, 1993, which takes the logarithm in two parts.
"""

from __future__ import annotations

from math import isnan, sqrt
from typing import Any

import numpy as np

from gradlab.kernels.polynomials import bits_float, exp_tail, float_bits, scaled_by_power

INFINITY, NAN = float("inf"), float("nan")
MAGIC = 6755399441055744.0
LN2 = 0.6931471805599453
HEAD = ~0xFFFFFFFF
"""Keeps the upper 21 bits of a number: the product of two such numbers is exact."""
PER_LN2, PER_LN2_HIGH, PER_LN2_LOW = 9.61796693925975554329e-01, 9.61796700954437255859e-01, -7.02846165095275826516e-09
"""2/3 · 1/ln(2), and in two parts."""
LOG2_HIGH, LOG2_LOW = 5.84962487220764160156e-01, 1.35003920212974897128e-08
"""log₂(3/2) in two parts."""
ROOT_THREE_HALVES, ROOT_THREE = 0x3FF3988E00000000, 0x3FFBB67A00000000
"""Bits of √(3/2) and √3, about: the base is compared with 1, 3/2 or 2."""
ONE, EXPONENT = 0x3FF0000000000000, 0x7FF0000000000000
floor: Any = np.floor
float32: Any = np.float32
float64: Any = np.float64


def head(x: float) -> float:
    """Return the upper 21 bits of a number."""
    return bits_float(float_bits(x) & HEAD)


def log2_parts(x: float) -> tuple[float, float]:
    """Return the binary logarithm of a positive number in two parts, of which the first has 21 bits."""
    small = x < 2.2250738585072014e-308
    bits = float_bits(x * 18014398509481984.0 if small else x)
    mantissa = (bits & ~EXPONENT) | ONE
    double = mantissa >= ROOT_THREE
    middle = (mantissa >= ROOT_THREE_HALVES) & (mantissa < ROOT_THREE)
    whole = (bits >> 52) - (1077 if small else 1023) + (1 if double else 0)
    a = bits_float(mantissa - ((1 << 52) if double else 0))
    near = 1.5 if middle else 1.0
    u, v = a - near, 1.0 / (a + near)
    s = u * v
    sh = head(s)
    th = head(a + near)
    tl = a - (th - near)
    sl = v * ((u - sh * th) - sh * tl)
    w = s * s
    rest = 3.33333329818377432918e-01 + w * (2.72728123808534006489e-01 + w * (
        2.30660745775561754067e-01 + w * 2.06975017800338417784e-01))  # fmt: skip
    rest = w * w * (5.99999999999994648725e-01 + w * (4.28571428578550184252e-01 + w * rest)) + sl * (sh + s)
    square = sh * sh
    th = head((3.0 + square) + rest)
    tl = rest - ((th - 3.0) - square)
    u, v = sh * th, sl * th + tl * s
    ph = head(u + v)
    pl = v - (ph - u)
    zh, zl = PER_LN2_HIGH * ph, PER_LN2_LOW * ph + pl * PER_LN2 + (LOG2_LOW if middle else 0.0)
    n, more = float64(whole), LOG2_HIGH if middle else 0.0
    first = head(((zh + zl) + more) + n)
    return first, zl - (((first - n) - more) - zh)


def size_of_power(x: float, y: float) -> float:
    """Return x to the power y, for x from 0 to infinity."""
    first, second = log2_parts(x)
    first = -INFINITY if x == 0.0 else INFINITY if x == INFINITY else first
    yh = y if (x == 0.0) | (x == INFINITY) else head(y)
    high, low = yh * first, (y - yh) * first + y * second
    out = not abs(high) < 2000.0
    high = (2000.0 if high > 0.0 else -2000.0) if out else high
    low = 0.0 if out else low
    n = ((high + low) + MAGIC) - MAGIC
    return scaled_by_power(1.0 + exp_tail(((high - n) + low) * LN2), n)


def with_sign(size: float, x: float, y: float) -> float:
    """Return x to the power y, given that of the size of x: its sign, and what is settled without it."""
    whole = floor(y) == y
    odd = whole & (floor(0.5 * y) != 0.5 * y)
    found = -size if odd & (float_bits(x) < 0) else size
    found = NAN if (x < 0.0) & (x > -INFINITY) & (not whole) else found
    found = x + y if isnan(x) | isnan(y) else found
    return 1.0 if (y == 0.0) | (x == 1.0) | ((x == -1.0) & (abs(y) == INFINITY)) else found


def any_power(x: float, y: float) -> float:
    """Return x to the power y."""
    return with_sign(size_of_power(abs(x), y), x, y)


def power(x: float, y: float) -> float:
    """Return x to the power y; simple powers are products and quotients."""
    return simple_power(x, y, any_power(x, y))


def usual_power(x: float, y: float) -> float:
    """Return x to the power y where that is simple, else NaN."""
    return simple_power(x, y, NAN)


def simple_power(x: float, y: float, other: float) -> float:
    """Return x to the power y as a product or a quotient, or what is given where it is none."""
    found = x * x if y == 2.0 else x * x * x if y == 3.0 else x if y == 1.0 else other
    found = 1.0 / x if y == -1.0 else 1.0 / x / x if y == -2.0 else found
    root = INFINITY if x == -INFINITY else sqrt(x + 0.0)
    return root if y == 0.5 else 1.0 / root if y == -0.5 else found
