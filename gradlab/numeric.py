"""The functions in which ops are written. Each works on NumPy arrays and numbers; `gradlab.kernel` has their compiled twins.

Use these and plain arithmetic in an elementwise formula, and no `if`: a formula runs on a whole array when the kernels are
not compiled yet, and on one number when they are.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Number = Any
F = TypeVar("F", bound=Callable[..., Any])
HELPERS: dict[Callable[..., Any], Callable[..., Any]] = {}
"""Functions that kernels may call, and what is compiled for each."""


def helper(function: F) -> F:
    """Mark a plain function as callable from kernels: it is compiled with them."""
    HELPERS[function] = function
    return function


def compiled_for(plain: Callable[..., Any]) -> Callable[[F], F]:
    """Mark loops as what is compiled for a function of the same arguments that works on whole arrays."""

    def mark(loops: F) -> F:
        HELPERS[plain] = loops
        return loops

    return mark


def select(condition: Number, yes: Number, no: Number) -> Number:
    """Give `yes` where the condition holds, else `no`; both are computed."""
    return np.where(condition, yes, no)


def exp(x: Number) -> Number:
    """Give e to the power x."""
    return np.exp(x)


def log(x: Number) -> Number:
    """Give the natural logarithm; of 0 it is -inf, of a negative number NaN."""
    return np.log(x)


def log1p(x: Number) -> Number:
    """Give log(1 + x) without losing small x."""
    return np.log1p(x)


def sqrt(x: Number) -> Number:
    """Give the square root; of a negative number it is NaN."""
    return np.sqrt(x)


def tanh(x: Number) -> Number:
    """Give the hyperbolic tangent."""
    return np.tanh(x)


def sigmoid(x: Number) -> Number:
    """Give 1 / (1 + e^-x), without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1.0, small) / (1.0 + small)


def power(x: Number, y: Number) -> Number:
    """Give x to the power y."""
    return np.power(x, y)


def absolute(x: Number) -> Number:
    """Give the absolute value."""
    return np.abs(x)


def sin(x: Number) -> Number:
    """Give the sine of an angle in radians."""
    return np.sin(x)


def cos(x: Number) -> Number:
    """Give the cosine of an angle in radians."""
    return np.cos(x)


def floor(x: Number) -> Number:
    """Give the largest whole number that is not above x."""
    return np.floor(x)


def erf(x: Number) -> Number:
    """Give the error function."""
    from scipy.special import erf as scipy_erf

    return scipy_erf(x)


def total(x: npt.NDArray[Any]) -> Number:
    """Give the sum of a one-dimensional view."""
    return np.sum(x)


def gemm(x: npt.NDArray[Any], y: npt.NDArray[Any], z: npt.NDArray[Any], add: bool) -> None:
    """Write the matrix product x @ y into z, or add it. x: (n, k), y: (k, m), either may be a `.T`; z: (n, m), contiguous."""
    if add:
        z += x @ y
    else:
        np.matmul(x, y, out=z)


LANES = 8
"""Elements that `slide` and `dots` take at once: widths are a multiple of it."""


def slide(x: npt.NDArray[Any], w: npt.NDArray[Any], z: npt.NDArray[Any], numbers: tuple[int, ...]) -> None:
    """Write sums under a sliding window.

    z[z0 + t·step + p] = Σ w[w0 + t·wt + c·wc + a] · x[x0 + c·plane + b + p] over channels c and taps (a, b), for t < targets
    and p < width. The taps stand in x as whole numbers: all a from `table` on, behind them all b.
    All arrays are read as flat.
    """
    x0, plane, channels, table, taps, wt, wc, targets, z0, step, width, w0 = numbers
    x, w, z = x.reshape(-1), w.reshape(-1), z.reshape(-1)
    which, where = x[table : table + taps].astype(int), x[table + taps : table + 2 * taps].astype(int)
    lines = x[x0 + np.arange(channels)[:, None, None] * plane + where[:, None] + np.arange(width)]
    for t in range(targets):
        weights = w[w0 + t * wt + np.arange(channels)[:, None] * wc + which]
        z[z0 + t * step : z0 + t * step + width] = np.einsum("ck,ckp->p", weights, lines)


def dots(x: npt.NDArray[Any], g: npt.NDArray[Any], w: npt.NDArray[Any], numbers: tuple[int, ...]) -> None:
    """Add to the weights what `slide` says of them, over several images.

    w[w0 + t·wt + c·wc + k] += Σ g[g0 + n·g_step + t·step + p] · x[x0 + n·x_step + c·plane + b_k + p], n < images, p < width.
    """
    x0, x_step, plane, channels, table, taps, g0, g_step, step, targets, width, images, wt, wc, w0 = numbers
    x, g, w = x.reshape(-1), g.reshape(-1), w.reshape(-1)
    where, along = x[table + taps : table + 2 * taps].astype(int), np.arange(width)
    for n in range(images):
        for t, c in np.ndindex(targets, channels):
            line = g[g0 + n * g_step + t * step + along]
            at = w0 + t * wt + c * wc
            w[at : at + taps] += x[x0 + n * x_step + c * plane + where[:, None] + along] @ line
