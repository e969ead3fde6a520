"""The compiled twins of `gradlab.numeric`: importing this module lets kernels call its functions.

Only sums may be reassociated: it breaks the range reduction of exp without a word.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any, TypeVar

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic, overload

from gradlab import numeric
from gradlab.kernels import angles, error_functions, polynomials, polynomials32, powers, remainders

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


def near_formula(function: F) -> F:
    """Return a formula marked with `numeric.near` or `numeric.often` as it is for numbers within its limit, or usual ones."""
    numeric_near = ModuleType(numeric.__name__)
    vars(numeric_near).update(vars(numeric) | NEARBY)
    around = function.__globals__ | {"numeric": numeric_near}
    return FunctionType(function.__code__, around, function.__name__)  # type: ignore[return-value]


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
BY_INSTRUCTION = ("float_bits", "bits_float")


def _twin(plain: Callable[..., Any], **flags: Any) -> Callable[[F], F]:
    """Let kernels use this implementation of a function of `gradlab.numeric`."""

    def give(function: F) -> F:
        options = {"error_model": "numpy", "forceinline": True, **flags}
        overload(plain, jit_options=options, strict=False)(lambda *arguments: function)
        return function

    return give


def _in_both(plain: Callable[..., Any], wide: Callable[..., Any], narrow: Callable[..., Any]) -> None:
    """Let kernels call a function on single numbers: one for float32, the other for all else, which is taken as float64.

    In both a product and a sum may be one operation; nothing else may change.
    """
    options = {"error_model": "numpy", "fastmath": {"contract"}, "forceinline": True}
    of_float32 = in_float32(narrow)

    def choose(*arguments: Any) -> Any:
        return of_float32 if all(one == types.float32 for one in arguments) else wide

    overload(plain, jit_options=options, strict=False)(choose)


def _functions(module: ModuleType) -> dict[str, Callable[..., Any]]:
    """Return the formulas that a module defines, by name."""
    own = {name: f for name, f in vars(module).items() if inspect.isfunction(f) and f.__module__ == module.__name__}
    return {name: f for name, f in own.items() if name not in BY_INSTRUCTION}


def _of_numbers(wide: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that takes its argument, a whole number perhaps, as float64."""

    def one(x):  # type: ignore[no-untyped-def]
        return wide(float64(x))

    def two(y, x):  # type: ignore[no-untyped-def]
        return wide(float64(y), float64(x))

    return one if wide.__code__.co_argcount == 1 else two


def _adopt_formulas(module: ModuleType, narrow: dict[str, Callable[..., Any]]) -> None:
    """Let kernels call the formulas of a module, each as its namesake in float32 if there is one, also by `gradlab.numeric`."""
    for name, formula in _functions(module).items():
        short = narrow.get(name, formula)
        _in_both(formula, formula, short)
        plain = getattr(numeric, name, None)
        if plain is not None and NEARBY.get(name) is not formula:
            _in_both(plain, _of_numbers(formula), short)


NEARBY: dict[str, Callable[..., Any]] = {
    "sin": angles.sin,
    "cos": angles.cos,
    "tan": angles.tan,
    "remainder": remainders.remainder,
    "power": powers.usual_power,
}
"""What does not hold for all numbers, by its name in `gradlab.numeric`; beyond kernels take something slower."""
_narrow = _functions(polynomials32)
_adopt_formulas(polynomials, _narrow)
_adopt_formulas(error_functions, _narrow)
_adopt_formulas(angles, _narrow)
_adopt_formulas(powers, _narrow)
_adopt_formulas(remainders, _narrow)
for _formula in _narrow.values():
    _in_both(_formula, _formula, _formula)


def _near_and_far(name: str, afar: Callable[..., Any]) -> None:
    near, limit = NEARBY[name], numeric.FAR_ANGLE
    _twin(getattr(numeric, name))(lambda x: near(x) if abs(x) <= limit else afar(x))


for _function in (np.sin, np.cos, np.tan):
    _near_and_far(_function.__name__, _function)


def _library(name: str, function: Callable[..., Any]) -> None:
    """Let kernels call a function of one argument by the implementation that numba has."""
    _twin(getattr(numeric, name))(lambda x: function(x))  # noqa: PLW0108 - numba wants a function of its own here


for _name in ("sqrt", "absolute", "floor", "isnan"):
    _library(_name, getattr(np, _name))
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
