from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradlab.draw.number import fixed, number, percent, sized, whole_percent


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.19661193324148185, "+0.196612"),
        (-3.0, "-3.00000"),
        (0.0, "+0"),
        (-0.0, "+0"),
        (-1.23e-7, "-1.23e-07"),
        (1234567.8, "+1.2346e+06"),
        (math.nan, "NaN"),
        (math.inf, "+inf"),
        (-math.inf, "-inf"),
    ],
)
def test_a_number_reads_with_its_sign_and_sensible_digits(value: float, text: str) -> None:
    assert number(value) == text


@given(st.floats())
def test_every_number_has_a_sign_or_is_nan(value: float) -> None:
    assert number(value) == "NaN" or number(value)[0] in "+-"


@given(st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x != 0))
def test_a_number_that_is_not_zero_never_reads_as_zero(value: float) -> None:
    for digits in (1, 3, 6):
        assert float(number(value, digits)) != 0
        assert (float(number(value, digits)) > 0) == (value > 0)


@given(st.floats(-1e300, 1e300))
def test_a_number_with_six_digits_is_right_to_a_thousandth(value: float) -> None:
    assert math.isclose(float(number(value)), value, rel_tol=1e-3)


@given(st.floats(), st.integers(8, 14))
def test_a_fixed_number_has_its_width(value: float, width: int) -> None:
    assert len(fixed(value, width)) == width


def test_shares_read_as_per_cent() -> None:
    assert percent(0.966) == "96.6 %"
    assert percent(-0.00001) == "0.0 %"
    assert percent(-12.4) == "-1240 %"
    assert whole_percent(0.001) == "<1 %"
    assert whole_percent(0.0) == "0 %"
    assert whole_percent(math.nan) == "·"


def test_a_size_has_no_sign() -> None:
    assert sized(-0.21378) == "0.2138"
    assert sized(4.4e-7) == "4.4e-07"
