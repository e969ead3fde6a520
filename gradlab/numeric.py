"""The functions in which ops are written. Each works on arrays and numbers; `gradlab.kernels.jit` has their compiled twins.

Use these and plain arithmetic in an elementwise formula, and no `if`: a formula runs on a whole array when the kernels are
not compiled yet, and on one number when they are.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Number = Any
F = TypeVar("F", bound=Callable[..., Any])
HELPERS: dict[Callable[..., Any], Callable[..., Any]] = {}
"""Functions that kernels may call, and what is compiled for each."""
ADOPTERS: list[Callable[[Callable[..., Any], Callable[..., Any]], None]] = []
"""What is told of each helper; a compiler that is there before an op is told when the op is imported."""
ZERO = np.float64(0.0)
"""What a sum begins with: numbers of float32, too, are added up in float64."""
SUMMING: set[Callable[..., Any]] = set()
"""Functions whose sums are compiled in lanes."""
ROOT_HALF = 0.7071067811865476
DENSITY = 0.3989422804014327
"""√(1/2) and 1 / √(2π)."""
FAR_ANGLE = 2.0**21
"""Kernels compute sine, cosine and tangent of larger angles by the library, one after the other."""
NEAR: dict[Callable[..., Any], tuple[float, Callable[..., Any] | None]] = {}
"""Formulas that kernels compute without a library within a limit, the limit, and of what number it is: None for the inputs."""
OFTEN: dict[Callable[..., Any], tuple[float, ...]] = {}
"""Formulas that are simpler for some numbers as their last input, and these numbers."""
STRAIGHT: set[Callable[..., Any]] = set()
"""Functions of ops that are not compiled: run once with stand-ins, they write their kernel."""


def helper(function: F) -> F:
    """Mark a plain function as callable from kernels: it is compiled with them."""
    _marked(function, function)
    return function


def _marked(plain: Callable[..., Any], loops: Callable[..., Any]) -> None:
    HELPERS[plain] = loops
    for adopt in ADOPTERS:
        adopt(plain, loops)


def compiled_for(plain: Callable[..., Any]) -> Callable[[F], F]:
    """Mark loops as what is compiled for a function of the same arguments that works on whole arrays."""

    def mark(loops: F) -> F:
        _marked(plain, loops)
        return loops

    return mark


def summing(function: F) -> F:
    """Mark loops that add up or multiply: compiled, they do so in any order, many elements at once, and with contraction.

    Nothing else in them may hang on an order: what is added to a difference must not be taken from it. Functions that they
    call are not affected. It stands below `helper` and `compiled_for`.
    """
    SUMMING.add(function)
    return function


def emitted(function: F) -> F:
    """Mark a function that is LLVM code in a kernel: called with stand-ins for arrays it writes that code."""

    @functools.wraps(function)
    def either(*arguments: Any) -> Any:
        stand_in = next((a for a in arguments if hasattr(a, "emit")), None)
        return function(*arguments) if stand_in is None else stand_in.emit(function.__name__, arguments)

    return either  # type: ignore[return-value]


def straight(function: F) -> F:
    """Mark the function of an op that calls functions marked with `emitted`, one after the other, and does nothing else.

    It may ask whether an input is None, that is, left out.
    """
    STRAIGHT.add(function)
    return function


def near(limit: float, of: Callable[..., Any] | None = None) -> Callable[[F], F]:
    """Mark a formula that kernels compute in lanes within a limit; beyond it, and for NaN, they may have to call a library.

    The formula calls the function as `numeric.sin`, not by a name of its own.
    of: gives for the inputs the number whose size is compared with the limit; None for each input.
    """

    def mark(formula: F) -> F:
        NEAR[formula] = limit, of
        return formula

    return mark


def often(*values: float) -> Callable[[F], F]:
    """Mark a formula for which kernels have loops of their own where the last input is one of these numbers throughout.

    There they take `numeric.power` for the few powers that are simple.
    """

    def mark(formula: F) -> F:
        OFTEN[formula] = values
        return formula

    return mark


def select(condition: Number, yes: Number, no: Number) -> Number:
    """Return `yes` where the condition holds, else `no`; both are computed."""
    return np.where(condition, yes, no)


def exp(x: Number) -> Number:
    """Return e to the power x."""
    return np.exp(x)


def expm1(x: Number) -> Number:
    """Return e to the power x, less 1, without losing small x."""
    return np.expm1(x)


def log(x: Number) -> Number:
    """Return the natural logarithm; of 0 it is -inf, of a negative number NaN."""
    return np.log(x)


def log1p(x: Number) -> Number:
    """Return log(1 + x) without losing small x."""
    return np.log1p(x)


def sqrt(x: Number) -> Number:
    """Return the square root; of a negative number it is NaN."""
    return np.sqrt(x)


def tanh(x: Number) -> Number:
    """Return the hyperbolic tangent."""
    return np.tanh(x)


def sigmoid(x: Number) -> Number:
    """Return 1 / (1 + e^-x), without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(np.asarray(x) >= 0, 1.0, small) / (1.0 + small)


