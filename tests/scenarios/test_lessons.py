"""Every lesson that comes with gradlab is loaded, looked at and run to its end."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

import gradlab
from gradlab.commands._headless import check_file
from gradlab.commands._report import FAILED, OK
from gradlab.lab.teach.choosing import ChoiceQuestion, OrderQuestion
from gradlab.scenario import shelf
from gradlab.scenario.markdown import read
from gradlab.scenario.model import load
from gradlab.session import Lab

LESSONS = {
    "circuits": (
        "add-mul", "cached-activation", "computational-graph-cost", "data-scale", "gate-patterns", "matmul", "max-gate",
        "product-rule", "shared-node", "sigmoid-neuron", "staged-computation",
    ),
    "depth": ("densenet", "highway"),
    "errata": ("adam-as-printed",),
    "init": ("relu-he", "tanh-large", "tanh-small", "tanh-xavier"),
    "linear": ("least-squares", "linreg-one-example", "linreg-quiz", "logistic-regression", "softmax-classifier"),
    "mlp": ("digits-mlp", "mlp-4-5-3", "xor-by-hand", "xor-trained"),
    "recurrent": ("lstm",),
}  # fmt: skip
UNHURRIED = 3600.0
"""Seconds: a slow machine fails no test."""

folder = shelf.folder()
assert folder is not None
NAMES = shelf.names()
every_lesson = pytest.mark.parametrize("name", NAMES)


def path_of(name: str) -> Path:
    found = shelf.find(name)
    assert found is not None
    return found


def test_the_lessons_are_there() -> None:
    wanted = {f"{part}/{name}" for part, names in LESSONS.items() for name in names}
    assert wanted <= set(NAMES)


def test_no_two_lessons_have_one_title_or_one_last_name() -> None:
    titles = [read(path_of(name)).head.title for name in NAMES]
    assert len(set(titles)) == len(titles)
    assert len({name.rpartition("/")[2] for name in NAMES}) == len(NAMES)


@every_lesson
def test_a_lesson_says_what_it_is_and_where_it_comes_from(name: str) -> None:
    document = read(path_of(name))
    first = next(line for line in document.prose.split("\n") if line.strip())
    assert first == f"# {document.head.title}"
    assert document.head.source


@every_lesson
def test_a_lesson_asks_asserts_and_checks_its_gradients(name: str) -> None:
    words = {statement.word for statement in load(path_of(name)).script}
    never_runs = read(path_of(name)).head.run == "never"
    assert {"quiz", "expect", "budget" if never_runs else "check"} <= words


@every_lesson
def test_a_lesson_is_walked_in_several_blocks_with_prose_between(name: str) -> None:
    kinds = [block.kind for block in read(path_of(name)).blocks]
    assert kinds.count("lab") >= 3
    assert not any(pair == ("lab", "lab") for pair in pairwise(kinds))


@every_lesson
def test_every_figure_of_a_lesson_is_reached(name: str) -> None:
    report = check_file(name, path_of(name), UNHURRIED)
    assert (report.status, report.failures, report.error) == (OK, (), "")
    assert report.passed > 0


@every_lesson
def test_every_question_of_a_lesson_can_be_graded(name: str) -> None:
    lab = gradlab.load(path_of(name))
    lab.tries = 1
    last = max(i for i, statement in enumerate(lab.script) if statement.word == "quiz")
    for statement in lab.script[: last + 1]:
        if statement.word in ("expect", "check"):
            lab.cursor_line += 1
        else:
            lab.next_line()
        if statement.word == "quiz":
            wrong = wrong_answer(lab)
            said = lab.answer(wrong).lines[-1].text
            assert said.startswith((f"not {wrong}: ", f"not {wrong}; the answer is ")), said


def wrong_answer(lab: Lab) -> str:
    """Return an answer to the open question that is wrong: a number, another option, or the right order turned round."""
    asked = lab.open_question().asked
    if isinstance(asked, ChoiceQuestion):
        return next(option for option in asked.options if option != asked.key)
    if not isinstance(asked, OrderQuestion):
        return "123456789"
    numbers = lab.truth_of(lab.open_question())[0]
    assert numbers is not None
    ranked = sorted(range(len(asked.items)), key=lambda place: -float(numbers.value.reshape(-1)[place]))
    return ", ".join(asked.items[place] for place in ranked)


def test_a_lesson_with_a_wrong_figure_fails(tmp_path: Path) -> None:
    text = path_of("circuits/product-rule").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.md"
    wrong.write_text(text.replace("expect grad(x) ~= -3\n", "expect grad(x) ~= -3.001\n"), encoding="utf-8")
    report = check_file("wrong", wrong, UNHURRIED)
    assert report.status == FAILED
    assert [failure.action for failure in report.failures] == ["expect grad(x) ~= -3.001"]
