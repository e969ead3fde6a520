"""What a sweep goes over, as it is written."""

from __future__ import annotations

import pytest

from gradlab.errors import ArgumentError, ScenarioError
from gradlab.sweeps.values import read_axis, read_seeds


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("rate=[0.1, 1e-3, 2]", ("0.1", "1e-3", "2")),
        ("init=[he, normal(0.01), uniform(-1, 1)]", ("he", "normal(0.01)", "uniform(-1, 1)")),
        ("x=lin(0, 1, 3)", ("0.0", "0.5", "1.0")),
        ("x=lin(2, 10, 5)", ("2", "4", "6", "8", "10")),
        ("x=log(1e-4, 1, 5)", ("0.0001", "0.001", "0.01", "0.1", "1.0")),
        ("x=log(1, 1e-2, 3)", ("1.0", "0.1", "0.01")),
        ("x=log(-0.01, -1, 3)", ("-0.01", "-0.1", "-1.0")),
        ("x=log(10**-2, 10*10, 3)", ("0.01", "1.0", "100.0")),
        ("x=lin(0.3, 7, 1)", ("0.3",)),
        ("sizes=[[8, 8], [16]]", ("[8, 8]", "[16]")),
    ],
)
def test_values_are_read_as_they_are_written(text: str, values: tuple[str, ...]) -> None:
    assert read_axis(text).values == values


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("rate", "NAME=VALUES"),
        ("rate=", "NAME=VALUES"),
        ("2x=[1]", "NAME=VALUES"),
        ("rate=0.1", "no list of values"),
        ("rate=lgo(1, 2, 3)", "did you mean `log`?"),
        ("rate=[]", "no values in the list"),
        ("rate=[1, 2, 1]", "`1` stands twice"),
        ("rate=[0.1, 2, 0.10]", "`0.10` stands twice"),
        ("rate=log(0, 1, 3)", "touches 0"),
        ("rate=log(1, 0, 3)", "touches 0"),
        ("rate=log(-1, 1, 3)", "crosses 0"),
        ("rate=log(1, 2)", "how many values?"),
        ("rate=log(1, 2, 0)", "whole number"),
        ("rate=log(1, 2, 2.5)", "whole number"),
        ("rate=log(1, 2, 10**7)", "whole number"),
        ("rate=lin(1, 1, 3)", "both ends"),
        ("rate=lin(a, 1, 3)", "a number is needed"),
        ("rate=lin(1e999, 1, 3)", "finite"),
        ("rate=lin(1/0, 1, 3)", "division by zero"),
        ("rate=lin(1, 1.0000000000001, 50)", "not all different"),
        ("seed=[1, 2]", "--seeds"),
        ("rate=[1", "never closed"),
    ],
)
def test_what_cannot_be_gone_over_says_why(text: str, told: str) -> None:
    with pytest.raises(ScenarioError) as error:
        read_axis(text)
    assert told in str(error.value)


def test_the_nth_drawn_value_is_the_same_whatever_was_drawn_before_and_beside_it() -> None:
    rate, init = read_axis("rate=log(1e-6, 1e-1)", drawn=True), read_axis("init=[he, zeros]", drawn=True)
    assert [rate.drawn(0, n) for n in (2, 0, 1)] == [rate.drawn(0, n) for n in (2, 0, 1)]
    assert rate.drawn(0, 3) != rate.drawn(1, 3) != rate.drawn(1, 4)
    assert {init.drawn(0, n) for n in range(20)} == {"he", "zeros"}
    assert rate.drawn(0, 0) == "3.76042853115e-05"


def test_drawn_numbers_are_spread_by_equal_factors() -> None:
    rate = read_axis("rate=log(1e-4, 1)", drawn=True)
    drawn = [float(rate.drawn(0, n)) for n in range(400)]
    assert 1e-4 <= min(drawn) < 2e-4 and 0.5 < max(drawn) <= 1
    assert 170 < sum(value < 1e-2 for value in drawn) < 230


@pytest.mark.parametrize(
    ("text", "seeds"), [("0..4", (0, 1, 2, 3, 4)), ("3", (3,)), ("0,2,5..6", (0, 2, 5, 6)), (" 1 .. 2 ", (1, 2))]
)
def test_seeds_are_read(text: str, seeds: tuple[int, ...]) -> None:
    assert read_seeds(text) == seeds


@pytest.mark.parametrize("text", ["", "4..0", "-1", "a", "1..", "1,1", "0..2,2", "0..2000000"])
def test_what_are_no_seeds_is_refused(text: str) -> None:
    with pytest.raises(ArgumentError, match="seed"):
        read_seeds(text)


def test_a_name_may_be_that_of_one_place() -> None:
    assert read_axis("init@logits=[he, zeros]").name == "init@logits"
    assert read_axis("@12:5-20=[1, 2]").name == "@12:5-20"
