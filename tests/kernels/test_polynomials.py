"""The functions that kernels compute by polynomials, against mpmath: in float64 as they are, in float32 rounded once more."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlab.op import Array
from gradlab.ops import OPS
from tests.ops.exact import mpmath, named
from tests.ops.harness import Bench

pytestmark = pytest.mark.skipif(mpmath is None, reason="needs mpmath for the exact values")

ULPS = 3


def spread(dtype: str) -> Array:
    """Return numbers of all sizes and both signs, close to 0, where 2**n changes, and far from 0."""
    rng = np.random.default_rng(11)
    sizes = np.concatenate([10 ** rng.uniform(-30, 0, 400), rng.uniform(0, 3, 800), rng.uniform(0, 80, 400), [0.34657359028]])
    return np.concatenate([sizes, -sizes]).astype(dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_e_to_the_x_less_one_is_exact_to_three_units_everywhere(backend: str, dtype: str) -> None:
    x = spread(dtype)
    x = x[x <= 0]
    z = Bench(OPS["elu"], [x], {}, backend, dtype).forward()
    assert off(z, x, named("expm1"), dtype) <= ULPS


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("name", ["exp", "tanh", "sigmoid", "softplus"])
def test_the_curves_are_exact_to_three_units_everywhere(name: str, backend: str, dtype: str) -> None:
    exact = {
        "exp": named("exp"),
        "tanh": named("tanh"),
        "sigmoid": lambda v: 1 / (1 + mpmath.exp(-v)),
        "softplus": lambda v: mpmath.log1p(mpmath.exp(v)) if v < 0 else v + mpmath.log1p(mpmath.exp(-v)),
    }[name]
    x = spread(dtype)
    assert off(Bench(OPS[name], [x], {}, backend, dtype).forward(), x, exact, dtype) <= ULPS


def test_a_polynomial_of_e_to_the_x_less_one_holds_for_positive_numbers_and_at_the_ends() -> None:
    from gradlab.kernels.polynomials import expm1

    x = np.abs(spread("float64"))
    assert off(np.array([expm1(float(v)) for v in x]), x, named("expm1"), "float64") <= ULPS
    ends = [expm1(v) for v in (0.0, -800.0, 709.0, 710.0)]
    assert ends[:2] == [0.0, -1.0]
    assert ends[2] == pytest.approx(np.expm1(709.0), rel=1e-15)
    assert ends[3] == np.inf


def off(got: Array, x: Array, exact: Any, dtype: str) -> float:
    """Return by how many units in the last place the worst one is off."""
    with mpmath.workprec(300):
        wanted = [exact(mpmath.mpf(float(v))) for v in x]
        sizes = [mpmath.mpf(float(np.spacing(np.dtype(dtype).type(abs(float(w)))))) for w in wanted]
        return float(max(abs(mpmath.mpf(float(g)) - w) / s for g, w, s in zip(got, wanted, sizes, strict=True)))
