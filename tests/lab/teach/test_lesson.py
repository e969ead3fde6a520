"""A lesson is read page by page and line by line, and shows nothing that a question asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

import gradlab
from gradlab.cli import main
from gradlab.lab.teach.lesson import Piece
from gradlab.lab.teach.pages import cut
from gradlab.session import Lab
from tests.lab.teach.lessons import NEURON, lab_on, upto

TEXT = """\
# Title

The first paragraph
in two lines.

> a formula

- one

  more of it
- two

## Heading

Under it.

| a | b |
|---|---|
| 1 | 2 |

1. first
2. second

Last.
"""


def test_a_page_is_a_paragraph_a_list_or_a_heading_with_what_follows_it() -> None:
    assert list(cut(TEXT)) == [
        (True, "# Title\n\n"), (False, "The first paragraph\nin two lines.\n\n"), (False, "> a formula\n\n"),
        (True, "- one\n\n  more of it\n- two\n\n"), (True, "## Heading\n\n"), (False, "Under it.\n\n"),
        (False, "| a | b |\n|---|---|\n| 1 | 2 |\n\n"), (True, "1. first\n2. second\n\n"), (True, "Last.\n"),
    ]  # fmt: skip


@pytest.mark.parametrize("text", [TEXT, "", "\n\n", "[a]: b\n", "one\n\ntwo", "\n\none\n# two\nthree\n", "# a\n# b\n\n- c\n"])
def test_nothing_of_a_text_is_lost_when_it_is_cut(text: str) -> None:
    assert "".join(part for _, part in cut(text)) == text


LESSON = f"""\
---
title: A lesson
---
# A lesson

One weight and one input.

```python model
{NEURON}
```

Look at this.

```text
w -- dot -- f
```

```lab
note "let them argue"
show graph
forward to dot
expect dot ~= -2
# a remark
expect w ~= 2
quiz f
mistake dot "not yet squashed"
forward
expect f ~= 0.1192 tol 1e-3
```

It is 0.119203.

- and more

```lab
backward
explain w
```

