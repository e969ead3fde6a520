"""The functions that kernels compute by polynomials, against mpmath, in the dtype of the kernel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlab.numeric import FAR_ANGLE
from gradlab.op import Array
from gradlab.ops import OPS
from tests.ops.exact import EXACT, mpmath, named
from tests.ops.harness import Bench

pytestmark = pytest.mark.skipif(mpmath is None, reason="needs mpmath for the exact values")

ULPS = 3
ANGLES = ("sin", "cos", "tan")
UP_TO_ONE = ("asin", "acos")
POSITIVE = ("log", "log1p")
EVERYWHERE = ("atan", "erf", "exp", "expm1", "sigmoid", "softplus", "logsigmoid", "tanh")


def spread(dtype: str) -> Array:
    """Return numbers of all sizes and both signs, close to 0, where 2**n changes, and far from 0."""
    rng = np.random.default_rng(11)
    sizes = np.concatenate([10 ** rng.uniform(-30, 0, 400), rng.uniform(0, 3, 800), rng.uniform(0, 80, 400), [0.34657359028]])
    return np.concatenate([sizes, -sizes]).astype(dtype)


def numbers(name: str, dtype: str) -> Array:
    """Return numbers for a function: angles up to millions and close to quarter turns, sizes up to 1, or all."""
    rng, x = np.random.default_rng(12), spread(dtype)
    if name in ANGLES:
        turns = np.arange(1, 300) * (np.pi / 2)
        return np.concatenate([x, turns, -turns, rng.uniform(-FAR_ANGLE, FAR_ANGLE, 400)]).astype(dtype)
    if name in UP_TO_ONE:
        near = 1 - 10 ** rng.uniform(-16, 0, 200)
        return np.concatenate([x[abs(x) <= 1], near, -near, [1.0, -1.0]]).astype(dtype)
    if name in POSITIVE:
        smallest = np.finfo(dtype).smallest_subnormal * np.array([1, 3, 1000], dtype)
        return np.concatenate([abs(x), 10 ** rng.uniform(-37, 37, 200), 1 + x[abs(x) < 0.5], smallest]).astype(dtype)
    return x


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_e_to_the_x_less_one_is_exact_to_three_units_everywhere(backend: str, dtype: str) -> None:
    x = spread(dtype)
    x = x[x <= 0]
    z = Bench(OPS["elu"], [x], {}, backend, dtype).forward()
    assert off(z, x, named("expm1"), dtype) <= ULPS


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", [*ANGLES, *UP_TO_ONE, *POSITIVE, *EVERYWHERE])
def test_the_curves_are_exact_to_three_units_everywhere(name: str, dtype: str) -> None:
    x = numbers(name, dtype)
    assert off(Bench(OPS[name], [x], {}, "jit", dtype).forward(), x, EXACT[name].value, dtype) <= ULPS


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["gelu", "normal_cdf"])
def test_far_from_zero_kernels_keep_digits_that_the_rounding_of_a_square_would_take(name: str, dtype: str) -> None:
    x = spread(dtype)
    x = x[x > -13 if dtype == "float32" else x > -37]
    assert off(Bench(OPS[name], [x], {}, "jit", dtype).forward(), x, EXACT[name].value, dtype) <= 5


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_angles_of_points_and_powers_are_exact_to_three_units(dtype: str) -> None:
    rng = np.random.default_rng(13)
    y = spread(dtype)
    x = rng.permutation(y)
    z = Bench(OPS["atan2"], [y, x], {}, "jit", dtype).forward()
    assert off(z, y, EXACT["atan2"].value, dtype, x) <= ULPS
    base, exponent = (10 ** rng.uniform(-6, 6, 1500)).astype(dtype), rng.uniform(-6, 6, 1500).astype(dtype)
    z = Bench(OPS["pow"], [base, exponent], {}, "jit", dtype).forward()
    assert off(z, base, EXACT["pow"].value, dtype, exponent) <= ULPS


def test_a_polynomial_of_e_to_the_x_less_one_holds_for_positive_numbers_and_at_the_ends() -> None:
    from gradlab.kernels.polynomials import expm1

    x = np.abs(spread("float64"))
    assert off(np.array([expm1(float(v)) for v in x]), x, named("expm1"), "float64") <= ULPS
    ends = [expm1(v) for v in (0.0, -800.0, 709.0, 710.0)]
    assert ends[:2] == [0.0, -1.0]
    assert ends[2] == pytest.approx(np.expm1(709.0), rel=1e-15)
    assert ends[3] == np.inf


def off(got: Array, x: Array, exact: Any, dtype: str, *more: Array) -> float:
    """Return by how many units in the last place the worst one is off."""
    with mpmath.workprec(300):
        wanted = [exact(*(mpmath.mpf(float(v)) for v in given)) for given in zip(x, *more, strict=True)]
        sizes = [mpmath.mpf(float(np.spacing(np.dtype(dtype).type(abs(float(w)))))) for w in wanted]
        return float(max(abs(mpmath.mpf(float(g)) - w) / s for g, w, s in zip(got, wanted, sizes, strict=True)))
