"""Assertions and questions: what holds, what fails, and what is said."""

from __future__ import annotations

import pytest

from gradlab.errors import ActionError
from gradlab.scenario.model import draft_text
from gradlab.session import Lab
from tests.lab.models import FORK, NEURON, XOR, plain, said

MOONS = """
x, t = dataset("moons", split="train", n=80, batch=10)
h = tanh(dense(x, 4))
y = dense(h, 1)
loss = bce(y, reshape(t, (t.shape[0], 1)))
minimize(loss, adam(lr=0.05))
"""


@pytest.fixture
def lab() -> Lab:
    made = plain(NEURON)
    made.do("backward")
    return made


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("expect dot ~= 1", "ok: expect dot ~= 1    got 1"),
        ("expect f ~= 0.73 tol 1%", "ok: expect f ~= 0.73 tol 1%    got 0.73105857863"),
        ("expect f ~= 0.73", "fail: expect f ~= 0.73    got 0.73105857863, wanted 0.73: off by 0.00106"),
        ("expect [w0, w1] ~= [2, 3]", "fail: expect [w0, w1] ~= [2, 3]    got [2, -3], wanted [2, 3]: off by 6 at [1]"),
        ("expect f > 0.5", "ok: expect f > 0.5"),
        ("expect f > dot", "fail: expect f > dot    got 0.73105857863 and 1"),
        ("expect log(w1) ~= 0", "fail: expect log(w1) ~= 0    got NaN, wanted 0: off by nan"),
        ("expect log(w1) < 3", "fail: expect log(w1) < 3    got NaN and 3"),
        ("expect [1, 2] ~= [1, 2, 3]", "fail: expect [1, 2] ~= [1, 2, 3]    shapes (2,) and (3,) do not fit"),
        ("expect abs(grad(w1)) ~= 0.393224 tol 1e-6", "ok: expect abs(grad(w1)) ~= 0.393224 tol 1e-6    got 0.393223866483"),
    ],
)
def test_a_claim_is_judged_and_both_numbers_are_said(lab: Lab, line: str, text: str) -> None:
    assert said(lab, line) == [text]
    assert lab.do(line).ok == text.startswith("ok")


def test_the_tolerance_goes_with_the_dtype(lab: Lab) -> None:
    assert lab.do("expect f ~= 0.7310585786300049").ok
    assert not lab.do("expect f ~= 0.73105858").ok


def test_what_is_pending_partial_or_stale_fails_and_says_why() -> None:
    lab = plain(FORK)
    assert said(lab, "expect e ~= 6") == ["fail: expect e ~= 6    `e` is pending at 0.f.0"]
    lab.do("goto 0.b.2")
    partial = "grad(b) is partial (1 of 2 contributions) at 0.b.2"
    assert said(lab, "expect grad(b) ~= 5") == [f"fail: expect grad(b) ~= 5    {partial}"]
    lab.do("set b = 0")
    assert said(lab, "expect c > 0") == ["fail: expect c > 0    `c` is stale at 0.b.2"]


def test_what_is_past_passes_and_is_labelled() -> None:
    lab = plain(XOR)
    lab.do("train 4")
    assert said(lab, "expect loss < 1") == ["ok: expect loss < 1      (loss is past, of update 3)"]


def test_a_claim_about_the_last_update_of_a_parameter() -> None:
    lab = plain(XOR)
    assert said(lab, "expect update(hidden.W) > 0")[0].endswith("no update of `hidden.W` has been made at 0.f.0")
    lab.do("backward")
    lab.do("goto 0.u.end")
    assert lab.do("expect abs(update(hidden.W)) ~= 0.1 tol 1e-4").ok
    lab.do("train 30")
    assert lab.do("expect hidden.W.next ~= hidden.W").ok


