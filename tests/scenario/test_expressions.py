"""Expressions of scripts: what is one name, what is checked before the run, and what they give."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlab.errors import ScenarioError
from gradlab.op import Array, Curve, Shape
from gradlab.scenario.arithmetic import holds
from gradlab.scenario.environment import Part
from gradlab.scenario.expressions import Expression, Known, read_expression
from gradlab.scenario.query import Asking, Query
from gradlab.source import Source

VALUES: dict[str, Any] = {
    "x": [1.0, 2.0],
    "h.0": 1.0,
    "h.3": 4.0,
    "t3.h": [[1.0, -2.0], [3.0, 4.0]],
    "h0.dense.W": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
    "loss": 0.5,
    "t": [1.0, 0.0],
    "μ": 7.0,
    "0.weight": [[1.0, 2.0], [3.0, 4.0]],
    "12.0.e": 8.0,
}
KNOWN = Known({name: i for i, name in enumerate(VALUES)}, {"lr": 0.1}, ("h0", "t3"))


class Run:
    """An environment with fixed values."""

    known = KNOWN

    def value(self, name: str, part: Part = "") -> Array:
        if part:
            return np.asarray([1.0, 2.0, 3.0] if part == "out" else [4.0])
        return np.asarray(0.1 if name == "lr" else VALUES[name])

    def grad(self, name: str, part: Part = "") -> Array:
        if part:
            return np.asarray({"h0": [0.25, -0.25]}.get(name, 0.5))
        return 10 * self.value(name)

    def update(self, name: str) -> Array:
        return -self.value(name)

    def ask(self, query: Query, asking: Asking) -> Any:
        return query.answer(asking, self)

    def shape(self, name: str) -> Shape:
        return np.shape(VALUES[name])

    def curve(self, name: str) -> Curve:
        return Curve(flat=(1.5, 2.5))

    def on(self, split: str, expression: Expression) -> Any:
        return (split, expression.text, expression.evaluate(self))

    def seeds(self, first: int, last: int, expression: Expression) -> Any:
        return [first, last, expression.evaluate(self)]


def read(text: str) -> Expression:
    source = Source("<action>", text)
    return read_expression(source.span(0, len(text)))


def gives(text: str) -> Any:
    expression = read(text)
    assert expression.check(KNOWN) == []
    value = expression.evaluate(Run())
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


def complaint(text: str) -> str:
    try:
        expression = read(text)
        problems = expression.check(KNOWN)
        if problems:
            raise ScenarioError(problems)
        expression.evaluate(Run())
    except ScenarioError as error:
        return str(error)
    raise AssertionError("nothing was wrong")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 + 2 * 3", 7),
        ("2 ** 0.5 ** 2", 2**0.25),
        ("-x[-1]", -2.0),
        ("x", [1.0, 2.0]),
        ("h.3 - h.0", 3.0),
        ("h.3/2", 2.0),
        ("std(h.3)", 0.0),
        ("mean(t3.h)", 1.5),
        ("mean(t3.h, axis=0)", [2.0, 1.0]),
        ("sum(t3.h, axis=(0, 1))", 6.0),
        ("t3.h.T", [[1.0, 3.0], [-2.0, 4.0]]),
        ("h0.dense.W.shape", [3, 2]),
        ("h0.dense.W.shape[0]", 3),
        ("x @ x", 5.0),
        ("t3.h @ x", [-3.0, 11.0]),
        ("t3.h[1, 0]", 3.0),
        ("t3.h[:, 1]", [-2.0, 4.0]),
        ("t3.h[..., 0][::-1]", [3.0, 1.0]),
        ("1 < loss < 2", False),
        ("0 < loss <= 0.5", True),
        ("x > 1 and loss", False),
        ("any(x > 1) or 1/0", True),
        ("not x", False),
        ("grad(x)[1]", 20.0),
        ("grad(x[1])", 20.0),
        ("grad(h.3) ", 40.0),
        ("update(h0.dense.W[2, 1])", -6.0),
        ("0.weight[1, 0]", 3.0),
        ("grad(0.weight[0]).T", [10.0, 20.0]),
        ("2.5*12.0.e - 1.e1 + 2.0e-1", 10.2),
        ("1.e0+12.0.e", 9.0),
        ("max(0..3, 0.weight)", [[3.0, 3.0], [3.0, 4.0]]),
        ("each('0.*', rms(it))", [7.5**0.5]),
        ("delta(h0)", 0.25),
        ("delta(x)", 0.5),
        ("grad(z(h0))", [0.25, -0.25]),
        ("grad(z(h0))[1]", -0.25),
        ("grad(z(h0)[1])", -0.25),
        ("max(out(t3))", 3.0),
        ("z(h0)", [4.0]),
        ("share(t3.h < 0)", 0.25),
        ("count(x == 2)", 1),
        ("min(3, 1, 2)", 1),
        ("max(x)", 2.0),
        ("norm([3, 4])", 5.0),
        ("rms([1, 1])", 1.0),
        ("abs([-1, 2])", [1.0, 2.0]),
        ("lr * 10", 1.0),
        ("all(isfinite(log(x)))", True),
        ("log(-1) == log(-1)", False),
        ("1/0", float("inf")),
        ("7 // 2 + 7 % 4", 6),
        ("round(2.6)", 3.0),
        ("[[1, 2], [3, 4]] - t3.h", [[0.0, 4.0], [0.0, 0.0]]),
        ("[x, x]", [[1.0, 2.0], [1.0, 2.0]]),
        ("µ", 7.0),
        ("True", True),
        ('on("test", mean(x))', ("test", "mean(x)", 1.5)),
        ("seeds(0..4, loss)", [0, 4, 0.5]),
        ("seeds(10..12, mean(x))", [10, 12, 1.5]),
        ("argmax(x)", 1),
        ("size(t3.h)", 4),
        ("x.T", [1.0, 2.0]),
        ("accuracy(t3.h, [0, 1])", 1.0),
        ("accuracy(x, t)", 0.5),
    ],
)
def test_an_expression_gives(text: str, wanted: Any) -> None:
    got = gives(text)
    if isinstance(wanted, float) and not isinstance(got, tuple):
        assert got == pytest.approx(wanted)
    else:
        assert got == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("dense(x, 3)", "`dense` is a word of models alone: it makes a node, which an expression can name"),
        ("stop_gradient(x)", "`stop_gradient` is a word of models alone: it makes a node, which an expression can name"),
        ("foo(x)", "unknown function `foo`"),
        ("concat(x)", "`concat` takes a list: `concat([x, y])`"),
        ('relu("x")', "a text is no number"),
        ("x + None", "this is no number"),
    ],
)
def test_what_an_expression_cannot_call_is_told(text: str, message: str) -> None:
    assert complaint(text).splitlines()[0] == f"error: {message}"


def test_the_names_of_an_expression_are_whole_references() -> None:
    assert read('std(h.3) + t3.h[0] * grad(h0.dense.W) + on("test", x.T) + h.3').names() == ("h.3", "t3.h", "h0.dense.W", "x")


def test_every_unknown_name_is_reported_with_what_is_near() -> None:
    assert complaint("men(x) + h.5 + gard(x) + los") == (
        "error: unknown function `men`\n"
        "  --> <action>:1:1\n"
        "  |\n"
        "1 | men(x) + h.5 + gard(x) + los\n"
        "  | ^^^ did you mean `mean`?\n"
        "\n"
        "error: unknown name `h.5`\n"
        "  --> <action>:1:10\n"
        "  |\n"
        "1 | men(x) + h.5 + gard(x) + los\n"
        "  |          ^^^ there are `h.0` to `h.1`\n"
        "\n"
        "error: unknown function `gard`\n"
        "  --> <action>:1:16\n"
        "  |\n"
        "1 | men(x) + h.5 + gard(x) + los\n"
        "  |                ^^^^ did you mean `grad`?\n"
        "\n"
        "error: unknown name `los`\n"
        "  --> <action>:1:26\n"
        "  |\n"
        "1 | men(x) + h.5 + gard(x) + los\n"
        "  |                          ^^^ did you mean `loss`?"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "an expression is missing here"),
        ("x +", "invalid syntax"),
        ("x x", "invalid syntax"),
        ("lambda: 1", "this is not part of an expression"),
        ("[i for i in x]", "this is not part of an expression"),
        ("x if x else 1", "this is not part of an expression"),
        ("__import__('os')", "unknown function `__import__`"),
        ("x.__class__", "unknown name `x.__class__`"),
        ("(x).__class__", "`.__class__` is not part of an expression"),
        ("open('f')", "unknown function `open`"),
        ("'a'", "a text is no number"),
        ("f'{x}'", "this is not part of an expression"),
        ("x is x", "`in` and `is` are not part of an expression"),
        ("1j", "this is no number"),
        ("x << 2", "this operator is not part of an expression"),
        ("~x", "`~` is not part of an expression"),
        ("x()", "unknown function `x`"),
        ("mean", "`mean` is a function"),
        ("grad", "`grad` is a function"),
        ("h0", "`h0` is a layer, not a value"),
        ("mean()", "`mean` takes 1 value, got 0"),
        ("mean(x, x)", "`mean` takes 1 value, got 2"),
        ("min()", "`min` takes 1 to 8 values, got 0"),
        ("mean(x, axs=0)", "`mean` has no argument `axs`"),
        ("exp(x, axis=0)", "`exp` has no argument `axis`"),
        ("grad(1)", "`grad` takes the name of a node"),
        ("grad(x + 1)", "`grad` takes the name of a node"),
        ("grad(h0)", "unknown name `h0`"),
        ("delta(h9)", "unknown name `h9`"),
        ("grad(lr)", "`lr` is a number of the model, not a node"),
        ("on(x)", "`on` takes a split and an expression"),
        ('on("valid", x)', "`on` takes a split and an expression"),
        ("seeds(x, 1)", "`seeds` takes a range of seeds and an expression"),
        ("seeds(4..0, x)", "`seeds` takes a range of seeds and an expression"),
        ("x @ [1, 2, 3]", "cannot multiply (2,) @ (3,)"),
        ("x + [1, 2, 3]", "shapes (2,) and (3,) do not fit"),
        ("[[1], [1, 2]]", "the rows of a list are not equally long: (1,) and (2,)"),
        ("x[5]", "index 5 is out of bounds"),
        ("x[0.5]", "an index is a whole number"),
        ("x[x]", "index 2 is outside axis 0 of shape (2,)"),
        ("9**9**9", "a whole number is larger than 64 bits"),
        ("9" * 500, "a number of more than 400 characters"),
        ("1" + "+1" * 10**5, "an expression of more than 1,000 operations"),
        ("(" * 10**5, "nested more than 100 brackets deep"),
        ("share(x == 1 or t == 1)", "`or` makes one truth of an array: element by element it is `maximum(a > 0, b > 0)`"),
        ("mean((x > 1 and t > 0) * x)", "`and` makes one truth of an array"),
        ("-(not x)", "`not` makes one truth of an array"),
        ("accuracy([1, 2], [1, 2, 3])", "`accuracy` takes scores and targets of as many samples"),
    ],
)
def test_what_is_wrong_with_an_expression_is_said(text: str, message: str) -> None:
    assert complaint(text).startswith(f"error: {message}")


def test_arithmetic_that_would_make_too_much_is_refused() -> None:
    class Large(Run):
        def value(self, name: str, part: Part = "") -> Array:
            return np.zeros((10**5, 1))

    with pytest.raises(ScenarioError, match="the result would have 10,000,000,000 elements"):
        read("x + x.T").evaluate(Large())


def test_the_places_of_an_expression_are_those_of_its_file() -> None:
    source = Source("a.md", "text\nexpect é + hh.0 > 1\n")
    expression = read_expression(source.span(12, len("text\nexpect é + hh.0 > 1")))
    (first, second) = expression.check(KNOWN)
    assert [(p.span.line, p.span.column, p.span.text) for p in (first, second) if p.span] == [(2, 8, "é"), (2, 12, "hh.0")]


def test_what_the_environment_refuses_is_passed_on() -> None:
    from gradlab.errors import ActionError

    class Pending(Run):
        def grad(self, name: str, part: Part = "") -> Array:
            raise ActionError("pending")

    with pytest.raises(ActionError, match="pending"):
        read("1 + grad(x)").evaluate(Pending())


def test_a_condition_holds_when_all_of_it_does() -> None:
    assert holds(np.array([True, True]))
    assert not holds(np.array([True, False]))


def test_words_between_arrays_decide_where_an_expression_does_and_numbers_may_stand_anywhere() -> None:
    assert gives("x > 0 and t >= 0 or not x") is True
    assert gives("not (x > 1 or t > 5)") is True
    assert gives("sum([loss > 0 and loss < 1, not loss])") == 1


def test_measures_that_ask_for_the_op_take_a_name() -> None:
    assert read("saturated(h0)").evaluate(Run()) == pytest.approx(2 / 3)
    assert read("saturated(x[0])").evaluate(Run()) == 1.0
    assert [str(problem.message) for problem in read("saturated(x + 1)").check(KNOWN)] == [
        "`saturated` takes the name of a layer or a node"
    ]
    with pytest.raises(ScenarioError, match="`dead` means nothing of `h0`"):
        read("dead(h0)").evaluate(Run())


def test_the_root_mean_square_of_tiny_numbers_is_not_zero_along_an_axis_either() -> None:
    assert read("rms([1e-200, 1e-200])").evaluate(Run()) == pytest.approx(1e-200)
    np.testing.assert_allclose(read("std(t3.h * 1e-200, axis=1)").evaluate(Run()), [1.5e-200, 0.5e-200])
    np.testing.assert_allclose(read("std(t3.h, axis=[0, 1])").evaluate(Run()), np.std(VALUES["t3.h"]))
