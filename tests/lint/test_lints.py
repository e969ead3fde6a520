"""What `gradlab check --lesson` finds in how a lesson is written, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gradlab.cli import main
from gradlab.commands._headless import check_file
from gradlab.lint import LINTS, LessonPage, MovedAnswer
from gradlab.lint._lesson import numbers_in
from gradlab.scenario.markdown import read_text
from gradlab.scenario.script import statements

MODEL = "```python model\nw = param(2.5)\ny = w * 3\n```\n"


def found(name: str, text: str, answers: Mapping[int, float] | None = None, model: str = MODEL) -> list[tuple[int, str]]:
    document = read_text(f"{text}\n{model}")
    page = LessonPage(document, statements(document), answers or {})
    return [(remark.line, remark.text) for remark in LINTS[name].find(page)]


def lab(*lines: str) -> str:
    return "\n".join(["```lab", *lines, "```", ""])


def test_every_lint_is_tested_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in LINTS if f'found("{name}"' not in source and f'LINTS["{name}"]' not in source] == []


def test_a_page_of_nine_lines_is_too_long_and_one_of_eight_is_not() -> None:
    line = "four and forty characters in this line here"
    assert found("long-page", " ".join([line] * 8)) == []
    assert found("long-page", "Short.\n\n" + " ".join([line] * 9)) == [
        (3, "9 lines of 46 characters before the next stop, 8 fit")
    ]


def test_paragraphs_are_pages_of_their_own_and_a_heading_is_on_the_page_of_what_follows() -> None:
    part = " ".join(["word"] * 60)
    assert found("long-page", f"{part}\n\n{part}\n") == []
    assert [line for line, _ in found("long-page", f"# Title\n\n{part} {part}\n")] == [1]


def test_an_answer_that_stands_above_its_question_is_found_in_prose_and_in_claims() -> None:
    assert found("answer-above", "It is 7.5, you see.\n\n" + lab("quiz y"), {4: 7.5}) == [
        (4, "the answer stands above, in line 1: `7.5`")
    ]
    assert found("answer-above", lab("expect y ~= 7.5", "quiz y"), {3: 7.5}) == [
        (3, "the answer stands above, in line 2: `7.5`")
    ]
    assert found("answer-above", "About 95 % of them.\n\n" + lab("quiz y"), {4: 0.949}) == [
        (4, "the answer stands above, in line 1: `95 %`")
    ]


def test_an_answer_below_one_far_above_and_a_single_digit_tell_nothing() -> None:
    assert found("answer-above", lab("quiz y") + "\nIt is 7.5.\n", {2: 7.5}) == []
    assert found("answer-above", "It is 7.5.\n" + "\n" * 40 + lab("quiz y"), {43: 7.5}) == []
    assert found("answer-above", "There are 4 of them.\n\n" + lab("quiz y"), {4: 4.0}) == []


def test_a_question_without_words_shows_a_number_that_is_to_be_worked_out() -> None:
    assert found("shown-answer", lab("quiz 2 * 0.5")) == [
        (2, 'the card shows `2 * 0.5`, which is the answer: ask in words, `quiz "…" 2 * 0.5`')
    ]
    assert found("shown-answer", lab('quiz "How many?" 2 * 0.5', "quiz y", "quiz grad(w) of y", "quiz a|b = a")) == []


def test_a_number_that_nothing_asserts_is_found() -> None:
    assert found("unproved-number", "The loss falls to 0.123.\n") == [(1, "nothing asserts `0.123`")]
    assert found("unproved-number", "All 1,234 units, 37 % of them dead.\n") == [
        (1, "nothing asserts `1,234`"), (1, "nothing asserts `37 %`"),
    ]  # fmt: skip


def test_a_claim_of_fewer_digits_asserts_no_number_of_more() -> None:
    assert found("unproved-number", "It is 0.197 or 3.48.\n\n" + lab("expect y > 0", "expect w ~= 3.5")) == [
        (1, "nothing asserts `0.197`"), (1, "nothing asserts `3.48`"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "It begins at 2.5.",
        "It is 0.53 here.\n\n" + lab("expect y ~= 0.534447 tol 5e-7"),
        "A share of 95 %.\n\n" + lab("expect share(y > 0) ~= 0.9476 tol 0.002"),
        "Found in 1986 by two.",
        "So 1.7 = 0.9 + 0.8.",
        "There are 4 of 12.",
        "See `0.123` and [this](http://a.b/0.456).",
        "# Chapter 1.234",
        "A drop of −0.53.\n\n" + lab("expect y ~= -0.534447 tol 5e-7"),
    ],
)
def test_a_number_that_is_asserted_or_worked_out_is_left_alone(text: str) -> None:
    assert found("unproved-number", text) == []


def test_a_lesson_without_a_bet_and_a_bet_that_is_never_settled() -> None:
    assert found("bet", lab("forward")) == [(0, "no `bet`: let everybody commit to an answer before any theory")]
    assert found("bet", lab('bet size "Which?" a|b')) == [(2, "the bet `size` is never settled: `settle NAME = …`")]
    assert found("bet", lab('bet size "Which?" a|b', "settle size = a")) == []


def test_a_lesson_ends_with_something_to_try() -> None:
    assert len(found("ending", "The end.")) == 1
    assert found("ending", "The end.\n\n**Try next.** Type `:set w = 0`.") == []


def test_every_fourth_lesson_of_a_course_has_three_questions_about_those_before_it() -> None:
    three = lab('quiz "A?" 1', 'quiz "B?" a|b = a', 'quiz "C?" 2')
    fourth = "---\ncourse: [basics/3, more/8]\n---\n"
    assert found("mixed-quiz", f"{fourth}## Mixed quiz\n\n{three}") == []
    assert found("mixed-quiz", "---\ncourse: [basics/3, more/0]\n---\n") == []
    assert found("mixed-quiz", lab("quiz y")) == []
    assert found("mixed-quiz", fourth + three) == [
        (0, 'number 8 of `more` ends with "## Mixed quiz": three questions, one about each of the lessons before it')
    ]
    assert found("mixed-quiz", f"{fourth}{three}\n## Mixed quiz\n\n{lab('quiz y')}") == [
        (10, "a mixed quiz has 3 questions, one about each of the lessons before it; here are 1")
    ]


def test_a_title_of_sixty_characters_is_whole_in_a_list() -> None:
    assert found("title", f"---\ntitle: {'a' * 60}\n---\n") == []
    assert found("title", f"---\ntitle: {'a' * 61}\n---\n") == [(1, "the title has 61 characters, at most 60 are shown")]


def test_a_picture_of_44_columns_fits_and_other_code_may_be_wide() -> None:
    assert found("wide-picture", f"```text\n{'x' * 44}\n```\n") == []
    assert found("wide-picture", f"Look:\n\n```text\n{'x' * 45}\n```\n") == [(3, "a picture of 45 columns, 44 fit")]
    assert found("wide-picture", f"```python\n{'x' * 90}\n```\n") == []


def test_a_stage_that_the_screen_does_not_have() -> None:
    assert found("stage", lab("show graph", "zoom ops", "layout teach")) == []
    assert [line for line, _ in found("stage", lab("show grpah", "zoom all", "layout cinema"))] == [2, 3, 4]
    assert found("stage", lab("show grpah"))[0][1].startswith("there is no panel `grpah`; did you mean `graph`")


def test_a_timeout_has_its_reason_behind_it_and_is_not_what_every_lesson_has() -> None:
    assert found("timeout", "---\ntitle: T\ntimeout: 120   # six networks of 500 units\n---\n") == []
    assert found("timeout", "---\ntitle: T\n---\n\ntimeout: 120\n") == []
    why = (3, "say why it takes longer: `timeout: 120   # six networks of 500 units`")
    assert found("timeout", "---\ntitle: T\ntimeout: 120\n---\n") == [why]
    assert found("timeout", "---\ntitle: T\ntimeout: 120   # it is\n---\n") == [why]
    assert found("timeout", "---\ntimeout: 60   # for good reasons here\n---\n") == [
        (2, "every lesson has 60 seconds: leave `timeout` out")
    ]


DESCENT = "```python model\nw = param(1.0)\nloss = (w - 3)**2\nminimize(loss, sgd(0.1))\n```\n"


def moved(folder: Path, *script: str) -> list[tuple[int, str]]:
    """Return what the check of a script says of answers that were moved."""
    path = folder / "moved.md"
    path.write_text(f"# M\n\n{DESCENT}\n{lab(*script)}", encoding="utf-8")
    remarks = check_file("moved", path, lesson=True).lesson
    return [(one.line, one.text) for one in remarks if "`train`" in one.text]


def test_a_question_about_what_a_training_moves_before_it_is_claimed_is_found(tmp_path: Path) -> None:
    said = (
        "answers are graded with {}, the number before the `train` in line 11; line 12 claims {}: ask behind the training,"
        " or let it be a `bet`"
    )
    assert moved(tmp_path, "quiz w", "train 10", "expect w ~= 2.785252 tol 1e-5") == [(10, said.format("1", "2.7852516352"))]
    assert moved(tmp_path, "quiz loss", "train 10", "expect 2 * loss < 1") == [(10, said.format("4", "0.0720575940379"))]
    page = LessonPage(read_text(MODEL), (), moved={3: MovedAnswer(4, 6, "1", "2.5")})
    assert [remark.line for remark in LINTS["moved-answer"].find(page)] == [3]


@pytest.mark.parametrize(
    "script",
    [
        ("train 10", "quiz w", "expect w ~= 2.785252 tol 1e-5"),
        ("quiz w", "expect 2 * w + 1 ~= 3", "train 10", "expect w > 2"),
        ("quiz 3 * w", "expect w ~= 1", "train 10", "expect 3 * w > 6"),
        ("quiz w", "expect w ~= 1", "train 10", "expect w > 2"),
        ("forward", "backward", "quiz update(w)", "train 1", "expect update(w) ~= 0.4"),
        ("quiz grad(w)", "train 1", "expect grad(w) ~= -4"),
        ("quiz w", "train 10", "expect loss < 1"),
        ('quiz "What is half of it?" 0.5', "train 10", "expect w > 0.5"),
        ('bet side "Above 2?" above|below', "train 10", "settle side = above", "expect w > 2"),
    ],
)
def test_a_question_that_is_claimed_as_it_is_graded_is_left_alone(tmp_path: Path, script: tuple[str, ...]) -> None:
    assert moved(tmp_path, *script) == []


def test_numbers_are_read_as_people_write_them() -> None:
    assert [(n.value, n.within) for n in numbers_in("-1.50, 75,000 and 1e-3; x2 is no number, 3.0.1 neither", 1)] == [
        (-1.5, 0.005), (75000.0, 0.5), (0.001, 0.0005),
    ]  # fmt: skip


def test_the_command_tells_and_fails_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.md"
    path.write_text(f"# A\n\nIt is 7.5, and 0.123.\n\n{MODEL}\n" + lab("quiz y", "forward", "expect y ~= 7.5"))
    assert main(["check", "--lesson", str(path)]) == 0
    assert [line.strip() for line in capsys.readouterr().out.splitlines()[1:-1]] == [
        "lesson: no `bet`: let everybody commit to an answer before any theory",
        'lesson: no "Try next" at the end: one thing to type and to predict, and the next lesson by its name',
        "line 3  lesson: nothing asserts `0.123`",
        "line 11  lesson: the answer stands above, in line 3: `7.5`",
    ]
    assert main(["check", str(path)]) == 0
    assert "lesson:" not in capsys.readouterr().out


def test_a_line_that_begins_with_a_number_and_a_point_is_a_list_by_chance() -> None:
    assert found("chance-list", "1. first\n2. second\n\n   more of it\n3. third\n") == []
    assert found("chance-list", "It is 5. One sweep.\n\n5. One sweep.\n") == [
        (3, "Markdown makes a list of a line that begins with `5.`")
    ]
    assert [line for line, _ in found("chance-list", "never below\n0. A gradient\n")] == [2]
