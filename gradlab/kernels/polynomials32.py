"""What is written differently in float32, under the same names as in `polynomials`, `angles` and `error_functions`.

The formulas are shorter, and run on twice as many lanes. Their literals are of float32 when they are compiled
(`gradlab.kernels.twins.in_float32`), and so is every step. They are one to two units in the last place off
(`tests/kernels/test_polynomials.py`).
Source of the coefficients of exp and tanh: Moshier, *Cephes Mathematical Library*, 1992; of the others: Remez's algorithm.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np

from gradlab.kernels import polynomials, powers, remainders
from gradlab.kernels.angles import in_half_turns, in_half_turns_and_a_quarter, short_tan

INFINITY, NAN = float("inf"), float("nan")
float32: Any = np.float32
float64 = np.float64
LOG2E = 1.44269504088896341
LN2_HIGH = 0.693359375
LN2_LOW = -2.12194440e-4
MAGIC = 12582912.0
"""1.5 · 2**23: adding it leaves the nearest integer in the low bits."""
MAGIC_BITS = 0x4B400000
ROOT_HALF = 0x3F3504F3
"""The bits of √½, about: log reduces its argument to √½ … √2."""
TO_ONE = 0x3F800000 - ROOT_HALF
MANTISSA = 0x007FFFFF
UPPER_HALF = ~0xFFF
"""Keeps 12 bits of a number, whose square is exact."""
HALF_PI = 1.5707963705062866
HALF_PI_REST = -4.371139000186241e-08


def float_bits(x: float) -> int:
    """Return the 32 bits of a float32 as an integer."""
    return int(struct.unpack("<i", struct.pack("<f", x))[0])


def bits_float(bits: int) -> float:
    """Return the float32 that has these bits."""
    return float(struct.unpack("<f", struct.pack("<i", bits))[0])


def exp_tail(r: float) -> float:
    """Return exp(r) - 1 for abs(r) <= ln(2)/2."""
    high = (1.9875691500e-4 * r + 1.3981999507e-3) * r + 8.3334519073e-3
    return ((high * r + 4.1665795894e-2) * r + 1.6666665459e-1) * r * (r * r) + (5.0000001201e-1 * (r * r) + r)


def exp(x: float) -> float:
    """Return e to the power x: 2**n by the bits of the exponent, in two factors so that it may underflow slowly."""
    x = -104.0 if x < -104.0 else x
    x = 89.0 if x > 89.0 else x
    shifted = x * LOG2E + MAGIC
    n = shifted - MAGIC
    return scaled_by_power(1.0 + exp_tail((x - n * LN2_HIGH) - n * LN2_LOW), shifted)


def scaled_by_power(x: float, shifted: float) -> float:
    """Return x · 2**n for n in the low bits of a number, and 0 or infinity where that is none."""
    whole = float_bits(shifted) - MAGIC_BITS
    first = whole >> 1
    return x * bits_float((first + 127) << 23) * bits_float((whole - first + 127) << 23)


def exp_minus_square(x: float) -> float:
    """Return e to the power -x²: what x² loses by rounding is taken from the reduced argument."""
    x = 11.0 if x > 11.0 else -11.0 if x < -11.0 else x
    head = bits_float(float_bits(x) & UPPER_HALF)
    return exp_of_sum(-head * head, (head - x) * (x + head))


def exp_minus_half_square(x: float) -> float:
    """Return e to the power -x²/2 in the same way."""
    x = 15.0 if x > 15.0 else -15.0 if x < -15.0 else x
    head = bits_float(float_bits(x) & UPPER_HALF)
    return exp_of_sum(-0.5 * (head * head), 0.5 * (head - x) * (x + head))


def exp_of_sum(x: float, rest: float) -> float:
    """Return e to the power of a number that is not above 0 and one that is small beside 1."""
    shifted = x * LOG2E + MAGIC
    n = shifted - MAGIC
    return scaled_by_power(1.0 + exp_tail(((x - n * LN2_HIGH) - n * LN2_LOW) + rest), shifted)


def expm1(x: float) -> float:
    """Return exp(x) - 1 as 2**n · (exp_tail(r) + (1 - 2**-n)): for small x that is exp_tail(x), which loses nothing."""
    y = -20.0 if x < -20.0 else x
    y = 89.0 if y > 89.0 else y
    shifted = y * LOG2E + MAGIC
    n = shifted - MAGIC
    r = (y - n * LN2_HIGH) - n * LN2_LOW
    whole = float_bits(shifted) - MAGIC_BITS
    first = whole >> 1
    back = 64 if whole > 64 else whole
    found = exp_tail(r) + (1.0 - bits_float((127 - back) << 23))
    found = found * bits_float((first + 127) << 23) * bits_float((whole - first + 127) << 23)
    return x if x == 0.0 else found


def tanh(x: float) -> float:
    """Return x + x·x²·P(x²) up to 0.625, then 1 - 2 / (exp(2·abs(x)) + 1)."""
    size, square = abs(x), x * x
    y = 2.0 * size
    y = 20.0 if y > 20.0 else y
    shifted = y * LOG2E + MAGIC
    n = shifted - MAGIC
    r = (y - n * LN2_HIGH) - n * LN2_LOW
    scale = bits_float((float_bits(shifted) - MAGIC_BITS + 127) << 23)
    part = ((-5.70498872745e-3 * square + 2.06390887954e-2) * square - 5.37397155531e-2) * square + 1.33314422036e-1
    near = size + size * square * (part * square - 3.33332819422e-1)
    size = near if size < 0.625 else 1.0 - 2.0 / ((scale * exp_tail(r) + scale) + 1.0)
    return -size if x < 0 else size if x > 0 else x


def log_parts(u: float) -> tuple[float, float]:
    """Return k and f with u = 2**k · (1 + f), where 1 + f lies from √½ to √2; for a positive u that is not subnormal."""
    bits = float_bits(u) + TO_ONE
    return float32((bits >> 23) - 127), bits_float((bits & MANTISSA) + ROOT_HALF) - 1.0


def log_sum(k: float, f: float, lost: float) -> float:
    """Return log(2**k · (1 + f)) + lost, as f - f²/2 + f³·P(f) and k · log 2 in two parts."""
    z = f * f
    low = (0.33333312 + f * -0.25000008846194694) + z * (0.20002164899992578 + f * -0.16668082670311952)
    high = (0.14218582386344342 + f * -0.12403205347461873) + z * (0.11893468034506395 + f * -0.11693754352577922)
    high = high + z * (z * 0.067570037418626313)
    return k * LN2_HIGH + (f - (0.5 * z - (f * z * (low + z * z * high) + (k * LN2_LOW + lost))))


def log(x: float) -> float:
    """Return the logarithm; what is subnormal is taken 2**23 times."""
    small = x < 1.1754943508222875e-38
    k, f = log_parts(x * 8388608.0 if small else x)
    found = log_sum(k - 23.0 if small else k, f, 0.0)
    found = NAN if x < 0.0 else -INFINITY if x == 0.0 else found
    return found if x < INFINITY else x


def sine(r: float) -> float:
    """Return sin(r) for abs(r) <= π/2."""
    return r + r * (r * r) * sin_tail(r * r)


def sin_tail(u: float) -> float:
    """Return (sin(r) - r) / r³ for u = r², up to (π/2)²."""
    high = 2.7525380509856132e-6 + u * -2.388882964709524e-8
    return -0.16666666626143069 + u * (0.0083333311082190088 + u * (-0.00019840868146547246 + u * high))


def sin(x: float) -> float:
    """Return the sine; the angle is reduced in float64."""
    found = sine(float32(in_half_turns(float64(x))))
    return x if x == 0.0 else found


def cos(x: float) -> float:
    """Return the cosine; the angle is reduced in float64."""
    return sine(float32(in_half_turns_and_a_quarter(float64(x))))


def tan(x: float) -> float:
    """Return the tangent, computed in float64 with short polynomials: its slope, 1 + tan², is as exact as twice the tangent."""
    found: float = float32(short_tan(float64(x)))
    return found


def atan_tail(u: float) -> float:
    """Return (atan(x) - x) / x³ for u = x², up to 1."""
    w, v = u * u, u * u * u * u
    low = (-0.33333326900013237 + u * 0.1999967113949617) + w * (-0.14279833243075442 + u * 0.11058224727287506)
    high = (-0.088110944793423427 + u * 0.067416023954893914) + w * (-0.044689991398011211 + u * 0.022539889885324971)
    return low + v * (high + v * (-0.0073179588501769144 + u * 0.0011137876767917363))


def right_angle_less(t: float) -> float:
    """Return π/2 - t."""
    return HALF_PI - (t - HALF_PI_REST)


def straight_angle_less(t: float) -> float:
    """Return π - t."""
    return 2.0 * HALF_PI - (t - 2.0 * HALF_PI_REST)


def asin_tail(u: float) -> float:
    """Return (asin(x) - x) / x³ for u = x², up to 1/4."""
    high = 0.031808996250938615 + u * (0.014432874860259392 + u * 0.0375257174685253)
    return 0.16666659983452075 + u * (0.075005047201512181 + u * (0.044516829597149314 + u * high))


def erf_tail(u: float) -> float:
    """Return erf(x) / x for u = x², up to 1/4."""
    high = 0.11282822824485793 + u * (-0.026757184654695314 + u * 0.0047179900670176194)
    return 1.1283791655675424 + u * (-0.37612608574230139 + u * high)


def scaled_erfc(t: float) -> float:
    """Return exp(t²) · erfc(t) for t from 0 to 11, a quotient of polynomials; beyond it is that of 11."""
    t = 11.0 if t > 11.0 else t
    above = ((((0.03352502221 * t + 0.2326787665) * t + 0.7388488788) * t + 1.245309751) * t) + 1.000000007
    below = ((((0.05942096778 * t + 0.4124355315) * t + 1.338894589) * t + 2.417260112) * t + 2.373689584) * t + 1.0
    return above / below


def artanh_tail(w: float) -> float:
    """Return (artanh(s) - s) / s³ for w = s², up to 1/9."""
    return (0.33333208196646775 + w * 0.20010762774540825) + w * w * (0.14000885681416092 + w * 0.14006190423859765)


def any_power(x: float, y: float) -> float:
    """Return x to the power y by way of float64, whose logarithm has digits to spare."""
    size = polynomials.exp(float64(y) * polynomials.log(abs(float64(x))))
    found: float = float32(powers.with_sign(size, float64(x), float64(y)))
    return found


def nearest_remainder(x: float, y: float) -> float:
    """Return x - n · y for the whole n nearest to x / y, by way of float64, where their product is exact."""
    n = remainders.rint(float64(x) / float64(y))
    left: float = float32(float64(x) - n * float64(y))
    return left
