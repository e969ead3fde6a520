"""Kernels give for infinities, zeros, NaN and the ends of a dtype what the plain functions give, signs of zero included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlab.numeric import FAR_ANGLE
from gradlab.op import Array
from gradlab.ops import OPS
from tests.ops.harness import Bench

CURVES = [
    "acos", "asin", "atan", "cos", "elu", "erf", "exp", "expm1", "gelu", "log", "log1p", "logsigmoid", "mish", "normal_cdf",
    "selu", "sigmoid", "silu", "sin", "softplus", "softsign", "tan", "tanh",
]  # fmt: skip
OF_TWO = ["atan2", "mod", "pow"]
SIZES = [0.0, 5e-324, 1e-320, 1e-300, 1e-45, 1e-38, 0.5, 1.0, 2.0, 3.0, 20.0, 88.8, 103.9, 745.1, 1024.0, 1e7, 3e38, 1.7e308]
MORE: dict[str, int] = {"gelu": 1000, "normal_cdf": 1000}
"""A few, where the page of the op says no more; the rounding of x counts x² times in the plain Φ."""


def special(dtype: str) -> Array:
    """Return zeros, subnormal numbers, the ends of exp in both dtypes, infinities, with both signs, and NaN."""
    with np.errstate(over="ignore"):
        sizes = np.array([*SIZES, np.inf, FAR_ANGLE, np.nextafter(FAR_ANGLE, np.inf)]).astype(dtype)
    return np.concatenate([sizes, -sizes, [np.nan]]).astype(dtype)


@np.errstate(all="ignore")
def both(name: str, columns: list[Array], dtype: str) -> list[list[Array]]:
    """Return value and gradients of the plain functions and of the kernel."""
    found = []
    for backend in ("plain", "jit"):
        bench = Bench(OPS[name], columns, {}, backend, dtype)
        z = bench.forward()
        found.append([z, *bench.backward(np.ones_like(z))])
    return found


def apart(plain: Array, kernel: Array, ulps: int) -> Array:
    """Return where two arrays differ by more than some units in the last place."""
    tiny = np.finfo(plain.dtype).tiny
    with np.errstate(all="ignore"):
        close = abs(plain - kernel) <= ulps * np.spacing(np.maximum(abs(plain), tiny))
    return np.flatnonzero(~(close | (plain == kernel) | (np.isnan(plain) & np.isnan(kernel))))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", CURVES)
def test_a_kernel_agrees_with_the_plain_function_for_special_numbers(name: str, dtype: str) -> None:
    x = special(dtype)
    plain, kernel = both(name, [x], dtype)
    for one, other in zip(plain, kernel, strict=True):
        assert x[apart(one, other, MORE.get(name, 8))].tolist() == []
    assert x[~np.isnan(plain[0]) & (np.signbit(plain[0]) != np.signbit(kernel[0])) & (kernel[0] == 0)].tolist() == []


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", OF_TWO)
def test_a_kernel_of_two_numbers_agrees_for_every_pair(name: str, dtype: str) -> None:
    x, y = (grid.reshape(-1) for grid in np.meshgrid(special(dtype), special(dtype)))
    plain, kernel = both(name, [x.copy(), y.copy()], dtype)
    for one, other in zip(plain, kernel, strict=True):
        assert [(float(x[i]), float(y[i])) for i in apart(one, other, 8)] == []
    signs = ~np.isnan(plain[0]) & (np.signbit(plain[0]) != np.signbit(kernel[0])) & (name != "mod")
    assert [(float(x[i]), float(y[i])) for i in np.flatnonzero(signs)] == []


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["sin", "cos", "tan"])
def test_a_large_angle_in_an_array_changes_no_other_one(name: str, dtype: str) -> None:
    x = np.random.default_rng(2).normal(size=2500).astype(dtype) * 100
    alone = everything(name, x, dtype)
    x[[1500, 2499]] = 1e9, np.inf
    with np.errstate(invalid="ignore"):
        found = everything(name, x, dtype)
        wanted = getattr(np, name)(x[1500].astype("float64"))
    rest = np.delete(np.arange(x.size), [1500, 2499])
    for one, other in zip(alone, found, strict=True):
        np.testing.assert_array_equal(one[rest], other[rest])
    assert found[0][1500] == pytest.approx(wanted, rel=1e-6 if dtype == "float32" else 1e-15)
    assert np.isnan(found[0][2499])


def everything(name: str, x: Array, dtype: str, *more: Any) -> list[Array]:
    """Return value and gradients of a kernel."""
    bench = Bench(OPS[name], [x, *more], {}, "jit", dtype)
    return [bench.forward(), *bench.backward(np.ones(x.shape, dtype))]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["cos", "gelu", "log", "sin", "tan", "tanh"])
def test_a_number_has_the_same_bits_alone_and_in_an_array(name: str, dtype: str) -> None:
    x = special(dtype)
    with np.errstate(all="ignore"):
        many = everything(name, x, dtype)
        single = [everything(name, x[i : i + 1].reshape(()), dtype) for i in range(x.size)]
    for k in (0, 1):
        np.testing.assert_array_equal(many[k], [each[k] for each in single])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_remainder_is_that_of_numpy_where_all_quotients_are_small_and_where_one_is_not(dtype: str) -> None:
    rng = np.random.default_rng(4)
    x = np.concatenate([rng.normal(size=3000) * 10 ** rng.uniform(-3, 4, 3000), [6.0, -6.0, 0.0, 1e-45, 1e30]]).astype(dtype)
    y = np.concatenate([rng.choice([1, -1], 3000) * rng.uniform(0.1, 3, 3000), [3.0, 3.0, -1.0, 1.0, 1e29]]).astype(dtype)
    for far in (False, True):
        x[[10, 2000]] = (1e9, 5.0) if far else (1.0, 5.0)
        y[2000] = np.inf if far else 2.0
        z = everything("mod", x, dtype, y)[0]
        np.testing.assert_array_equal(z, np.remainder(x, y))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("exponent", [2.0, 3.0, 0.5, -1.0, 1.0, 0.0, -2.0, 2.5])
def test_a_power_has_the_same_bits_for_one_exponent_and_for_an_array_of_it(exponent: float, dtype: str) -> None:
    x = special(dtype)
    with np.errstate(all="ignore"):
        one = everything("pow", x, dtype, np.array(exponent, dtype))
        many = everything("pow", x, dtype, np.full(x.shape, exponent, dtype))
        single = [everything("pow", x[i : i + 1].reshape(()), dtype, np.array(exponent, dtype)) for i in range(x.size)]
    for k in (0, 1):
        np.testing.assert_array_equal(one[k], many[k])
        np.testing.assert_array_equal(one[k], [each[k] for each in single])


@pytest.mark.parametrize("name", ["hard_sigmoid", "hardswish", "leaky_relu", "softsign"])
def test_literals_and_attributes_are_of_float32_beside_float32_as_in_numpy(name: str) -> None:
    plain, kernel = both(name, [np.random.default_rng(3).normal(size=500).astype("float32") * 3], "float32")
    for one, other in zip(plain, kernel, strict=True):
        np.testing.assert_array_equal(one, other)
