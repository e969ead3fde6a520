"""What kernels compute a remainder by where the quotient is not large: without a call, and exact."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.kernels.powers import head

rint: Any = np.rint


def nearest_remainder(x: float, y: float) -> float:
    """Return x - n · y for the whole n nearest to x / y, up to 2**18: the products with both parts of y are exact."""
    n: float = rint(x / y)
    return (x - n * head(y)) - n * (y - head(y))


def remainder(x: float, y: float) -> float:
    """Return x modulo y, with the sign of y; a remainder of 0 has that of x."""
    left = nearest_remainder(x, y)
    left = left + y if (left != 0.0) & ((left < 0.0) != (y < 0.0)) else left
    return x * 0.0 if left == 0.0 else left
