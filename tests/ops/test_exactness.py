"""Every elementwise op is right to 4 units in the last place, value and derivative, from 1e-300 to 700."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from gradlab.op import Op
from gradlab.ops import OPS
from tests.ops.exact import EXACT, Exact, mpmath
from tests.ops.harness import Bench

pytestmark = pytest.mark.skipif(mpmath is None, reason="needs mpmath for the exact values")

SMALL = (*(10.0**e for e in range(-300, -7, 4)), 1e-8, 1e-3)
POINTS = {
    "float64": (*SMALL, 1.0, 20.0, 40.0, 700.0),
    "float32": (*(x for x in SMALL if x > 1e-38), 1.0, 20.0, 40.0, 700.0),
}
FEW = (1e-8, 0.5, 1.0, 2.0, 3.0, 20.0)
"""The numbers that ops of several inputs are given, each with each, and with both signs."""
ULPS = 4
NO_NUMBERS = ("compare", "mask", "stop")
"""What such an op gives is no function of numbers that could be off."""


def elementwise_ops() -> list[str]:
    """Return the ops whose numbers are compared: those whose value or slope is computed."""
    return [op.name for op in OPS.values() if op.kind == "elementwise" and op.role not in NO_NUMBERS]


def points(op: Op, dtype: str) -> list[tuple[float, ...]]:
    """Return the inputs."""
    numbers = POINTS[dtype] if len(op.inputs) == 1 else FEW
    signed = [s * float(np.dtype(dtype).type(x)) for x in numbers for s in (1, -1)]
    if op.name == "standardize":
        return [(x, m, abs(v)) for x, m, v in itertools.product(signed, repeat=3)]
    return list(itertools.product(signed, repeat=len(op.inputs)))


@np.errstate(over="ignore")
def ulps(got: Any, wanted: Any, dtype: str) -> float:
    """Return how many units in the last place a number is off. wanted: exact, or None where there is none."""
    if wanted is None:
        return 0.0 if np.isnan(got) else np.inf
    nearest = np.dtype(dtype).type(float(wanted))
    if not np.isfinite(nearest):
        return 0.0 if got == nearest else np.inf
    if not np.isfinite(got):
        return float(np.inf)
    return float(abs(mpmath.mpf(float(got)) - wanted) / mpmath.mpf(float(np.spacing(abs(nearest)))))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("name", elementwise_ops())
def test_an_op_is_exact_to_four_units_in_the_last_place(name: str, backend: str, dtype: str) -> None:
    op, exact = OPS[name], EXACT[name]
    given = points(op, dtype)
    columns = [np.array(column, dtype) for column in zip(*given, strict=True)]
    bench = Bench(op, columns, exact.attrs, backend, dtype)
    found = [bench.forward(), *bench.backward(np.ones(len(given), dtype))]
    bad = []
    with mpmath.workprec(2400):
        for k, function in enumerate((exact.value, *exact.slopes)):
            for place, numbers in enumerate(given):
                off = _off(found[k][place], function, numbers, exact, dtype)
                if off > ULPS + exact.loses(numbers[0]):
                    bad.append((("z", *op.inputs)[k], numbers, float(found[k][place]), round(off, 1)))
    assert bad == []


def _off(got: Any, function: Any, numbers: tuple[float, ...], exact: Exact, dtype: str) -> float:
    attrs = [mpmath.mpf(value) for value in exact.attrs.values()]
    return ulps(got, function(*(mpmath.mpf(x) for x in numbers), *attrs), dtype)


def test_a_slope_that_is_off_by_ten_units_is_seen() -> None:
    one = np.float64(1.0)
    assert ulps(one + 10 * np.spacing(one), mpmath.mpf(1), "float64") == 10
    assert ulps(np.float64(0.0), mpmath.mpf(10) ** -30, "float64") > ULPS
    assert ulps(np.float64(np.nan), None, "float64") == 0


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_the_slopes_of_units_that_are_nearly_flat_keep_their_digits(backend: str) -> None:
    for name, at, slope in (
        ("elu", -20.0, "2.06115362243855783e-9"),
        ("elu", -40.0, "4.24835425529158899e-18"),
        ("sigmoid", 40.0, "4.24835425529158899e-18"),
        ("tanh", 20.0, "1.69934170211663560e-17"),
    ):
        bench = Bench(OPS[name], [np.array([at])], {}, backend)
        bench.forward()
        assert float(bench.backward(np.ones(1))[0][0]) == pytest.approx(float(slope), rel=1e-15)
    assert Bench(OPS["elu"], [np.array([-1e-8])], {}, backend).forward()[0] == pytest.approx(-9.99999995e-9, rel=1e-15)


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_a_sure_answer_that_is_right_is_still_pulled_a_little(backend: str) -> None:
    bench = Bench(OPS["bce"], [np.array([40.0, -40.0]), np.array([1.0, 0.0])], {"reduction": "sum"}, backend)
    bench.forward()
    np.testing.assert_allclose(bench.backward(np.ones(()))[0], [-4.24835425529158899e-18, 4.24835425529158899e-18], rtol=1e-15)
