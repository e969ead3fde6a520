"""What small images send through many kernels, as products of matrices, is what the plain functions send."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from gradlab.kernels.rows import Columns, Window
from gradlab.op import Array
from gradlab.ops import OPS
from tests.ops.harness import Bench

each_dtype = pytest.mark.parametrize("dtype", ["float64", "float32"])
CHANNELS = Columns.CHANNELS


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(29)


def windows() -> Iterator[tuple[str, tuple[int, ...], tuple[int, ...], dict[str, Any]]]:
    """Return an op, the shapes of x and W, and the attributes."""
    for stride, padding, dilation, groups in itertools.product((1, 2), (0, 1, 2), (1, 2), (1, 2)):
        attrs = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
        many = CHANNELS * groups
        yield "conv2d", (2, many, 5, 6), (many, CHANNELS, 2, 3), attrs
        yield "conv2d", (3, many, 4, 3), (many + groups, CHANNELS, 2, 1), attrs
        yield "conv1d", (2, many, 11), (many, CHANNELS, 3), attrs
        yield "conv_transpose2d", (2, many, 3, 4), (many, CHANNELS, 3, 2), attrs
    yield "conv2d", (1, CHANNELS, 10, 10), (CHANNELS, CHANNELS, 3, 3), {}  # as many places as there may be


def sent(name: str, arrays: list[Array], attrs: dict[str, Any], g: Array, backend: str) -> list[Array]:
    """Return z, gradients and the gradients of two passes."""
    bench = Bench(OPS[name].taking(2), arrays, attrs, backend, arrays[0].dtype.name)
    return [bench.forward(), *bench.backward(g), *bench.backward(g, add=True)]


@each_dtype
def test_products_of_matrices_send_what_loops_do(dtype: str, rng: np.random.Generator) -> None:
    for name, x, w, attrs in windows():
        arrays = [rng.integers(-3, 4, shape).astype(dtype) for shape in (x, w)]  # whole numbers: their sums are exact
        bench = Bench(OPS[name].taking(2), arrays, attrs, "plain", dtype)
        assert _by_products(bench), (name, x, w, attrs)
        g = rng.integers(-3, 4, bench.forward().shape).astype(dtype)
        for got, wanted in zip(*(sent(name, arrays, attrs, g, backend) for backend in ("jit", "plain")), strict=True):
            np.testing.assert_array_equal(got, wanted, err_msg=f"{name} {x} {w} {attrs}")


def _by_products(bench: Bench) -> bool:
    plan = bench.machine.tape.plans[-1]
    assert plan is not None
    (samples, groups, *_), (_, kernels, weights) = plan.views[:2]
    channels = weights // (plan.ints[2] * plan.ints[3])
    return plan.scratch > int(Window(samples * groups, channels, kernels, plan.ints).size)


def test_what_is_infinite_meets_nothing_that_is_not_there(rng: np.random.Generator) -> None:
    for planted, value in itertools.product((0, 1, 2), (np.inf, np.nan)):
        arrays = [rng.normal(size=(2, CHANNELS, 4, 4)), rng.normal(size=(CHANNELS, CHANNELS, 3, 3))]
        g = rng.normal(size=(2, CHANNELS, 4, 4))
        [*arrays, g][planted][1, 2, 0, 1] = value
        for got, wanted in zip(
            *(sent("conv2d", arrays, {"padding": 1}, g, backend) for backend in ("jit", "plain")), strict=True
        ):
            np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-12)


def test_few_channels_and_large_images_take_no_columns(rng: np.random.Generator) -> None:
    for x, w in (((2, 16, 11, 10), (16, 16, 3, 3)), ((2, 15, 4, 4), (16, 15, 3, 3)), ((2, 16, 4, 4), (15, 16, 3, 3))):
        assert not _by_products(Bench(OPS["conv2d"].taking(2), [rng.normal(size=x), rng.normal(size=w)], {}))