def test_layers_can_be_asked_for() -> None:
    lab = plain(XOR)
    lab.do("backward")
    assert lab.do("expect out(hidden) ~= hidden.h").ok
    assert lab.do("expect tanh(z(hidden)) ~= out(hidden)").ok
    assert lab.do("expect delta(hidden) ~= rms(grad(hidden._affine.0))").ok


def test_held_out_data_are_run_with_the_present_parameters_and_move_nothing() -> None:
    lab = plain(MOONS)
    before = lab.digest()
    assert lab.do('expect on("test", loss) > 0.45').ok
    assert lab.digest() == before
    lab.do("train 150")
    assert lab.do('expect on("test", accuracy(y, t)) > 0.8').ok
    assert lab.do('expect on("test", loss) < 0.4').ok
    assert said(lab, 'expect on("test", size(t)) ~= 16') == ['ok: expect on("test", size(t)) ~= 16    got 16']


def test_held_out_data_are_run_with_a_constant_that_was_written_over() -> None:
    lab = plain(MOONS.replace("loss =", "keep = const(1.0)\nloss = keep *"))
    lab.do("forward")
    lab.do('let before = on("test", loss)')
    lab.do("set keep = 3")
    assert lab.do('expect on("test", loss) ~= 3 * before').ok
    lab.do("undo")
    assert lab.do('expect on("test", loss) ~= before').ok


def test_seeds_run_what_was_done_once_a_seed_and_take_the_mean() -> None:
    lab = plain(XOR, 7)
    lab.do("train 20")
    before = lab.digest()
    wanted = 0.0
    for seed in range(3):
        other = plain(XOR, seed)
        other.do("train 20")
        wanted += float(other.value("loss")) / 3
    assert lab.do(f"expect seeds(0..2, loss) ~= {wanted!r}").ok
    lab.do("train 5")
    assert lab.do("expect seeds(0..2, loss) < 9").ok
    assert lab.seeds._kept[0].position == lab.position
    lab.do("goto 20.f.0")
    assert lab.digest() == before


def test_a_run_that_a_seed_cannot_do_is_told_with_the_seed() -> None:
    lab = plain(XOR)
    assert "with seed 0: `loss` is pending" in said(lab, "expect seeds(0..1, loss) < 1")[0]


def test_a_question_without_an_answer_is_left_open() -> None:
    lab = plain(NEURON)
    lab.do("forward")
    assert said(lab, "quiz grad(w1)") == ["quiz: what is grad(w1)?"]
    before = lab.digest()
    assert [line.text for line in lab.answer("-0.3932").lines] == ["right: grad(w1) = -0.393224"]
    assert lab.digest() == before
    with pytest.raises(ActionError, match="no question is open"):
        lab.answer("1")


def test_a_wrong_answer_is_graded_and_does_not_fail() -> None:
    lab = plain(NEURON)
    lab.do("backward")
    for text in ("not 0.39: the sign is wrong; try again", "not 0.39: grad(w1) = -0.393224; the sign is wrong"):
        outcome = lab.do("quiz grad(w1) = 0.39")
        assert outcome.ok
        assert [line.text for line in outcome.lines] == [text]


@pytest.mark.parametrize("claim", ["x.shape == 3", "x.shape ~= 0", "3 == x.shape"])
def test_a_comparison_of_nothing_fails(claim: str) -> None:
    lab = load_text("```python model\nx = param(2.0)\ny = x * x\n```\n")
    lab.do("forward")
    outcome = lab.do(f"expect {claim}")
    assert not outcome.ok
    assert "there is nothing to compare" in outcome.lines[0].text


def test_float32_has_a_wider_tolerance() -> None:
    lab = load_text("---\ndtype: float32\n---\n```python model\nx = param(0.1)\ny = x * x\n```\n")
    lab.do("forward")
    assert lab.do("expect y ~= 0.010000003").ok
    assert not lab.do("expect y ~= 0.01 tol 1e-12").ok


def load_text(text: str) -> Lab:
    """Open a scenario that stands in a string."""
    return Lab(draft_text(text).finish(), "plain")
