"""Arguments of the words of a model."""

from __future__ import annotations

import pytest

from gradlab.arguments import REQUIRED, bind, choice, number, parameters_of, whole
from gradlab.errors import ArgumentError

TAKES = {"x": REQUIRED, "units": 3, "name": "a"}


def test_arguments_by_place_by_name_and_by_default_are_bound_in_the_order_of_the_parameters() -> None:
    assert list(bind("f", TAKES, (1,), {"name": "b"}).items()) == [("x", 1), ("units", 3), ("name", "b")]


@pytest.mark.parametrize(
    ("args", "named", "text"),
    [
        ((), {}, '`f` needs `x`; it takes (x, units=3, name="a")'),
        ((1, 2, 3, 4), {}, '`f` takes (x, units=3, name="a"), got 4 values'),
        ((1,), {"unit": 2}, '`f` has no argument `unit`; it takes (x, units=3, name="a"): did you mean `units`?'),
        ((1,), {"zzz": 2}, '`f` has no argument `zzz`; it takes (x, units=3, name="a")'),
        ((1,), {"x": 2}, "`f` was given `x` twice"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(args: tuple[object, ...], named: dict[str, object], text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        bind("f", TAKES, args, named)
    assert str(caught.value) == text


def test_parameters_are_read_from_a_function() -> None:
    def build(make: object, x: int, bias: bool = True) -> None: ...

    assert parameters_of(build, skip=1) == {"x": REQUIRED, "bias": True}


def test_a_number_within_its_range_is_a_float() -> None:
    value = number("f", "lr", 1, low=0.0, high=1.0)
    assert value == 1.0 and isinstance(value, float)


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        (0.0, float("inf"), "`lr` of `f` is at least 0, got -1"),
        (float("-inf"), -2.0, "`lr` of `f` is at most -2, got -1"),
        (0.0, 1.0, "`lr` of `f` is from 0 to 1, got -1"),
    ],
)
def test_a_number_out_of_its_range_is_refused(low: float, high: float, text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        number("f", "lr", -1, low, high)
    assert str(caught.value) == text


@pytest.mark.parametrize("value", ["1", None, True, float("nan"), float("inf"), [1]])
def test_what_is_no_finite_number_is_refused(value: object) -> None:
    with pytest.raises(ArgumentError, match="`lr` of `f` is a number, got"):
        number("f", "lr", value)


@pytest.mark.parametrize("value", [1.0, True, "2"])
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    with pytest.raises(ArgumentError, match="`n` of `f` is a whole number, got"):
        whole("f", "n", value)


def test_true_is_not_one_of_the_numbers() -> None:
    assert choice("f", "split", "test", (None, "test")) == "test"
    assert choice("f", "split", None, (None, "test")) is None
    with pytest.raises(ArgumentError, match="one of True, False, got 1"):
        choice("f", "bias", 1, (True, False))


def test_a_long_value_is_cut_in_the_message() -> None:
    with pytest.raises(ArgumentError) as caught:
        number("f", "lr", "x" * 10_000)
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize("value", [10**400, -(10**400), 10**5000], ids=["large", "negative", "unprintable"])
def test_an_integer_too_large_for_a_float_is_refused(value: int) -> None:
    with pytest.raises(ArgumentError, match="`lr` of `f` is a number, got a huge number"):
        number("f", "lr", value)
    with pytest.raises(ArgumentError, match="`n` of `f` is from 1 to 1,000,000, got a huge number"):
        whole("f", "n", value)
