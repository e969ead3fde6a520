"""What stands behind `expect`, tolerances, and names with an index."""

from __future__ import annotations

from math import isnan, nan

import numpy as np
import pytest

from gradlab.errors import ScenarioError
from gradlab.scenario.assertions import Tolerance, read_assertion, read_reference, read_tolerance
from gradlab.scenario.expressions import Known
from gradlab.source import Source, Span


def span(text: str) -> Span:
    return Source("<action>", text).span(0, len(text))


def test_an_assertion_has_two_sides_and_a_tolerance() -> None:
    found = read_assertion(span("grad(x) ~= [0.5, 1] tol 5%"))
    assert (found.left.text, found.right and found.right.text, found.tolerance) == (
        "grad(x)",
        "[0.5, 1]",
        Tolerance(0.05, True),
    )


def test_a_condition_is_an_assertion_too() -> None:
    found = read_assertion(span("loss < 1"))
    assert (found.left.text, found.right, found.tolerance) == ("loss < 1", None, None)


def test_the_default_tolerance_is_that_of_the_dtype() -> None:
    found = read_assertion(span("a ~= b"))
    assert (found.within("float64").value, found.within("float32").value) == (1e-9, 1e-5)
    assert [p.message for p in found.check(Known())] == ["unknown name `a`", "unknown name `b`"]


def test_all_parts_of_an_assertion_are_checked_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        read_assertion(span("a + ~= b + tol x"))
    assert [p.message for p in caught.value.problems] == [
        "invalid syntax", "invalid syntax", "a tolerance is a number of 0 or more, or a percentage",
    ]  # fmt: skip


def test_a_tolerance_without_a_right_side_is_a_problem() -> None:
    with pytest.raises(ScenarioError, match="`tol` goes with `~=`"):
        read_assertion(span("a tol 3"))


@pytest.mark.parametrize("text", ["x", "-1", "nan", "inf", "", "5%%", "1e", "1_0", "3/0", "3/", "/4", "1/2/3", "1/-2"])
def test_a_strange_tolerance_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match="a tolerance is a number of 0 or more"):
        read_tolerance(span(text))


def test_a_tolerance_may_be_a_fraction() -> None:
    assert read_tolerance(span("3/64")) == Tolerance(3 / 64)
    assert read_tolerance(span("1 / 8%")) == Tolerance(1 / 800, relative=True)


def test_the_worst_element_uses_up_the_tolerance() -> None:
    assert Tolerance(0.1).excess([1.0, 2.0], [1.05, 2.2]) == pytest.approx(2.0)
    assert Tolerance(0.1, True).excess([1.0, 200.0], [1.05, 210.0]) == pytest.approx(0.47619, abs=1e-5)
    assert Tolerance(0.0).excess(1.0, 1.0) == 0
    assert Tolerance(0.0).excess(1.0, 1.5) == np.inf
    assert Tolerance(0.1, True).excess(1.0, 0.0) == np.inf
    assert Tolerance(0.1).excess(np.inf, np.inf) == 0
    assert isnan(Tolerance(1e9).excess(nan, 1.0))
    assert isnan(Tolerance(1e9).excess([nan, 1.0], nan))


def test_a_tolerance_is_written_as_it_was_given() -> None:
    assert (str(Tolerance(1e-6)), str(Tolerance(0.05, True))) == ("1e-06", "5%")


@pytest.mark.parametrize(
    ("text", "name", "index"),
    [("W", "W", None), ("h0.W[0, -1]", "h0.W", (0, -1)), ("h.3[2]", "h.3", (2,)), ("_mul.1", "_mul.1", None)],
)
def test_a_reference_is_a_name_and_perhaps_an_index(text: str, name: str, index: tuple[int, ...] | None) -> None:
    found = read_reference(span(text))
    assert (found.name, found.index, found.span.text) == (name, index, name)


@pytest.mark.parametrize(
    ("text", "message"),
    [("W[i]", "an index is a whole number"), ("W[0:1]", "an index is a whole number"),
     ("W + 1", "the name of a node is needed here"),
     ("", "an expression is missing here"), ("W[1.5]", "an index is a whole number")],
)  # fmt: skip
def test_what_is_no_reference_is_refused(text: str, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        read_reference(span(text))
