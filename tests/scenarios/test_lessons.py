"""Every lesson that comes with gradlab is loaded, looked at and run to its end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import gradlab
from gradlab.commands._headless import check_file
from gradlab.commands._report import FAILED
from gradlab.lab.teach.choosing import ChoiceQuestion, OrderQuestion
from gradlab.lab.teach.question import GradedQuestion, LessonQuestion
from gradlab.lint import LINTS, LessonPage
from gradlab.scenario import shelf
from gradlab.scenario.markdown import read
from gradlab.scenario.model import load
from gradlab.scenario.script import statements

WRONG = re.compile(r"not .+(?:: |; the answer is )")
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


def answers(asked: Iterable[LessonQuestion]) -> Iterator[str]:
    """Yield a line of a file of answers for each question that is graded: wrong numbers and options, orders as asked."""
    for question in asked:
        name = question.names()[0]
        if isinstance(question, ChoiceQuestion):
            yield f"{name} = {next(option for option in question.options if option != question.key)}"
        elif isinstance(question, OrderQuestion):
            yield f"{name} = {', '.join(question.items)}"
        elif isinstance(question, GradedQuestion):
            yield f"{name} = 123456789"


@every_lesson
def test_every_figure_of_a_lesson_is_reached_and_every_question_can_be_graded(name: str, tmp_path: Path) -> None:
    """In one run: a wrong answer is told as one, what is claimed holds behind it, and no training moves what is asked."""
    lines = list(answers(gradlab.load(path_of(name)).questions()))
    file = tmp_path / "wrong.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    report = check_file(name, path_of(name), UNHURRIED, file, lesson=True)
    asked = [failure for failure in report.failures if failure.action.startswith("quiz ")]
    assert report.error == ""
    assert [failure for failure in report.failures if failure not in asked] == []
    assert [failure.text for failure in asked if not WRONG.match(failure.text)] == []
    assert len(asked) + report.right == len(lines)
    assert report.passed > 0
    assert [remark.text for remark in report.lesson if remark.text.startswith("answers are graded with ")] == []


@every_lesson
def test_a_lesson_that_takes_its_time_says_why(name: str) -> None:
    document = read(path_of(name))
    assert list(LINTS["timeout"].find(LessonPage(document, statements(document)))) == []


@every_lesson
def test_no_sentence_of_a_lesson_is_a_list_by_chance(name: str) -> None:
    document = read(path_of(name))
    assert list(LINTS["chance-list"].find(LessonPage(document, statements(document)))) == []


def test_a_lesson_with_a_wrong_figure_fails(tmp_path: Path) -> None:
    text = path_of("circuits/product-rule").read_text(encoding="utf-8")
    wrong = tmp_path / "wrong.md"
    wrong.write_text(text.replace("expect grad(x) ~= -3\n", "expect grad(x) ~= -3.001\n"), encoding="utf-8")
    report = check_file("wrong", wrong, UNHURRIED)
    assert report.status == FAILED
    assert [failure.action for failure in report.failures] == ["expect grad(x) ~= -3.001"]
