"""The functions of `gradlab.kernels.polynomials` in float32, under the same names: shorter formulas, on twice as many lanes.

Their literals are those of float32 when they are compiled (`gradlab.kernels.twins.in_float32`), and so is every step. They are
one to two units in the last place off (`tests/kernels/test_polynomials.py`).
Source of the coefficients: Moshier, *Cephes Mathematical Library*, 1992.
"""

from __future__ import annotations

import struct

LOG2E = 1.44269504088896341
LN2_HIGH = 0.693359375
LN2_LOW = -2.12194440e-4
MAGIC = 12582912.0
"""1.5 · 2**23: adding it leaves the nearest integer in the low bits."""
MAGIC_BITS = 0x4B400000


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
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    whole = float_bits(shifted) - MAGIC_BITS
    first = whole >> 1
    scaled = (1.0 + exp_tail(r)) * bits_float((first + 127) << 23)
    return scaled * bits_float((whole - first + 127) << 23)
