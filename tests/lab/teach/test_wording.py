"""What can be written as a question, and what is said to what cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.errors import ActionError
from gradlab.lab.teach.choosing import ChoiceQuestion, chosen, labelled
from gradlab.session import build
from tests.lab.teach.lessons import NEURON, lab_on, refusal

CASES = {
    "quiz f = 3": ["error: a script asks, and does not answer", "write `answer …` on a line of its own"],
    'quiz "What is it?" f = 3': ["error: a script asks, and does not answer", "write `answer …` on a line of its own"],
    "quiz grows|stays": ["error: which option is right?", "write `grows|stays = grows`"],
    "quiz grows|stays = shrinks": [
        "error: `shrinks` is not one of grows, stays", "the right one is written as it stands there",
    ],
    "quiz grows|grows = grows": ["error: an option stands twice", "USAGE"],
    "quiz grows| = grows": ["error: options are needed", "two or more words with `|` between them: `grows|stays|shrinks`"],
    "quiz 1|2|3|4|5|6|7|8|9|10 = 1": ["error: 10 options are too many", "allowed are 2 to 9"],
    "quiz a|b = a tol 1%": ["error: `tol` does not go with this question", "USAGE"],
    "quiz a|b = a of f": ["error: `a of f` is not one of a, b", "the right one is written as it stands there"],
    "quiz f of f": ["error: `of` goes with a gradient", "it says of which node `grad(…)` is the gradient"],
    "quiz grad(w) of g": ["error: unknown name `g`", ""],
    "quiz f tol x": ["error: a tolerance is a number of 0 or more, or a percentage", "for example `1e-6`, `3/64` or `5%`"],
    "quiz f tries 0": ["error: `0` is out of range", "allowed are 1 to 9"],
    "quiz f tries 10": ["error: `10` is out of range", "allowed are 1 to 9"],
    "quiz f hint": ["error: invalid syntax", ""],
    "quiz f hint below": ["error: a hint in quotes is needed", "USAGE"],
    'quiz f hint ""': ["error: a hint has no words", "USAGE"],
    'quiz f hint "a" hint "b"': ["error: `hint` stands twice", "USAGE"],
    'quiz "What is it? f': ["error: what is asked in quotes is needed", "USAGE"],
    'quiz "What is it?"': ["error: an expression is missing here", ""],
    "quiz order f, f": ["error: something stands twice in the order", "USAGE"],
    "quiz order f,": ["error: what is to be ordered?", "2 to 9 numbers with commas between them"],
    "quiz order f, g": ["error: unknown name `g`", ""],
    'mistake 3 "no"': ["error: no quiz stands before this mistake", "it belongs to the `quiz` in the line above"],
    "answer 3": ["error: no question stands before this answer", "`quiz`, `bet` and `why` ask"],
    "bet": ["error: the bet needs a name", 'it takes NAME "WORDS" A|B|C'],
    'bet 3 "How?" a|b': ["error: `3` is not a name", "letters, digits, `_`, `-`"],
    "bet half a|b": ["error: what is asked in quotes is needed", 'it takes NAME "WORDS" A|B|C'],
    'bet half "How?" a': ["error: options are needed", "two or more words with `|` between them: `grows|stays|shrinks`"],
    'bet half "How?" a|b = a': ["error: a bet has no right answer yet", "`settle half = …` says later how it came out"],
    "settle half": ["error: how did it come out?", "write `settle NAME = …`: an option of the bet, or an expression"],
    "settle half = a": ["error: there is no bet `half` before this", 'write `bet NAME "WORDS" A|B|C` above'],
    "why": ["error: what is asked in quotes is needed", 'it takes "WORDS" ["WHAT THE AUTHOR SAYS"]'],
    'why "How?" because': ["error: what the author says in quotes is needed", 'it takes "WORDS" ["WHAT THE AUTHOR SAYS"]'],
    "note here": ["error: a note in quotes is needed", 'it takes "WORDS"'],
    "show": ["error: which one?", "it takes PANEL [FACET]"],
    "zoom in out": ["error: unexpected `out`", "it takes LEVEL"],
}  # fmt: skip
USAGE = 'it takes ["WORDS"] EXPR [of NODE] [tol T] [tries N] [hint "WORDS"] | A|B|C = KEY | order EXPR, EXPR'


@pytest.mark.parametrize("line", CASES)
def test_what_cannot_be_asked_is_refused_when_it_is_read(line: str, tmp_path: Path) -> None:
    assert refusal(tmp_path, line) == [told.replace("USAGE", USAGE) for told in CASES[line]]


def test_options_may_have_of_among_their_words(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, 'quiz "How much?" half of it|a third of it = half of it hint "not a third"')
    lab.next_line()
    asked = lab.open_question().asked
    assert isinstance(asked, ChoiceQuestion)
    assert (asked.options, asked.key, asked.hint) == (("half of it", "a third of it"), "half of it", "not a third")


BEHIND = {
    ("quiz f", "mistake g \"no\""): ["error: unknown name `g`", ""],
    ("quiz f", "mistake 3"): ["error: what is said to it, in quotes, is needed", 'it takes WRONG "WORDS"'],
    ("quiz f", 'mistake "no"'): ["error: which answer is the mistake?", 'it takes WRONG "WORDS"'],
    ("quiz up|down = up", 'mistake left "no"'): ["error: `left` is not one of up, down", "choose one of them"],
    ("quiz order f, w", 'mistake f "no"'): ["error: `f` is no order: each number once, commas between", "the numbers are f, w"],
    ("quiz f", "forward", 'mistake 3 "no"'): [
        "error: no quiz stands before this mistake", "it belongs to the `quiz` in the line above",
    ],
    ("quiz f", "answer g"): ["error: unknown name `g`", ""],
    ("quiz up|down = up", "answer left"): ["error: `left` is not one of up, down", "choose one of them"],
    ('bet b "How?" x1|y1', 'bet b "How?" x1|y1'): ["error: there is a bet `b` already", 'it takes NAME "WORDS" A|B|C'],
    ('bet b "How?" up|down', "settle b = left"): [
        "error: `left` is not one of up, down", "an option as it is written there, or an expression",
    ],
    ('bet b "How?" up|down', "settle c = up"): ["error: there is no bet `c` before this", "there is `b`"],
    ('bet b "How?" up|down|on', "settle b = f > 0"): [
        "error: a comparison chooses between two options, the bet has 3", "a number chooses the place",
    ],
}  # fmt: skip


@pytest.mark.parametrize("script", BEHIND)
def test_what_does_not_fit_the_lines_before_it_is_refused_when_it_is_read(script: tuple[str, ...], tmp_path: Path) -> None:
    assert refusal(tmp_path, *script) == BEHIND[script]


ENDS = NEURON + "\nother = param(1.0) * 5"


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (("quiz grad(w)",), ["error: no path leads from `w` to `other`", "this never comes: and other is not made from it"]),
        (
            ("quiz grad(other) of f", "backward f"),
            ["error: no path leads from `other` to `f`", "this never comes: and f is not made from it"],
        ),
        (
            ("quiz grad(w) of f", "backward dot"),
            ["error: the next backward pass is that of `dot`, not of `f`", "`of dot`, or none"],
        ),
        (("quiz grad(w)", "backward f"), []),
        (("quiz grad(w) of f", "backward f"), []),
        (("backward f", "quiz grad(w)"), []),
        (("quiz grad(w) of f", "forward", "backward f"), []),
    ],
)
def test_a_gradient_that_never_comes_is_refused_when_it_is_read(
    script: tuple[str, ...], said: list[str], tmp_path: Path
) -> None:
    assert refusal(tmp_path, *script, model=ENDS) == said


def test_the_gradient_of_what_belongs_to_the_update_is_refused(tmp_path: Path) -> None:
    model = "w = param(2.0)\nloss = w**2\nminimize(loss, sgd(0.1))"
    assert refusal(tmp_path, "quiz grad(w.next)", "update", model=model)[0] == (
        "error: `w.next` belongs to the update, which no gradient flows through"
    )


def test_tensors_are_not_put_in_order(tmp_path: Path) -> None:
    model = "w = param([1.0, 2.0])\nloss = sum(w)"
    said = ["error: this has 2 numbers", "one number each can be ordered"]
    assert refusal(tmp_path, "quiz order loss, w", "forward", model=model) == said
    assert refusal(tmp_path, "quiz order loss, grad(w)", "backward", model=model) == said
    assert refusal(tmp_path, "quiz order loss, w[1]", "forward", model=model) == []


def test_a_node_may_have_the_name_of_a_mark_or_be_called_order() -> None:
    lab = build("tol, order = param(2.0), param(3.0)\nhint = order * tol\n")
    lab.do("forward")
    assert str(lab.do("quiz hint tol 1% = 6.05")) == "right: hint = 6"
    assert str(lab.do("quiz tol = 2")) == "right: tol = 2"
    assert str(lab.do("quiz order - tol = 1")) == "right: order - tol = 1"


def test_what_is_typed_is_refused_for_the_same_reasons(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, "forward")
    with pytest.raises(ActionError, match=r"no question is open"):
        lab.do('mistake 3 "no"')
    with pytest.raises(ActionError, match=r"there is no bet `half`: write `bet NAME"):
        lab.do("settle half = up")
    lab.do('bet half "How?" up|down')
    with pytest.raises(ActionError, match=r"there is no bet `whole`: there is `half`"):
        lab.do("settle whole = up")
    lab.do("quiz up|down = up")
    with pytest.raises(ActionError, match=r"`left` is not one of up, down"):
        lab.do("answer left")
    assert lab.question_text == "up|down"


def test_options_that_read_as_the_number_of_another_one_have_letters(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, 'quiz "How many?" 0|1|2 = 0')
    assert lab.do('quiz "How many?" 0|1|2 = 0').lines and lab.snapshot().card == ("How many?", "a 0", "b 1", "c 2")
    assert [line.kind for line in lab.do("answer a").lines] == ["right"]


def test_options_without_such_a_number_have_numbers() -> None:
    assert labelled(("both", "none")) == ("1 both", "2 none")
    assert labelled(("1", "2", "3")) == ("1 1", "2 2", "3 3")
    assert [chosen(text, ("0", "1", "2")) for text in ("a", "0", "1", "c", "3")] == [0, 0, 1, 2, 2]
