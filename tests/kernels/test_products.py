"""Matrix products of every small shape, and of shapes around the bounds at which a product takes another way."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradlab.kernels.jit  # noqa: F401, it compiles what `gemm` means
from gradlab.numeric import gemm
from gradlab.op import Array
from tests.processors import HASWELL, NEHALEM, Processor, as_on, possible

numba = pytest.importorskip("numba")

SMALL = range(1, 10)
BOUNDS = (3, 15, 16, 31, 33, 64, 65, 130)
"""Around vectors, the rows that are few, the rows that are turned, and a strip of rows."""
AROUND = 70
"""Numbers before and behind an array, which stay as they are."""
DTYPES = {"float64": 1e-14, "float32": 1e-5}


@numba.njit  # type: ignore[untyped-decorator]
def plain(x: Any, y: Any, z: Any, add: bool) -> None:
    gemm(x, y, z, add)


@numba.njit  # type: ignore[untyped-decorator]
def turned_y(x: Any, y: Any, z: Any, add: bool) -> None:
    gemm(x, y.T, z, add)


@numba.njit  # type: ignore[untyped-decorator]
def turned_x(x: Any, y: Any, z: Any, add: bool) -> None:
    gemm(x.T, y, z, add)


WAYS = {"plain": (plain, False, False), "turned y": (turned_y, False, True), "turned x": (turned_x, True, False)}


class Guarded:
    """A matrix between numbers that are none."""

    def __init__(self, matrix: Array) -> None:
        self.whole = np.full(matrix.size + 2 * AROUND, np.nan, matrix.dtype)
        self.matrix = self.whole[AROUND:-AROUND].reshape(matrix.shape)
        self.matrix[:] = matrix

    @property
    def kept(self) -> bool:
        """Whether what stands around it is as it was."""
        return bool(np.isnan(self.whole[:AROUND]).all() and np.isnan(self.whole[-AROUND:]).all())


def check(way: str, dtype: str, sizes: Iterable[int]) -> None:
    """Multiply matrices of all these sizes, and add to what is there."""
    rng, (multiply, turn_x, turn_y) = np.random.default_rng(5), WAYS[way]
    for (n, k, m), add in itertools.product(itertools.product(sizes, repeat=3), (False, True)):
        x, y, before = (rng.standard_normal(shape).astype(dtype) for shape in ((n, k), (k, m), (n, m)))
        left, right = Guarded(x.T if turn_x else x), Guarded(y.T if turn_y else y)
        out = Guarded(before if add else np.full((n, m), np.nan, dtype))
        multiply(left.matrix, right.matrix, out.matrix, add)
        exact = x.astype(float) @ y.astype(float) + before * float(add)
        largest = abs(x).astype(float) @ abs(y).astype(float) + abs(before)
        assert (abs(out.matrix - exact) <= DTYPES[dtype] * largest).all(), (way, dtype, n, k, m, add)
        assert out.kept, (way, dtype, n, k, m, add)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sizes", [SMALL, BOUNDS], ids=["small", "bounds"])
def test_a_product_of_any_shape_is_right_and_writes_nothing_else(way: str, dtype: str, sizes: Iterable[int]) -> None:
    check(way, dtype, sizes)


@pytest.mark.parametrize("processor", [one for one in (HASWELL, NEHALEM) if one in possible()], ids=lambda one: one.name)
def test_so_it_is_on_other_processors(processor: Processor) -> None:
    lines = "; ".join(f"check({way!r}, {dtype!r}, {(2, 5, 17, 33)})" for way in WAYS for dtype in DTYPES)
    command = [sys.executable, "-c", f"from tests.kernels.test_products import check; {lines}"]
    root = Path(__file__).parents[2]
    subprocess.run(command, check=True, cwd=root, env=as_on(processor) | {"PYTHONPATH": str(root)})


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_row_of_a_batch_does_not_depend_on_the_rows_beside_it(dtype: str) -> None:
    rng = np.random.default_rng(6)
    x, y = rng.standard_normal((8, 100)).astype(dtype), rng.standard_normal((100, 40)).astype(dtype)
    whole = np.empty((8, 40), dtype)
    plain(x, y, whole, False)
    for n in range(2, 8):
        part = np.empty((n, 40), dtype)
        plain(x[:n].copy(), y, part, False)
        assert part.tobytes() == whole[:n].tobytes(), n
