"""The words for teaching: choices, orders, bets, reasons, mistakes, and what they hide."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from gradlab.cli import main
from gradlab.errors import ActionError
from gradlab.lab.hidden import HiddenError, is_unseen
from gradlab.session import Lab, build
from tests.lab.teach.lessons import NEURON, lab_on, upto

FORK = NEURON + "\nother = dot * 5"


def said(lab: Lab, line: str) -> list[str]:
    """Return what is said to a line, each with its kind."""
    return [f"{one.kind}: {one.text}" for one in lab.do(line).lines]


# ---- numbers ------------------------------------------------------------------------------------------------------------


def test_a_question_in_words_shows_them_with_the_expression(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, 'quiz "What is the output?" f', "forward")
    assert upto(lab, 1) == ["line 10  What is the output?  f"]
    assert (lab.question_text, lab.snapshot().card, lab.snapshot().sign) == ("f", ("What is the output?", "f"), "predict f = ")


def test_the_tolerance_of_a_quiz_says_how_near_an_answer_has_to_be(tmp_path: Path) -> None:
    for tolerance, answer, kind in (
        ("", "0.12", "right"), ("", "0.125", "wrong"), (" tol 5%", "0.125", "right"), (" tol 5%", "0.126", "wrong"),
        (" tol 0.1", "0.2", "right"), (" tol 1e-6", "0.1192", "wrong"), (" tol 1e-4", "0.1192", "right"),
    ):  # fmt: skip
        lab = lab_on(tmp_path, f"quiz f{tolerance}", "forward")
        upto(lab, 1)
        assert lab.answer(answer).lines[0].kind == kind, (tolerance, answer)


def test_a_quiz_takes_as_many_answers_as_it_says_and_tells_its_hint_as_long_as_one_is_left(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, 'quiz f tries 3 hint "the sigmoid of -2"', "forward")
    upto(lab, 1)
    assert [said(lab, "answer 3")[0] for _ in range(3)] == [
        "wrong: not 3; try again; hint: the sigmoid of -2",
        "wrong: not 3; try again; hint: the sigmoid of -2",
        "wrong: not 3: f = 0.119203",
    ]
    assert lab.question_text == ""


def test_a_question_in_words_does_not_show_the_calculation_that_is_its_answer(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, 'quiz "How much is lost?" w - f / 2', "forward")
    assert upto(lab, 1) == ["line 10  How much is lost?"]
    assert (lab.question_text, lab.snapshot().card, lab.snapshot().sign) == (
        "How much is lost?", ("How much is lost?",), "answer: ",
    )  # fmt: skip
    assert said(lab, "answer 1") == ["wrong: not 1; try again"]
    assert said(lab, "answer 1.94") == ["right: right: w - f / 2 = 1.9404"]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("f", "0.119203"), ("f tol 1e-3", "0.119203"), ("f tol 1e-8", "0.119202922"), ("f tol 0.0001%", "0.1192029"),
        ("1e7 + 1", "10000001"), ("f tol 1e-14", "0.119202922022"), ("[f, w]", "[0.119203, 2]"),
    ],
)  # fmt: skip
def test_a_right_answer_is_told_with_the_digits_that_its_tolerance_asks_for(tmp_path: Path, asked: str, answer: str) -> None:
    lab = lab_on(tmp_path, f"quiz {asked}", "forward")
    upto(lab, 1)
    assert lab.reveal().rpartition(" = ")[2] == answer


@pytest.mark.parametrize("root", ["f", "dot", "other"])
def test_a_gradient_is_graded_for_the_root_behind_of_before_any_backward_pass(root: str) -> None:
    answers = {"f": "-0.104993585404", "dot": "-1", "other": "-5"}
    for start in ((), ("forward",), ("backward other",), ("backward f",)):
        lab = build(FORK)
        for line in start:
            lab.do(line)
        before = lab.digest(), lab.position
        lab.do(f"quiz grad(w) of {root}")
        assert (lab.digest(), lab.position) == before
        assert said(lab, f"answer {answers[root]}")[0].startswith("right"), (root, start)


def test_a_gradient_of_another_root_is_not_the_one_that_is_asked_for() -> None:
    lab = build(FORK)
    lab.do("forward\nquiz grad(w) of f\nbackward other\nbackward dot")
    assert said(lab, "answer -5")[0].startswith("wrong: not -5")
    assert said(lab, "answer -0.105")[0] == "right: right: grad(w) = -0.104994"


def test_a_gradient_to_which_no_path_leads_is_no_answer() -> None:
    lab = build(NEURON + "\nother = param(1.0) * 5")
    lab.do("forward\nquiz grad(w)")
    why = "no path leads from `w` to `other`, and other is not made from it"
    assert said(lab, "answer 0") == [f"info: this cannot be graded yet: {why}"]
    lab.do("backward\nbackward f")
    assert said(lab, "answer 0")[0] == "wrong: not 0; try again"


def test_a_check_fails_where_the_backward_pass_of_a_quiz_never_comes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:

    lab_on(tmp_path, "quiz grad(w) of f", "forward", "step 3", model=FORK)
    assert main(["check", str(tmp_path / "lesson.md")]) == 1
    assert "line 11  its answer is never reached by the script: grad(w) is that of `other` at 0.b.2, not of `f`" in (
        capsys.readouterr().out
    )


def test_an_expected_mistake_is_named_before_what_is_known_of_gradients(tmp_path: Path) -> None:
    script = ("quiz grad(w) of f", 'mistake -1 "you left out the slope"', 'mistake grad(dot) "no input"', "backward f")
    for answer, told in {
        "-1": "not -1: you left out the slope; try again",
        "0.105": "not 0.105: no input; try again",
        "-2": "not -2; try again",
    }.items():
        lab = lab_on(tmp_path, *script)
        upto(lab, 1)
        assert said(lab, f"answer {answer}") == [f"wrong: {told}"]
    lab = lab_on(tmp_path, script[0], script[3])
    upto(lab, 1)
    slope = "the local slope is missing: what arrives at dot is multiplied by ∂dot/∂w"
    assert said(lab, "answer 0.105") == [f"wrong: not 0.105: {slope}; try again"]


def test_a_mistake_that_cannot_be_worked_out_where_the_answer_is_final_says_nothing(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, "quiz dot", 'mistake grad(w) "that comes later"', "forward", "backward")
    upto(lab, 1)
    assert said(lab, "answer -0.105") == ["wrong: not -0.105; try again"]


def test_a_typed_mistake_belongs_to_the_open_question() -> None:
    lab = build(NEURON)
    lab.do("quiz f")
    assert said(lab, 'mistake dot "not yet squashed"') == []
    assert said(lab, "answer -2") == ["wrong: not -2: not yet squashed; try again"]


# ---- choices and orders ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["stays", "Stays", "2", "st", '"stays"', " stays "])
def test_an_option_is_chosen_by_its_word_its_number_or_its_beginning(written: str) -> None:
    lab = build(NEURON)
    assert said(lab, "quiz grows|stays|shrinks = stays") == ["quiz: 1 grows  2 stays  3 shrinks"]
    assert said(lab, f"answer {written}") == ["right: right: stays"]


def test_a_beginning_that_two_options_have_chooses_none() -> None:
    lab = build(NEURON)
    lab.do('quiz "Which?" the first|the second = the first')
    with pytest.raises(ActionError, match="`the` is not one of the first, the second"):
        lab.do("answer the")
    assert said(lab, "answer the f") == ["right: right: the first"]


def test_a_choice_of_two_takes_one_answer_and_one_of_three_two() -> None:
    lab = build(NEURON)
    lab.do("quiz yes|no = no")
    assert said(lab, "answer yes") == ["wrong: not yes; the answer is no"]
    lab.do('quiz "What happens?" grows|stays|shrinks = stays')
    lab.do('mistake grows "only where slopes are above 1"')
    assert said(lab, "answer grows") == ["wrong: not grows: only where slopes are above 1; try again"]
    assert said(lab, "answer shrinks") == ["wrong: not shrinks; the answer is stays"]
    lab.do("quiz up|down = up")
    lab.do('mistake down "down is where it came from"')
    assert said(lab, "answer down") == ["wrong: not down: down is where it came from; the answer is up"]
    lab.do('quiz "What happens?" grows|stays|shrinks = stays')
    assert lab.do("reveal").lines[0].text == "What happens? stays"


ITEMS = ("grad(w)", "grad(dot)", "grad(x)")


@pytest.mark.parametrize("given", [*permutations(range(3))])
def test_of_all_orders_only_the_one_from_small_to_large_is_right(given: tuple[int, ...]) -> None:
    numbers = [str(place + 1) for place in given]
    for written in (", ".join(ITEMS[place] for place in given), ",".join(numbers), " ".join(numbers)):
        lab = build(NEURON)
        lab.do(f"forward\nquiz order {', '.join(ITEMS)}")
        told = said(lab, f"answer {written}")[0]
        if given == (0, 1, 2):
            assert told == "right: right: grad(w) -0.104994, grad(dot) 0.104994, grad(x) 0.209987"
        else:
            assert told == f"wrong: not {', '.join(ITEMS[place] for place in given)}; try again"


def test_a_card_says_how_an_order_is_answered() -> None:
    lab = build(NEURON)
    lab.do('quiz "Which is the largest?" order w, x')
    assert lab.question_card == ("Which is the largest?", "1 w", "2 x", "the smallest first, by their numbers")


def test_what_is_equal_may_stand_either_way() -> None:
    for given in ("a, b, c", "b, a, c"):
        lab = build("a, b, c = param(1.0), param(1.0), param(2.0)\nd = a + b + c")
        lab.do("quiz order a, b, c")
        assert said(lab, f"answer {given}") == ["right: right: a 1, b 1, c 2"]
        lab = build("a, b, c = param(0.1), param(0.2), param(0.3)\nd = a + b")  # 0.1 + 0.2 is a rounding more than 0.3
        lab.do("forward\nquiz order d, c, a")
        assert said(lab, "answer a, d, c") == ["right: right: a 0.1, c 0.3, d 0.3"]


def test_an_order_hides_all_its_numbers_until_it_is_answered() -> None:
    lab = build(NEURON)
    lab.do(f"forward\nquiz order {', '.join(ITEMS)}\nbackward f")
    nodes = [lab.known.nodes[name] for name in ("w", "dot", "x")]
    assert [lab.snapshot().hides(node, "grad") for node in nodes] == [True, True, True]
    assert [is_unseen(brief.grad) for brief in lab.brief(nodes)] == [True, True, True]
    with pytest.raises(HiddenError, match="asks for order grad"):
        lab.grad("w")
    assert not is_unseen(lab.brief([lab.known.nodes["f"]])[0].value)
    lab.do("answer 1, 2, 3")
    assert lab.snapshot().hidden == ()
    assert float(lab.grad("x")) == pytest.approx(0.209987170807)


# ---- what is hidden ---------------------------------------------------------------------------------------------------------


def test_of_a_single_number_its_size_is_a_secret_in_columns_of_layers_only() -> None:
    lab = build('w = param(3.0)\nwith layer("end"):\n    a = w * 2.5\n    b = a * -0.3\n')
    lab.do("set w = 0.3\nforward\nbackward\nquiz grad(a)")  # grad(a) is -0.3, w is 0.3
    assert not is_unseen(lab.brief([lab.known.nodes["w"]])[0].value)
    assert str(lab.do("watch w")) == "watch 1: w = 0.3"
    assert is_unseen(lab.brief([lab.known.nodes["a"]])[0].grad)


def test_the_size_of_a_hidden_number_is_hidden_in_the_rows_of_layers() -> None:
    lab = build('w = param(3.0)\nwith layer("end"):\n    a = w * 2.5\nb = a * -0.3\n')
    lab.do("backward")
    assert lab.stats()[0].delta == pytest.approx(0.3)
    lab.do("quiz grad(a)")
    assert is_unseen(lab.stats()[0].delta)
    assert "3.000e-01" not in str(lab.do("stats"))


# ---- bets and reasons -----------------------------------------------------------------------------------------------------


def test_a_bet_is_kept_and_settled_by_an_option(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, 'bet half "What happens?" grows|stays|shrinks', "forward", "settle half = shrinks")
    assert upto(lab, 1) == ["line 10  What happens?  1 grows  2 stays  3 shrinks"]
    assert (lab.question_text, lab.snapshot().way_out) == ("bet half", "go on without")
    assert said(lab, "answer 3") == ["bet: your bet: shrinks"]
    assert upto(lab, 2)[1] == "What happens? you bet on shrinks, and so it is"


def test_a_bet_that_was_lost_is_told_and_one_that_nobody_made_too(tmp_path: Path) -> None:
    script = ('bet half "What happens?" grows|stays|shrinks', "forward", "settle half = shrinks")
    lab = lab_on(tmp_path, *script)
    upto(lab, 1)
    lab.do("answer grows")
    assert upto(lab, 2)[1] == "What happens? you bet on grows; the answer is shrinks"
    lab = lab_on(tmp_path, *script)
    upto(lab, 1)
    assert said(lab, "reveal") == ["value: bet half was not answered"]
    assert upto(lab, 2)[1] == "What happens? shrinks"


@pytest.mark.parametrize(
    ("options", "by", "out"),
    [
        ("up|down", "f > 0.5", "down"), ("up|down", "f < 0.5", "up"), ("up|down", "not f < 0.5", "down"), ("a|b|c", "2", "c"),
        ("a|b|c", "argmin([f, dot, w])", "b"), ("a|b|c", "0 * f", "a"), ("small one|large one", "large one", "large one"),
        ("f|w", "w", "w"),
    ],
)  # fmt: skip
def test_a_bet_is_settled_by_a_place_or_by_a_truth(options: str, by: str, out: str, tmp_path: Path) -> None:
    lab = lab_on(tmp_path, f'bet b "Which?" {options}', "forward", f"settle b = {by}")
    upto(lab, 2)
    lab.skip_question()
    assert upto(lab, 1) == [f"Which? {out}"]


@pytest.mark.parametrize(
    ("by", "why"),
    [
        ("3", "3 is the place of no option: allowed are 0 to 2"), ("-1", "-1 is the place of no option: allowed are 0 to 2"),
        ("0.5", "0.5 is the place of no option: allowed are 0 to 2"), ("[1, 2]", "one number is needed, got [1, 2]"),
        ("grad(w)", "grad(w) is pending at 0.f.2"),
    ],
)  # fmt: skip
def test_a_bet_that_is_settled_by_nothing_fails(by: str, why: str, tmp_path: Path) -> None:
    lab = lab_on(tmp_path, 'bet b "Which?" a|c|d', "forward", f"settle b = {by}")
    upto(lab, 2)
    lab.skip_question()
    (line,) = lab.next_line().lines
    assert (line.kind, line.text) == ("fail", f"line 12  settle b = {by}    {why}")


LOST = "w = param(2.0)\na, b = log(w - 3), square(w)\nc = a + b\n"


@pytest.mark.parametrize(
    ("by", "out"),
    [
        ("a < 3", ""), ("a != 3", ""), ("not a < 3", ""), ("a < 3 or b < 3", ""), ("a < 3 and b > 3", ""),
        ("a < 3 or b > 3", "yes"), ("b > 3 or a < 3", "yes"), ("a < 3 and b < 3", "no"), ("not (b > 3 or a < 3)", "no"),
        ("isnan(a)", "yes"), ("isnan(b)", "no"), ("isnan(a) or a > 5", "yes"), ("b > 3", "yes"), ("1", "no"),
    ],
)  # fmt: skip
def test_a_bet_that_hangs_on_a_nan_is_not_settled(by: str, out: str) -> None:
    lab = build(LOST)
    lab.do('bet b "Is it?" yes|no\nforward')
    text = f"bet: Is it? {out}" if out else f"fail: settle b = {by}    `a` is NaN: that decides nothing"
    assert said(lab, f"settle b = {by}") == [text]


def test_what_is_nan_is_not_asked_for() -> None:
    lab = build(LOST)
    lab.do("forward\nquiz a")
    assert said(lab, "answer 3") == ["info: this cannot be graded yet: `a` is NaN at 0.f.4, which no answer is"]


def test_what_is_nan_has_no_place_in_an_order() -> None:
    lab = build(LOST)
    lab.do("forward\nquiz order a, b")
    assert said(lab, "answer a, b") == ["info: this cannot be graded yet: `a` is NaN, which has no place in an order"]


@pytest.mark.parametrize(("answer", "kind"), [("2.02", "right"), ("1.98", "right"), ("2.0201", "wrong"), ("1.9799", "wrong")])
def test_an_answer_that_is_off_by_all_that_is_allowed_is_right(answer: str, kind: str) -> None:
    lab = build("w = param(2.0)\nd = w * w")
    lab.do("quiz w tol 1%")
    assert lab.do(f"answer {answer}").lines[0].kind == kind


def test_a_reason_is_kept_and_shown_beside_the_authors(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, 'why "Why so small?" "The slope is below a quarter."', 'why "And then?"')
    upto(lab, 1)
    assert said(lab, "answer it's the slope") == ["say: you: it's the slope", "say: the author: The slope is below a quarter."]
    upto(lab, 1)
    assert said(lab, "answer nothing") == ["say: you: nothing"]
    assert lab.reasons == {"Why so small?": "it's the slope", "And then?": "nothing"}


def test_the_authors_words_are_shown_to_those_who_give_up(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, 'why "Why so small?" "The slope is below a quarter."')
    upto(lab, 1)
    assert lab.snapshot().way_out == "show the author's words"
    assert str(lab.do("reveal")) == "the author: The slope is below a quarter."


def test_the_stage_is_handed_on_and_a_note_says_nothing(tmp_path: Path) -> None:
    lab = lab_on(tmp_path, "show health", "zoom nowhere", "layout teach", 'note "let them argue"')
    outcomes = [lab.next_line() for _ in range(4)]
    assert [outcome.stage for outcome in outcomes] == [
        (("show", "health"),),
        (("zoom", "nowhere"),),
        (("layout", "teach"),),
        (),
    ]
    assert [str(outcome) for outcome in outcomes] == ["", "", "", ""]
    assert lab.do("show node\nzoom ops").stage == (("show", "node"), ("zoom", "ops"))


def test_a_question_about_no_number_hides_nothing() -> None:
    lab = build(NEURON)
    lab.do("backward\nquiz up|down = up")
    assert lab.snapshot().hidden == ()
    assert not np.isnan(lab.grad("w"))
    assert lab.lesson().open == -1