def logistic_slope(x: Number) -> Number:
    """Return σ(x) · (1 - σ(x)), exact where the sigmoid is 1 but for rounding."""
    small = exp(-absolute(x))
    return small / ((1.0 + small) * (1.0 + small))


def softplus(x: Number) -> Number:
    """Return log(1 + e^x), without overflow."""
    return select(x <= 0, 0.0, x) + np.log1p(np.exp(-np.abs(x)))


def power(x: Number, y: Number) -> Number:
    """Return x to the power y."""
    return np.power(x, y)


def absolute(x: Number) -> Number:
    """Return the absolute value."""
    return np.abs(x)


def sin(x: Number) -> Number:
    """Return the sine of an angle in radians."""
    return np.sin(x)


def cos(x: Number) -> Number:
    """Return the cosine of an angle in radians."""
    return np.cos(x)


def tan(x: Number) -> Number:
    """Return the tangent of an angle in radians."""
    return np.tan(x)


def asin(x: Number) -> Number:
    """Return the angle whose sine is x, from -π/2 to π/2; NaN beyond -1 and 1."""
    return np.arcsin(x)


def acos(x: Number) -> Number:
    """Return the angle whose cosine is x, from 0 to π; NaN beyond -1 and 1."""
    return np.arccos(x)


def atan(x: Number) -> Number:
    """Return the angle whose tangent is x, from -π/2 to π/2."""
    return np.arctan(x)


def atan2(y: Number, x: Number) -> Number:
    """Return the angle of the point (x, y), from -π to π."""
    return np.arctan2(y, x)


def remainder(x: Number, y: Number) -> Number:
    """Return x modulo y, with the sign of y; NaN where y is 0."""
    return np.remainder(x, y)


def floor(x: Number) -> Number:
    """Return the largest whole number that is not above x."""
    return np.floor(x)


def isnan(x: Number) -> Number:
    """Return whether it is NaN."""
    return np.isnan(x)


def greater(x: Number, y: Number) -> Number:
    """Return the greater of two numbers, NaN if one of them is NaN."""
    return np.maximum(x, y)


def erf(x: Number) -> Number:
    """Return the error function."""
    from scipy.special import erf as scipy_erf

    return scipy_erf(x)


def erfc(x: Number) -> Number:
    """Return 1 - erf(x), without losing what is left for large x."""
    from scipy.special import erfc as scipy_erfc

    return scipy_erfc(x)


def normal_cdf(x: Number) -> Number:
    """Return how much of the standard normal distribution lies below x."""
    return 0.5 * erfc(-x * ROOT_HALF)


def normal_density(x: Number) -> Number:
    """Return the density of the standard normal distribution."""
    return DENSITY * exp(-0.5 * x * x)


def total(x: npt.NDArray[Any]) -> Number:
    """Return the sum of a one-dimensional view, added up in float64."""
    return np.sum(x, dtype=np.float64)


def dot(x: npt.NDArray[Any], y: npt.NDArray[Any]) -> Number:
    """Return the sum of the products of two one-dimensional views, added up in float64."""
    return np.dot(x.astype(np.float64, copy=False), y.astype(np.float64, copy=False))


def greatest(x: npt.NDArray[Any]) -> Number:
    """Return the greatest of a one-dimensional view, NaN if one is NaN; of nothing -inf."""
    return np.max(x, initial=-np.inf)


def wide(scratch: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Return working memory as numbers of float64, in which sums are taken: of float32 half as many."""
    return scratch[: scratch.shape[0] // 2 * 2].view(np.float64)


def gemm(x: npt.NDArray[Any], y: npt.NDArray[Any], z: npt.NDArray[Any], add: bool) -> None:
    """Write the matrix product x @ y into z, or add it. x: (n, k), y: (k, m), either may be a `.T`; z: (n, m), contiguous.

    For a row or a column z the products of float32 are added up in float64; for a matrix as BLAS does.
    """
    if z.dtype == np.float32 and 1 in z.shape:
        product = np.matmul(x, y, dtype=np.float64)
        z[...] = z + product if add else product
    elif add:
        z += x @ y
    else:
        np.matmul(x, y, out=z)
