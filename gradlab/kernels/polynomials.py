"""What kernels compute exp, expm1, tanh, log, log1p and the logistic function by: branch-free formulas on one number.

They are one to three units in the last place off (`tests/kernels/test_polynomials.py`).

`gradlab.kernels.twins` compiles them with contraction (a product and a sum may be one operation), never with reassociation:
that breaks the range reduction without a word. LLVM makes vectors of them, which it cannot do with the functions of libm.
"""

from __future__ import annotations

import struct

INFINITY, NAN = float("inf"), float("nan")
LOG2E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
MAGIC = 6755399441055744.0
"""1.5 · 2**52: adding it leaves the nearest integer in the low bits, without a conversion that AVX2 has not."""
MAGIC_BITS = 0x4338000000000000
ROOT_HALF = 0x3FE6A09E00000000
"""The bits of √½, about: log reduces its argument to √½ … √2."""
TO_ONE = 0x3FF0000000000000 - ROOT_HALF
MANTISSA = 0x000FFFFFFFFFFFFF
UPPER_HALF = ~0x7FFFFFF
"""Keeps 26 bits of a number, whose square is exact."""


def float_bits(x: float) -> int:
    """Return the 64 bits of a float64 as an integer."""
    return int(struct.unpack("<q", struct.pack("<d", x))[0])


def bits_float(bits: int) -> float:
    """Return the float64 that has these bits."""
    return float(struct.unpack("<d", struct.pack("<q", bits))[0])


def exp_tail(r: float) -> float:
    """Return exp(r) - 1 for abs(r) <= ln(2)/2: Taylor's series to r**13, whose next term is below 5e-18."""
    r2 = r * r
    r4 = r2 * r2
    low = (0.5 + r * 1.6666666666666666e-1) + r2 * (4.1666666666666664e-2 + r * 8.3333333333333332e-3)
    middle = (1.3888888888888889e-3 + r * 1.9841269841269841e-4) + r2 * (2.4801587301587302e-5 + r * 2.7557319223985893e-6)
    high = (2.7557319223985888e-7 + r * 2.5052108385441720e-8) + r2 * (2.0876756987868099e-9 + r * 1.6059043836821613e-10)
    return r + r2 * (low + r4 * (middle + r4 * high))


def exp(x: float) -> float:
    """Return e to the power x: 2**n by the bits of the exponent, in two factors so that it may underflow slowly."""
    x = -746.0 if x < -746.0 else x
    x = 710.0 if x > 710.0 else x
    n = (x * LOG2E + MAGIC) - MAGIC
    return scaled_by_power(1.0 + exp_tail((x - n * LN2_HIGH) - n * LN2_LOW), n)


def scaled_by_power(x: float, n: float) -> float:
    """Return x · 2**n, for x from 0.7 to 1.5, and 0 or infinity where that is none."""
    half = n * 0.5 + MAGIC
    first = float_bits(half) - MAGIC_BITS
    rest = float_bits((n - (half - MAGIC)) + MAGIC) - MAGIC_BITS
    return x * bits_float((first + 1023) << 52) * bits_float((rest + 1023) << 52)


def exp_minus_square(x: float) -> float:
    """Return e to the power -x²: what x² loses by rounding is taken from the reduced argument."""
    x = 28.0 if x > 28.0 else -28.0 if x < -28.0 else x
    head = bits_float(float_bits(x) & UPPER_HALF)
    return exp_of_sum(-head * head, (head - x) * (x + head))


def exp_minus_half_square(x: float) -> float:
    """Return e to the power -x²/2 in the same way."""
    x = 39.0 if x > 39.0 else -39.0 if x < -39.0 else x
    head = bits_float(float_bits(x) & UPPER_HALF)
    return exp_of_sum(-0.5 * (head * head), 0.5 * (head - x) * (x + head))


def exp_of_sum(x: float, rest: float) -> float:
    """Return e to the power of a number that is not above 0 and one that is small beside 1."""
    n = (x * LOG2E + MAGIC) - MAGIC
    return scaled_by_power(1.0 + exp_tail(((x - n * LN2_HIGH) - n * LN2_LOW) + rest), n)


def expm1(x: float) -> float:
    """Return exp(x) - 1 as 2**n · (exp_tail(r) + (1 - 2**-n)): for small x that is exp_tail(x), which loses nothing."""
    y = -40.0 if x < -40.0 else x
    y = 710.0 if y > 710.0 else y
    n = (y * LOG2E + MAGIC) - MAGIC
    r = (y - n * LN2_HIGH) - n * LN2_LOW
    back = MAGIC - (100.0 if n > 100.0 else n)
    half = n * 0.5 + MAGIC
    first = float_bits(half) - MAGIC_BITS
    rest = float_bits((n - (half - MAGIC)) + MAGIC) - MAGIC_BITS
    found = exp_tail(r) + (1.0 - bits_float((float_bits(back) - MAGIC_BITS + 1023) << 52))
    found = found * bits_float((first + 1023) << 52) * bits_float((rest + 1023) << 52)
    return x if x == 0.0 else found


