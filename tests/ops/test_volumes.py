"""A convolution of volumes is the same however many slices are unfolded at a time."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from gradlab.op import Array
from gradlab.ops import OPS, _volume
from tests.ops.harness import Bench

CALLS: tuple[tuple[tuple[int, ...], tuple[int, ...], dict[str, Any]], ...] = (
    ((2, 4, 7, 5, 11), (6, 2, 3, 2, 3), {"groups": 2, "padding": 1}),
    ((1, 3, 8, 6, 5), (2, 3, 2, 3, 2), {"stride": (2, 1, 2), "padding": (2, 0, 1)}),
    ((2, 2, 6, 4, 9), (3, 2, 2, 2, 2), {"dilation": (3, 2, 1)}),
)


def sent(arrays: list[Array], attrs: dict[str, Any], backend: str, dtype: str) -> tuple[int, list[Array]]:
    """Return how many slices are unfolded at a time, then z, the gradients and those of two passes."""
    bench = Bench(OPS["conv3d"], arrays, attrs, backend, dtype)
    z = bench.forward()
    g = np.random.default_rng(3).integers(-3, 4, z.shape).astype(dtype)
    plan = bench.machine.tape.plans[-1]
    assert plan is not None
    return plan.ints[-1], [z, *bench.backward(g), *bench.backward(g, add=True)]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_pieces_give_what_the_whole_gives(dtype: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    for x, w, attrs in CALLS:
        arrays = [rng.integers(-3, 4, shape).astype(dtype) for shape in (x, w, w[:1])]  # whole numbers: their sums are exact
        monkeypatch.undo()
        slices, whole = sent(arrays, attrs, "plain", dtype)
        assert slices > 2
        for fits, backend in itertools.product((1, 2, slices), ("plain", "jit")):
            z = whole[0].shape
            monkeypatch.setattr(_volume, "COLUMNS", fits * int(np.prod(w[1:])) * z[-2] * z[-1])
            many, found = sent(arrays, attrs, backend, dtype)
            assert many == fits
            for got, wanted in zip(found, whole, strict=True):
                np.testing.assert_array_equal(got, wanted)
