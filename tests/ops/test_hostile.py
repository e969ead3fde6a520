"""Every op on numbers that no lesson has: no exception, no warning, and formulas find NaN in the same places on both machines.

Array ops are run by kernels in `test_bounds.py`.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from gradlab.op import Op
from gradlab.ops import compiled_ops
from tests.ops.hostile import calls, run

FORMULAS = {name: op for name, op in compiled_ops().items() if op.kind == "elementwise"}
NEAR_THE_END = 1e300
"""Products of such numbers overflow or not, by whether they are rounded before they are added."""


@pytest.mark.parametrize("op", compiled_ops().values(), ids=compiled_ops().keys())
def test_hostile_numbers_and_empty_axes_raise_nothing(op: Op) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for case in calls(op):
            run(op, case, "plain")


@pytest.mark.parametrize("op", FORMULAS.values(), ids=FORMULAS.keys())
def test_kernels_of_formulas_find_nan_where_the_plain_functions_do(op: Op) -> None:
    compared = 0
    for case in calls(op):
        if any(np.any(np.isfinite(x) & (np.abs(x) > NEAR_THE_END)) for x in case.inputs):
            continue
        for wanted, got in zip(run(op, case, "plain"), run(op, case, "jit"), strict=True):
            assert np.array_equal(np.isnan(got), np.isnan(wanted)), case
            compared += 1
    assert compared >= 60
