"""Questions of a lesson, answered from a file without a screen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from gradlab.cli import main

LESSON = """\
---
title: A product
---
```python model
x, y = param(4.0), param(-3.0)
f = x*y
```
```lab
quiz f
forward
quiz grad(x)
backward
quiz grad( x )
quiz grad(y)
```
"""
Check = Callable[..., tuple[int, str, str]]


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Check:
    """Return a function that checks the lesson with a text of answers."""

    def run(answers: str | bytes, *more: str) -> tuple[int, str, str]:
        lesson, file = tmp_path / "lesson.md", tmp_path / "answers.txt"
        lesson.write_text(LESSON)
        file.write_bytes(answers if isinstance(answers, bytes) else answers.encode())
        code = main(["check", str(lesson), "--answers", str(file), *more])
        said = capsys.readouterr()
        return code, said.out.replace(str(tmp_path), "."), said.err.replace(str(tmp_path), ".")

    return run


def test_answers_are_graded_and_a_wrong_one_fails_with_the_mistake(check: Check) -> None:
    code, out, err = check("# by hand\nf = -12   # forward\ngrad(x) = -3\n\ngrad(x) = 4\n")
    assert (code, err) == (1, "")
    assert "0 ok, 1 failed, 2 quizzes right, 1 quiz skipped" in out
    assert "line 13  not 4: grad( x ) = -3; that is what y receives: f swaps its inputs" in out


def test_right_answers_pass(check: Check) -> None:
    code, out, _ = check("f = -12\ngrad(y) = 4\ngrad(x) = -3\n", "--json")
    (entry,) = json.loads(out)["results"]
    assert (code, entry["status"], entry["right"], entry["skipped"]) == (0, "ok", 3, 1)


def test_every_line_that_is_no_answer_is_told_with_its_place(check: Check) -> None:
    code, _, err = check("f\ngrad(z) = 3\ngrad(y) =\n")
    assert code == 2
    assert "./answers.txt:1:1" in err
    assert "this is no answer" in err
    assert "./answers.txt:2:1" in err
    assert "nobody asks `grad(z)`" in err
    assert "did you mean `grad(x)`?" in err or "did you mean `grad(y)`?" in err
    assert "./answers.txt:3:1" in err


def test_an_answer_that_is_no_number_is_told(check: Check) -> None:
    code, _, err = check("f = import os\n")
    assert code == 2
    assert "Traceback" not in err


def test_a_file_that_is_no_text_or_not_there_is_told(check: Check, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = check(b"f = \xff\n")
    assert (code, err) == (2, "error: `./answers.txt` is no UTF-8 text: byte 4\n")
    code = main(["check", "circuits/add-mul", "--answers", str(tmp_path / "none.txt")])
    assert (code, "cannot read" in capsys.readouterr().err) == (2, True)


def test_answers_are_for_one_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check", "circuits/add-mul", "circuits/matmul", "--answers", str(tmp_path)])
    assert (code, "is for one scenario, got 2" in capsys.readouterr().err) == (2, True)


CHOICES = """\
---
title: Choices
---
```python model
x, y = param(4.0), param(-3.0)
f = x*y
```
```lab
bet size "How large is f?" small|large
quiz "Is it positive?" yes|no = no
mistake yes "one of the two is negative"
quiz order x, y, f
forward
settle size = f > -20
why "Why?" "Signs multiply."
quiz "Is it positive?" yes|no = no
quiz yes|no = yes
```
"""


def test_choices_orders_bets_and_reasons_are_answered_by_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    lesson, file = tmp_path / "lesson.md", tmp_path / "answers.txt"
    lesson.write_text(CHOICES)
    file.write_text(
        'size = 2\n"Is it positive?" = no\norder x,y,f = f, y, x\n"Why?" = minus = less\nyes|no = yes\nyes|no = n\n'
    )
    assert main(["check", str(lesson), "--answers", str(file)]) == 1
    out = capsys.readouterr().out.replace(str(tmp_path), ".")
    assert out.split("\n")[0].startswith("FAILED  ./lesson.md  0 ok, 2 failed, 2 quizzes right")
    assert out.split("\n")[1:3] == [
        "        line 16  not yes; the answer is no", "        line 17  not no; the answer is yes",
    ]  # fmt: skip
    file.write_text("size = huge\n")
    assert main(["check", str(lesson), "--answers", str(file)]) == 2
    assert "`huge` is not one of small, large" in capsys.readouterr().err


def test_without_answers_nothing_is_waited_for_and_quizzes_alone_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    (tmp_path / "lesson.md").write_text(CHOICES)
    assert main(["check", str(tmp_path / "lesson.md")]) == 0
    assert "0 ok, 4 quizzes skipped" in capsys.readouterr().out
