"""The compiled twins of `gradlab.numeric`: importing this module lets kernels call its functions.

Only sums may be reassociated: it breaks the range reduction of exp without a word.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from gradlab import numeric
from gradlab.kernels import polynomials

F = TypeVar("F", bound=Callable[..., Any])

float64 = np.float64
SUMS = {"contract", "reassoc", "nsz"}


@intrinsic
def float_bits(typing_context: Any, number: Any) -> Any:
    """Return the 64 bits of a float64 as an integer."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.IntType(64))

    return types.int64(types.float64), build


@intrinsic
def bits_float(typing_context: Any, bits: Any) -> Any:
    """Return the float64 that has these bits."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.bitcast(arguments[0], ir.DoubleType())

    return types.float64(types.int64), build


def _twin(plain: Callable[..., Any], **flags: Any) -> Callable[[F], F]:
    """Let kernels use this implementation of a function of `gradlab.numeric`."""

    def give(function: F) -> F:
        options = {"error_model": "numpy", "forceinline": True, **flags}
        overload(plain, jit_options=options, strict=False)(lambda *arguments: function)
        return function

    return give


def _by_instruction(plain: Callable[..., Any], emitted: Any) -> None:
    overload(plain, inline="always")(lambda x: lambda x: emitted(x))  # noqa: PLW0108 - numba wants a function of its own here


_by_instruction(polynomials.float_bits, float_bits)
_by_instruction(polynomials.bits_float, bits_float)


def _contracted(plain: Callable[..., Any]) -> None:
    """Let kernels call a polynomial: a product and a sum may be one operation, nothing else may change."""
    options = {"error_model": "numpy", "fastmath": {"contract"}, "forceinline": True}
    overload(plain, jit_options=options, strict=False)(lambda *arguments: plain)


for _formula in (polynomials.exp_tail, polynomials.exp, polynomials.expm1, polynomials.tanh, polynomials.log1p):
    _contracted(_formula)


@_twin(numeric.exp)
def _exp_twin(x):  # type: ignore[no-untyped-def]
    return polynomials.exp(float64(x))


@_twin(numeric.expm1)
def _expm1_twin(x):  # type: ignore[no-untyped-def]
    return polynomials.expm1(float64(x))


@_twin(numeric.tanh)
def _tanh_twin(x):  # type: ignore[no-untyped-def]
    return polynomials.tanh(float64(x))


@_twin(numeric.log1p)
def _log1p_twin(x):  # type: ignore[no-untyped-def]
    return polynomials.log1p(float64(x))


@_twin(numeric.sigmoid)
def _sigmoid_twin(x):  # type: ignore[no-untyped-def]
    small = polynomials.exp(-abs(float64(x)))
    return (1.0 if x >= 0 else small) / (1.0 + small)


def _library(name: str, function: Callable[..., Any]) -> None:
    """Let kernels call a function of one argument by the implementation that numba has."""
    _twin(getattr(numeric, name))(lambda x: function(x))  # noqa: PLW0108 - numba wants a function of its own here


for _name in ("log", "sqrt", "sin", "cos", "tan", "absolute", "floor", "isnan"):
    _library(_name, getattr(np, _name))
_library("erf", math.erf)
_library("erfc", math.erfc)
for _function in (np.arcsin, np.arccos, np.arctan):
    _library(_function.__name__.replace("rc", ""), _function)
_twin(numeric.atan2)(lambda y, x: np.arctan2(y, x))  # noqa: PLW0108
_twin(numeric.power)(lambda x, y: np.power(x, y))  # noqa: PLW0108
_twin(numeric.select)(lambda condition, yes, no: yes if condition else no)


@_twin(numeric.remainder)
def _remainder_twin(x, y):  # type: ignore[no-untyped-def]
    left = np.fmod(float64(x), float64(y))
    return left + y if left != 0.0 and (left < 0.0) != (y < 0.0) else left


@_twin(numeric.total, fastmath=SUMS)
def _total_twin(x):  # type: ignore[no-untyped-def]
    s = 0.0
    for i in range(x.shape[0]):
        s += x[i]
    return s


@intrinsic
def maximum(typing_context: Any, x: Any, y: Any) -> Any:
    """Return the greater of two numbers, NaN if one is: an instruction that LLVM can take in lanes, unlike a comparison."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        real = arguments[0].type
        name = f"llvm.maximum.{'f64' if real == ir.DoubleType() else 'f32'}"
        form = ir.FunctionType(real, [real, real])
        return builder.call(builder.module.globals.get(name) or ir.Function(builder.module, form, name), arguments)

    return (x if x == y else types.float64)(*[x if x == y else types.float64] * 2), build


@_twin(numeric.greater)
def _greater_twin(x, y):  # type: ignore[no-untyped-def]
    return maximum(x, y)


@_twin(numeric.dot, fastmath=SUMS)
def _dot_twin(x, y):  # type: ignore[no-untyped-def]
    s = 0.0
    for i in range(x.shape[0]):
        s += float64(x[i]) * y[i]
    return s


@_twin(numeric.greatest, fastmath=SUMS)
def _greatest_twin(x):  # type: ignore[no-untyped-def]
    high = x.dtype.type(-np.inf)
    for i in range(x.shape[0]):
        high = maximum(high, x[i])
    return high


@overload(numeric.wide, jit_options={"error_model": "numpy", "forceinline": True}, strict=False)
def _wide_twin(scratch):  # type: ignore[no-untyped-def]
    if scratch.dtype == types.float64:
        return lambda scratch: scratch
    return lambda scratch: scratch[: scratch.shape[0] // 2 * 2].view(float64)


def _adopt(plain: Callable[..., Any], loops: Callable[..., Any]) -> None:
    """Let kernels call a function marked with `numeric.helper` or `numeric.compiled_for`."""
    flags = {"fastmath": SUMS} if loops in numeric.SUMMING else {}
    overload(plain, jit_options={"error_model": "numpy", **flags}, strict=False)(lambda *arguments: loops)


for _plain, _loops in numeric.HELPERS.items():
    _adopt(_plain, _loops)
numeric.ADOPTERS.append(_adopt)
