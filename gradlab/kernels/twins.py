"""The compiled twins of `gradlab.numeric`: importing this module lets kernels call its functions.

Only sums may be reassociated: it breaks the range reduction of exp without a word.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import FunctionType
from typing import Any, TypeVar

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from gradlab import numeric
from gradlab.kernels import polynomials, polynomials32

F = TypeVar("F", bound=Callable[..., Any])

float64 = np.float64
SUMS = {"contract", "reassoc", "nsz"}


def in_float32(function: F) -> F:
    """Return a function whose float literals are of float32, its constants, too: as NumPy has them beside arrays of float32.

    Numba would take them as float64, and with them all that they meet.
    """

    def narrow(number: Any) -> Any:
        return np.float32(number) if type(number) is float else number

    code = function.__code__.replace(co_consts=tuple(map(narrow, function.__code__.co_consts)))
    around = {name: narrow(value) for name, value in function.__globals__.items()}
    return FunctionType(code, around, function.__name__, function.__defaults__, function.__closure__)  # type: ignore[return-value]


def formula_for(function: F, dtype: str) -> F:
    """Return a formula on single numbers as it is compiled for a dtype."""
    return in_float32(function) if dtype == "float32" else function


def _reinterpreted(plain: Callable[..., Any], given: Any, wanted: Any, kind: Any) -> None:
    """Let kernels take the bits of a number as one of another type, by an instruction."""

    @intrinsic
    def bits(typing_context: Any, number: Any) -> Any:
        def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            return builder.bitcast(arguments[0], kind)

        return wanted(given), build

    overload(plain, inline="always")(lambda x: lambda x: bits(x))  # noqa: PLW0108 - numba wants a function of its own here


_reinterpreted(polynomials.float_bits, types.float64, types.int64, ir.IntType(64))
_reinterpreted(polynomials.bits_float, types.int64, types.float64, ir.DoubleType())
_reinterpreted(polynomials32.float_bits, types.float32, types.int32, ir.IntType(32))
_reinterpreted(polynomials32.bits_float, types.int32, types.float32, ir.FloatType())


def _twin(plain: Callable[..., Any], **flags: Any) -> Callable[[F], F]:
    """Let kernels use this implementation of a function of `gradlab.numeric`."""

    def give(function: F) -> F:
        options = {"error_model": "numpy", "forceinline": True, **flags}
        overload(plain, jit_options=options, strict=False)(lambda *arguments: function)
        return function

    return give


def _contracted(plain: Callable[..., Any], function: Callable[..., Any]) -> None:
    """Let kernels call a polynomial: a product and a sum may be one operation, nothing else may change."""
    options = {"error_model": "numpy", "fastmath": {"contract"}, "forceinline": True}
    overload(plain, jit_options=options, strict=False)(lambda *arguments: function)


for _formula in (polynomials.exp_tail, polynomials.exp, polynomials.expm1, polynomials.tanh, polynomials.log1p):
    _contracted(_formula, _formula)
for _formula in (polynomials32.exp_tail, polynomials32.exp):
    _contracted(_formula, in_float32(_formula))


def _polynomial(plain: Callable[..., Any], wide: Callable[..., Any], narrow: Callable[..., Any]) -> None:
    """Let kernels call a function by the polynomial that belongs to the type of what it is given; whole numbers are float64."""

    def in_wide(x):  # type: ignore[no-untyped-def]
        return wide(float64(x))

    def in_narrow(x):  # type: ignore[no-untyped-def]
        return narrow(x)

    def choose(x: Any) -> Any:
        return in_narrow if x == types.float32 else in_wide

    overload(plain, jit_options={"error_model": "numpy", "forceinline": True}, strict=False)(choose)


_polynomial(numeric.exp, polynomials.exp, polynomials32.exp)


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


def _kept_twin(z, lost, e):  # type: ignore[no-untyped-def]
    if z.dtype == types.float64:
        return lambda z, lost, e: z[e]
    return lambda z, lost, e: float64(z[e]) + lost[e]


def _keep_twin(s, z, lost, e):  # type: ignore[no-untyped-def]
    def wide(s, z, lost, e):  # type: ignore[no-untyped-def]
        z[e] = s

    def narrow(s, z, lost, e):  # type: ignore[no-untyped-def]
        z[e] = s
        rest = s - z[e]
        lost[e] = rest if rest - rest == 0 else 0.0

    return wide if z.dtype == types.float64 else narrow


for _plain, _choice in ((numeric.kept, _kept_twin), (numeric.keep, _keep_twin)):
    overload(_plain, jit_options={"error_model": "numpy", "forceinline": True}, strict=False)(_choice)


def _adopt(plain: Callable[..., Any], loops: Callable[..., Any]) -> None:
    """Let kernels call a function marked with `numeric.helper` or `numeric.compiled_for`."""
    overload(plain, jit_options={"error_model": "numpy"}, strict=False)(lambda *arguments: loops)


for _plain, _loops in numeric.HELPERS.items():
    _adopt(_plain, _loops)
numeric.ADOPTERS.append(_adopt)
