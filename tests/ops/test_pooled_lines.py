"""The greatest of windows side by side, and its place, is the same by vectors as by the plain functions, at every width."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from gradlab.ops import OPS
from tests.ops.harness import Bench

each_dtype = pytest.mark.parametrize("dtype", ["float64", "float32"])
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("max_pool1d", {"kernel_size": 2}),
    ("max_pool1d", {"kernel_size": 3, "stride": 1}),
    ("max_pool1d", {"kernel_size": 2, "padding": 1}),
    ("max_pool2d", {"kernel_size": (1, 2), "stride": (1, 2)}),
    ("max_pool2d", {"kernel_size": (1, 2), "stride": (2, 2)}),
    ("max_pool2d", {"kernel_size": (2, 2)}),
)


@each_dtype
def test_the_winners_of_windows_are_those_of_the_plain_functions(dtype: str) -> None:
    rng = np.random.default_rng(31)
    for (name, attrs), width in itertools.product(CALLS, range(3, 36)):
        shape = (3, 2, width) if name.endswith("1d") else (2, 2, 4, width)
        x = rng.integers(-2, 3, shape).astype(dtype)  # many are equal: the first of them wins
        x[rng.random(shape) < 0.1] = np.nan
        x[rng.random(shape) < 0.2] = -np.inf
        plain, compiled = (Bench(OPS[name], [x], attrs, backend, dtype) for backend in ("plain", "jit"))
        z = plain.forward()
        np.testing.assert_array_equal(compiled.forward(), z, err_msg=f"{attrs} {width}")
        g = rng.integers(1, 9, z.shape).astype(dtype)
        (wanted,), (got,) = plain.backward(g), compiled.backward(g)
        np.testing.assert_array_equal(got, wanted, err_msg=f"{attrs} {width}")