def tanh(x: float) -> float:
    """Return Cephes' x + x·x²·P(x²)/Q(x²) up to 0.625, then 1 - 2 / (exp(2·abs(x)) + 1): both by the same one division."""
    size, square = abs(x), x * x
    y = 2.0 * size
    y = 44.0 if y > 44.0 else y
    shifted = y * LOG2E + MAGIC
    n = shifted - MAGIC
    r = (y - n * LN2_HIGH) - n * LN2_LOW
    scale = bits_float((float_bits(shifted) - MAGIC_BITS + 1023) << 52)
    above = (-9.64399179425052238628e-1 * square - 9.92877231001918586564e1) * square - 1.61468768441708447952e3
    below = ((square + 1.12811678491632931402e2) * square + 2.23548839060100448583e3) * square + 4.84406305325125486048e3
    near = size < 0.625
    part = (above if near else 2.0) / (below if near else (scale * exp_tail(r) + scale) + 1.0)
    size = size + size * square * part if near else 1.0 - part
    return -size if x < 0 else size if x > 0 else x


def log_parts(u: float) -> tuple[float, float]:
    """Return k and f with u = 2**k · (1 + f), where 1 + f lies from √½ to √2; for a positive u that is not subnormal."""
    bits = float_bits(u) + TO_ONE
    k = bits_float((bits >> 52) - 1023 + MAGIC_BITS) - MAGIC
    return k, bits_float((bits & MANTISSA) + ROOT_HALF) - 1.0


def log_sum(k: float, f: float, lost: float) -> float:
    """Return log(2**k · (1 + f)) + lost as fdlibm does."""
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01))
    last = 1.818357216161805012e-01 + w * 1.479819860511658591e-01
    odd = z * (6.666666666666735130e-01 + w * (2.857142874366239149e-01 + w * last))
    half = 0.5 * f * f
    return k * LN2_HIGH - ((half - (s * (half + (even + odd)) + (k * LN2_LOW + lost))) - f)


def log(x: float) -> float:
    """Return the logarithm; what is subnormal is taken 2**54 times."""
    small = x < 2.2250738585072014e-308
    k, f = log_parts(x * 18014398509481984.0 if small else x)
    found = log_sum(k - 54.0 if small else k, f, 0.0)
    found = NAN if x < 0.0 else -INFINITY if x == 0.0 else found
    return found if x < INFINITY else x


def log1p(x: float) -> float:
    """Return log(1 + x) as the logarithm of u = 1 + x, and what u lost by rounding, over u."""
    u = 1.0 + x
    lost = (1.0 - (u - x)) if x >= 1.0 else (x - (u - 1.0))
    k, f = log_parts(u)
    found = log_sum(k, f, lost / u)
    found = NAN if u < 0.0 else -INFINITY if u == 0.0 else found
    return x if x == 0.0 or not u < INFINITY else found


def sigmoid(x: float) -> float:
    """Return 1 / (1 + e^-x)."""
    small = exp(-abs(x))
    return (1.0 if x >= 0.0 else small) / (1.0 + small)


def logistic_slope(x: float) -> float:
    """Return the derivative of `sigmoid`."""
    small = exp(-abs(x))
    return small / ((1.0 + small) * (1.0 + small))


def softplus(x: float) -> float:
    """Return log(1 + e^x)."""
    return (0.0 if x <= 0.0 else x) + log_of_one_and(exp(-abs(x)))


def log_of_one_and(u: float) -> float:
    """Return log(1 + u) for u from 0 to 1: 2 artanh(u / (2 + u)), whose first term is u - s · u for s = u / (2 + u)."""
    s = u / (2.0 + u)
    w = s * s
    return u - s * (u - 2.0 * (w * artanh_tail(w)))


def artanh_tail(w: float) -> float:
    """Return (artanh(s) - s) / s³ for w = s², up to 1/9."""
    w2 = w * w
    w4 = w2 * w2
    low = (0.3333333333333333 + w * 0.20000000000007292) + w2 * (0.1428571428355438 + w * 0.11111111358713932)
    high = (0.09090894718066429 + w * 0.07692785032479312) + w2 * (0.06657072104827468 + w * 0.06000536404795356)
    return low + w4 * (high + w4 * (0.04400369243072337 + w * 0.08082022805971766))