The last words.
"""


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    (tmp_path / "lesson.md").write_text(LESSON, encoding="utf-8")
    return gradlab.load(tmp_path / "lesson.md", backend="plain")


def shown(lab: Lab) -> list[tuple[str, str]]:
    """Return the pieces without gaps, kind and text."""
    return [(piece.kind, piece.text.strip()) for piece in lab.lesson().pieces if piece.kind != "gap" and piece.text]


def walk(lab: Lab) -> list[str]:
    """Read a lesson to its end stop by stop, as a person does who skips all questions; return the stops."""
    found = []
    while (ahead := lab.ahead()) is not None:
        if not lab.turn():
            lab.next_line()
            lab.skip_question()
        found.append(f"{ahead[0]} {ahead[1]}")
    return found


def test_the_stops_are_all_pages_and_all_lines_in_their_order(lab: Lab) -> None:
    lines = [f"line {number}" for number in range(11)]
    assert walk(lab) == ["page 0", "page 1", *lines[:9], "page 2", "page 3", *lines[9:], "page 4"]
    assert lab.lesson().ahead is None
    assert lab.lesson().here == ("page", 4)


def test_behind_the_first_question_nothing_is_shown_before_it_is_over(lab: Lab) -> None:
    before = [
        ("prose", "# A lesson"), ("prose", "One weight and one input."), ("model", NEURON), ("prose", "Look at this."),
        ("code", "```text\nw -- dot -- f\n```"), ("line", "forward to dot"), ("claim", "expect dot ~= -2"),
        ("line", "# a remark"), ("claim", "expect w ~= 2"), ("question", "what is f?"),
    ]  # fmt: skip
    assert shown(lab) == [*before, ("rest", "4 lines and 3 paragraphs follow your answer")]
    upto(lab, 6)
    assert lab.lesson().open == 5
    assert shown(lab) == [*before, ("rest", "4 lines and 3 paragraphs follow your answer")]
    lab.answer("0.119")
    assert shown(lab)[len(before) :] == [
        ("line", "forward"), ("claim", "expect f ~= 0.1192 tol 1e-3"), ("prose", "It is 0.119203."), ("prose", "- and more"),
        ("line", "backward"), ("line", "explain w"), ("prose", "The last words."),
    ]  # fmt: skip


def test_a_typed_question_hides_what_has_not_run(lab: Lab) -> None:
    upto(lab, 3)
    lab.do("quiz grad(w)")
    assert [kind for kind, _ in shown(lab)][-2:] == ["line", "rest"]
    assert shown(lab)[-1] == ("rest", "7 lines and 3 paragraphs follow your answer")
    assert lab.lesson().open == -1


def test_a_note_is_shown_to_the_teacher_only(lab: Lab) -> None:
    assert not [one for one in shown(lab) if one[0] == "note"]
    lab.notes_shown = True
    assert [one for one in shown(lab) if one[0] == "note"] == [("note", "let them argue")]


def test_what_a_line_says_stands_in_the_lesson(lab: Lab) -> None:
    walk(lab)
    said = {piece.text.strip(): [line.text for line in piece.said] for piece in lab.lesson().pieces if piece.said}
    assert said == {
        "expect dot ~= -2": ["line 24  expect dot ~= -2    got -2"],
        "expect w ~= 2": ["line 26  expect w ~= 2    got 2"],
        "what is f?": ["f was not answered"],
        "expect f ~= 0.1192 tol 1e-3": ["line 30  expect f ~= 0.1192 tol 1e-3    got 0.119202922022"],
        "explain w": ["∂f/∂w = -0.104994", "  dot  +0.104994 × -1 = -0.104994  100.0 %"],
    }


def test_what_was_said_hides_its_numbers_while_they_are_asked_for(lab: Lab) -> None:
    walk(lab)
    lab.do("quiz grad(w)")
    (piece,) = (piece for piece in lab.lesson().pieces if piece.text.strip() == "explain w")
    assert [line.text for line in piece.said] == ["∂f/∂w = ?", "  dot  +0.104994 × -1 = ?  100.0 %"]
    lab.do("reveal")
    (piece,) = (piece for piece in lab.lesson().pieces if piece.text.strip() == "explain w")
    assert piece.said[0].text == "∂f/∂w = -0.104994"


def test_what_becomes_of_an_answer_stands_behind_its_question(lab: Lab) -> None:
    upto(lab, 7)
    lab.answer("-2")
    lab.answer("0.119")

    def question(piece: Piece) -> bool:
        return piece.kind == "question"

    (piece,) = filter(question, lab.lesson().pieces)
    assert [f"{line.kind} {line.text}" for line in piece.said] == [
        "wrong not -2: not yet squashed; try again", "right right: f = 0.119203",
    ]  # fmt: skip


def test_a_check_runs_all_lines_and_stops_at_none(
    lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    assert main(["check", str(tmp_path / "lesson.md")]) == 0
    assert "3 ok, 1 quiz skipped" in capsys.readouterr().out


def test_the_plain_page_tells_no_key_and_no_note(lab: Lab, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lab_on(tmp_path, 'quiz "Which?" a|b = a', 'note "x"', "forward")
    assert main(["open", str(tmp_path / "lesson.md")]) == 0
    assert capsys.readouterr().out.split("script\n")[1] == "    Which?\n    forward\n"
    assert main(["open", "--notes", str(tmp_path / "lesson.md")]) == 0
    assert capsys.readouterr().out.split("script\n")[1] == "    Which?\n    x\n    forward\n"


def test_a_claim_about_a_number_that_the_script_has_kept_is_a_claim_like_any_other(tmp_path: Path) -> None:
    kept = ["let before = f", "expect f ~= before", "nudge w by 0.1", "expect predicted < 0"]
    lab = lab_on(tmp_path, "forward", "backward f", *kept, "quiz before * 2")
    assert [role.part for role in lab.roles()] == ["line", "line", "aside", "claim", "line", "claim", "question"]
    assert [question.text for question in lab.questions()] == ["before * 2"]


def test_what_was_said_to_an_earlier_answer_does_not_tell_the_number_of_the_open_question(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, "quiz grad(x)", "backward", "quiz 2 * f", "quiz f")
    upto(lab, 1)
    lab.answer("2 * 0.119202922022")
    lab.answer("0.119202922022")
    upto(lab, 2)
    lab.answer("2 * 0.119202922022")
    upto(lab, 1)
    lab.answer("0.25")
    said = [line.text for piece in lab.lesson().pieces for line in piece.said]
    assert [text for text in said if text.startswith(("not", "right"))] == [
        "not 0.238405844044; try again",
        "not ?: grad(x) = 0.209987",
        "right: 2 * f = 0.238406",
        "not 0.25; try again",
    ]


def test_with_the_right_answer_about_a_tensor_comes_the_formula_that_the_lesson_claims(tmp_path: Path) -> None:
    model = "w, x = param([2.0, 1.0]), input([-1.0, 3.0])\nf = sum(w * x)"
    claims = "expect never f == 9 for 3 updates", "expect grad(w) ~= [-1, 3]", "expect grad(w) ~= 1 * x tol 1e-12"
    lab = lab_on(tmp_path, "quiz grad(w)", "backward", *claims, model=model)
    upto(lab, 1)
    assert lab.reveal() == "grad(w) = 1 * x = [-1, 3]"
