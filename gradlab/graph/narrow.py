"""Numbers as narrow dtypes hold them: float32, float16, and bfloat16, which NumPy does not have.

A number is rounded to the nearest that the dtype has, a tie to the even one.
Source: IEEE 754-2019; Kalamkar et al., *A Study of BFLOAT16 for Deep Learning Training*, 2019.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gradlab.op import Array


@dataclass(frozen=True, slots=True)
class Narrow:
    """A dtype. digits: bits of the significand, the hidden one included.   smallest: its smallest normal number."""

    name: str
    digits: int
    smallest: float


NARROW: Mapping[str, Narrow] = {
    one.name: one
    for one in (Narrow("float32", 24, 2.0**-126), Narrow("float16", 11, 2.0**-14), Narrow("bfloat16", 8, 2.0**-126))
}
"""Narrow dtypes by name."""


@np.errstate(all="ignore")
def rounded(array: Array, dtype: str) -> Array:
    """Return numbers as a narrow dtype holds them, as float32: what is too large is infinite, what is too small is 0."""
    if dtype == "bfloat16":
        return _bfloat16(np.asarray(array, np.float64))
    return np.asarray(array).astype(dtype).astype(np.float32)


def _bfloat16(array: Array) -> Array:
    """Round to 8 binary digits, of numbers below the smallest normal one to multiples of the smallest of all.

    Not by way of float32, which would round twice.
    """
    _, exponent = np.frexp(array)
    step = np.ldexp(1.0, np.maximum(exponent, -125) - 8)
    found = np.where(np.isfinite(array), np.rint(array / step) * step, array)
    return found.astype(np.float32)
