"""Kernels write what they are told to write, and no number comes from what lies beside their arrays or lay there before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from gradlab.errors import GradlabError
from gradlab.kernels.rows import Columns
from gradlab.op import Op, Shape
from gradlab.ops import OPS, compiled_ops
from tests.ops.casebook import Case, cases_of, spaced
from tests.ops.guarded import trespasses

ARRAY_OPS = [op for op in compiled_ops().values() if op.kind == "array"]
WINDOWED = [OPS[name].taking(2) for name in ("conv1d", "conv2d", "conv_transpose1d", "conv_transpose2d")]
SIDES = {1: ((1,), (7,), (67,)), 2: ((1, 1), (5, 1), (3, 7), (9, 17))}
"""Large and small images: of one place, of one column, odd, and longer than a block of sums."""
KERNELS = {1: ((1,), (3,)), 2: ((1, 1), (2, 3))}
BANKS = ((1, 1), (7, 3), (Columns.CHANNELS, Columns.CHANNELS + 1))
"""Channels of x and of z a group: one, no multiple of a block of sums, and so many that small images become columns."""
each_dtype = pytest.mark.parametrize("dtype", ["float64", "float32"])


def convolutions(op: Op) -> Iterator[Case]:
    """Return calls of a convolution with every kind of window on every kind of image."""
    rng, axes = np.random.default_rng(11), 1 if "1d" in op.name else 2
    banks = [bank[::-1] if "transpose" in op.name else bank for bank in BANKS]
    for (channels, kernels), side, kernel in product(banks, SIDES[axes], KERNELS[axes]):
        for stride, padding, dilation, groups in product((1, 2), (0, 2), (1, 2), (1, 2)):
            attrs = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
            first, second = (channels, kernels) if "transpose" in op.name else (kernels, channels)
            shapes: tuple[Shape, ...] = ((2, channels * groups, *side), (first * groups, second, *kernel))
            try:
                op.shape(shapes, {**op.attrs, **attrs})
            except GradlabError:
                continue  # the window is larger than the image, or the padding cuts all of it off
            yield Case(spaced(rng, shapes, -2.0, 2.0), attrs)


@each_dtype
@pytest.mark.parametrize("op", ARRAY_OPS, ids=lambda op: op.kernel)
def test_kernels_write_and_read_what_is_theirs(op: Op, dtype: str) -> None:
    for case in cases_of(op).draw():
        assert trespasses(op, case, dtype) == [], ([x.shape for x in case.inputs], case.attrs)


@each_dtype
@pytest.mark.parametrize("op", WINDOWED, ids=lambda op: op.kernel)
def test_convolutions_of_every_form_write_and_read_what_is_theirs(op: Op, dtype: str) -> None:
    for case in convolutions(op):
        assert trespasses(op, case, dtype) == [], ([x.shape for x in case.inputs], case.attrs)


def test_a_kernel_that_is_given_too_little_memory_is_seen() -> None:
    op = WINDOWED[0]
    plan = op.plan
    assert plan is not None
    stingy = replace(op, plan=lambda *call: replace(plan(*call), scratch=8))
    case = Case((np.ones((1, 2, 5)), np.ones((3, 2, 2))), {})
    assert any("behind scratch 2" in found for found in trespasses(stingy, case, "float64"))
