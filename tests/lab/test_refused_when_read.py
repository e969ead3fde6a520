"""What no run can make right is refused when it is read: in questions, watches, conditions and claims, typed or in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

import gradlab
from gradlab.errors import ActionError, ScenarioError
from gradlab.session import Lab, build

MODEL = """
x = param([[1.0, 2, 3], [4, 5, 6]])
big = const(shape=(200, 200))
y = x * 2
f = sum(y)
"""
LINES = {
    "quiz x[1/0]": "an index is a whole number",
    "quiz f[2**63]": "a whole number is larger than 64 bits",
    "quiz x[2**62]": "out of bounds",
    "quiz x[0.5]": "an index is a whole number",
    "quiz big[0.5]": "an index is a whole number",
    "quiz big[200, 0]": "index 200 is out of bounds",
    "quiz grad(x[0.5])": "an index is a whole number",
    "quiz x[0:1/0]": "an index is a whole number",
    "quiz x[100]": "index 100 is out of bounds",
    "quiz f[0]": "too many indices",
    "quiz sum(x, axis=5)": "axis 5 is out of bounds",
    "quiz x + [1, 2]": "shapes (2, 3) and (2,) do not fit",
    "quiz x @ x": "cannot multiply (2, 3) @ (2, 3)",
    "watch x[1/0]": "an index is a whole number",
    "watch ...": "`...` is no number",
    "expect y == ...": "`...` is no number",
    "expect sum(...) == 1": "`...` is no number",
    "set x = ...": "`...` is no number",
    "run until ... > 3": "`...` is no number",
    "run until y > [1, 2]": "shapes (2, 3) and (2,) do not fit",
    "break when y > [1, 2]": "shapes (2, 3) and (2,) do not fit",
    "break when y[0] > [1, 2]": "shapes (3,) and (2,) do not fit",
    "expect x[0, 0, 0] ~= 1": "too many indices",
    "expect seeds(0..3, seeds(0..2, f)) ~= 1": "`seeds` cannot stand inside `seeds`",
    'expect on("train", seeds(0..2, f)) ~= 1': "`seeds` cannot stand inside `on`",
    'expect on("train", on("test", f)) ~= 1': "`on` cannot stand inside `on`",
}


@pytest.fixture
def lab() -> Lab:
    return build(MODEL, backend="plain")


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_can_never_be_worked_out_is_refused(lab: Lab, line: str) -> None:
    with pytest.raises(ActionError) as error:
        lab.do(line)
    assert LINES[line] in str(error.value).split("\n", 1)[0]
    assert "^" in str(error.value)
    assert lab.question is None
    lab.do("forward")
    assert lab.snapshot().watches == ()


@pytest.mark.parametrize("line", LINES)
def test_in_a_script_it_is_refused_with_the_file(tmp_path: Path, line: str) -> None:
    path = tmp_path / "case.md"
    path.write_text(f"```python model\n{MODEL}```\n\n```lab\nforward\n{line}\n```\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        gradlab.load(path)
    assert LINES[line] in str(error.value)
    assert "case.md:11:" in str(error.value)


@pytest.mark.parametrize(
    "line", ["quiz x[...]", "quiz x[0, 1]", "quiz x[-1]", "quiz x[1.0]", "quiz x[1:]", "watch x[f]", "quiz x[argmax(y[0]), 0]",
             "run until y > [1, 2, 3] for 1 updates", "watch x[2 - 1] + x.T[0, 0]", "watch max(big)", "quiz delta(f)"],
)  # fmt: skip
def test_what_can_be_worked_out_is_taken(lab: Lab, line: str) -> None:
    lab.do(line)
    lab.do("forward")
    lab.snapshot()


def test_an_index_that_depends_on_numbers_is_judged_when_they_are_there(lab: Lab) -> None:
    lab.do("watch x[f]")
    lab.do("forward")
    ((_, _, shown),) = lab.snapshot().watches
    assert shown == "index 42 is out of bounds for axis 0 with size 2"


def test_a_question_of_such_an_index_hides_nothing_and_breaks_nothing(lab: Lab) -> None:
    lab.do("quiz x[f / 8]")
    lab.do("forward")
    assert lab.snapshot().question == "x[f / 8]"
    assert lab.value("y").sum() == 42


@pytest.mark.parametrize(
    "expression", ["f.next", "W.next", "sum(W.next)", "grad(W.next)", "W.next + 1", "out(W.next)", "update(W.next)"]
)
def test_a_node_of_the_update_is_not_on_other_data(expression: str) -> None:
    lab = build('x, t = dataset("moons", n=20, split="train")\nW = param([1.0, 2.0])\nf = sum(x * W)\nminimize(f, sgd(0.1))')
    lab.do("forward")
    with pytest.raises(ActionError) as error:
        lab.do(f'expect on("train", {expression}) == 1')
    assert "unknown name `f.next`" in str(error.value) or "belongs to the update" in str(error.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("quiz x = [[1, 4], [2, 5], [3, 6]]", "wrong"),
        ("quiz x = [[1, 4], [2, 5]]", "wrong"),
        ("quiz x = [1, 2, 3, 4, 5, 6, 7]", "wrong"),
        ("quiz grad(x) = [[2, 2], [2, 2], [2, 2]]", "wrong"),
        ("quiz x = [[1, 2, 3], [4, 5, 6]]", "right"),
    ],
)
def test_an_answer_of_any_shape_is_graded(lab: Lab, line: str, said: str) -> None:
    lab.do("forward")
    lab.do("backward")
    assert lab.do(line).lines[0].kind == said


def test_ledger_and_paths_take_a_name(lab: Lab) -> None:
    lab.do("forward")
    lab.do("backward")
    index = lab.known.nodes["y"]
    assert lab.paths("y").title == lab.paths(index).title
    assert lab.ledger("y").title == lab.ledger(index).title
    with pytest.raises(ActionError, match=r"unknown name `y\.W`"):
        lab.paths("y.W")
