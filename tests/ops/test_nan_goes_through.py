"""One rule for NaN: it goes through, forward and backward; and one for points without a derivative: 0 is sent."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.op import Array, Op
from gradlab.ops import OPS, compiled_ops
from tests.ops.casebook import Case, cases_of
from tests.ops.harness import Bench

BACKENDS = ("plain", "jit")
APART = (-1.3, 1.7)
"""Two numbers at which an op that is not a straight line has different slopes."""


def spoilable(op: Op) -> list[tuple[Case, int]]:
    """Return calls, and inputs of theirs to which a gradient flows."""
    drawn = [case for case in cases_of(op).draw() if all(x.size for x in case.inputs)]
    return [(case, k) for case in drawn for k in range(len(case.inputs)) if op.flows(k)]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("op", compiled_ops().values(), ids=compiled_ops().keys())
def test_nan_in_an_input_is_nan_in_what_is_sent_to_it(op: Op, backend: str) -> None:
    """Unless the slope is the same for all numbers, or the number does not reach the output at all."""
    for case, k in spoilable(op):
        inputs = [x.copy() for x in case.inputs]
        bench = Bench(op, inputs, case.attrs, backend)
        place = inputs[k].size // 2
        slopes = [_sent(bench, inputs, k, place, number)[0] for number in APART]
        sent, value = _sent(bench, inputs, k, place, np.nan)
        if np.isnan(value).any() and slopes[0] != slopes[1]:
            assert np.isnan(sent), (case, k, slopes)


def _sent(bench: Bench, inputs: list[Array], k: int, place: int, number: float) -> tuple[float, Array]:
    """Return what is sent to an element that has a value, and the output."""
    kept = inputs[k].reshape(-1)[place]
    inputs[k].reshape(-1)[place] = number
    z = bench.forward(inputs)
    sent = float(bench.backward(np.ones_like(z))[k].reshape(-1)[place])
    inputs[k].reshape(-1)[place] = kept
    return sent, z


PIECEWISE = [
    "abs",
    "clip",
    "elu",
    "floor",
    "guided_relu",
    "hard_sigmoid",
    "hardswish",
    "leaky_relu",
    "relu",
    "selu",
    "sign",
    "step",
]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", PIECEWISE)
def test_an_op_of_several_pieces_has_none_for_nan(name: str, backend: str, dtype: str) -> None:
    x = np.array([np.nan, 0.5], dtype)
    bench = Bench(OPS[name], [x], {"low": 0.0, "high": 1.0} if name == "clip" else {}, backend, dtype)
    assert np.isnan(bench.forward()).tolist() == [True, False]
    assert np.isnan(bench.backward(np.ones(2, dtype))[0]).tolist() == [True, False]


@pytest.mark.parametrize("backend", BACKENDS)
def test_nan_against_a_number_is_sent_to_the_nan_alone(backend: str) -> None:
    for name in ("maximum", "minimum"):
        bench = Bench(OPS[name], [np.array([np.nan, 1.0]), np.array([1.0, np.nan])], {}, backend)
        assert np.isnan(bench.forward()).all()
        dx, dy = bench.backward(np.ones(2))
        np.testing.assert_array_equal([dx, dy], [[np.nan, 0], [0, np.nan]])


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_root_of_a_negative_number_is_nan_and_so_are_both_slopes(backend: str) -> None:
    bench = Bench(OPS["pow"], [np.array([-2.0, -2.0]), np.array([0.5, 2.0])], {}, backend)
    np.testing.assert_array_equal(bench.forward(), [np.nan, 4])
    np.testing.assert_array_equal(bench.backward(np.ones(2)), [[np.nan, -4], [np.nan, 0]])
