"""Edits: where they take effect, what they make stale, and taking them back."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradlab.errors import ActionError
from gradlab.nn.initializers import INITIALIZERS
from gradlab.session import build
from tests.lab.models import BATCHES, FORK, NEURON, XOR, folded_anew, plain, said


def test_an_op_that_would_read_a_stale_value_runs_the_stale_part_first_and_says_so() -> None:
    lab = plain(NEURON)
    lab.do("goto 0.f.3")
    assert said(lab, "set x0 = 2") == ["value: 0.f.3  x0 is 2; stale: _mul.0, _add.0"]
    assert said(lab, "step") == [
        "info: ran again what was stale: _mul.0, _add.0",
        "value: 0.f.4  dot  add  value +7.000000",
    ]


def test_forward_after_an_edit_in_the_backward_pass_uses_the_edit() -> None:
    lab = plain(NEURON)
    lab.do("backward")
    lab.do("set w1 = 0")
    lab.do("forward")
    assert lab.value("dot") == -5.0
    assert str(lab.position) == "0.f.5"
    lab.do("backward")
    assert lab.grad("w1") == pytest.approx(-2.0 * lab.grad("dot"))


def test_walking_back_hides_an_edit_and_walking_forth_applies_it_again() -> None:
    lab = plain(NEURON)
    lab.do("goto 0.b.1")
    lab.do("set w2 = 4")
    lab.do("goto 0.f.1")
    assert lab.value("w2") == -3.0
    lab.do("goto 0.b.1")
    assert lab.value("w2") == 4.0


def test_an_edited_value_holds_for_its_phase_of_its_update_only() -> None:
    lab = plain(XOR)
    lab.do("forward to hidden.h")
    lab.do("set hidden.h = 0.25")
    lab.do("forward")
    np.testing.assert_array_equal(lab.value("hidden.h"), np.full((4, 2), 0.25))
    lab.do("train 1")
    lab.do("forward")
    assert not np.any(lab.value("hidden.h") == 0.25)


def test_an_edited_gradient_is_what_is_sent_on() -> None:
    lab = plain(NEURON)
    lab.do("backward to dot")
    lab.do("set grad(dot) = 1")
    lab.do("backward")
    assert lab.grad("w1") == -2.0
    lab.do("undo")
    assert lab.grad("w1") == pytest.approx(-0.393223866483)


def test_a_final_gradient_that_is_edited_makes_what_was_computed_from_it_stale() -> None:
    lab = plain(NEURON)
    lab.do("backward")
    assert said(lab, "set grad(_mul.1) = 10") == ["value: 0.b.5  grad(_mul.1) is 10; stale: grad(w1), grad(x1)"]
    lab.do("backward")
    assert lab.grad("w1") == -20.0
    assert lab.grad("x1") == -30.0


def test_an_element_and_a_slice_can_be_set() -> None:
    lab = plain(XOR)
    lab.do("set hidden.W[1, 0] = 7")
    lab.do("set hidden.W[0] = [1, 2] * 3")
    np.testing.assert_array_equal(lab.value("hidden.W")[0], [3.0, 6.0])
    assert lab.value("hidden.W")[1, 0] == 7.0


def test_an_edited_learning_rate_holds_from_then_on() -> None:
    lab = plain(XOR)
    lab.do("train 3")
    lab.do("set adam.lr = 0")
    weights = lab.value("hidden.W")
    lab.do("train 20")
    lab.do("goto 12.b.1")
    np.testing.assert_array_equal(lab.value("hidden.W"), weights)
    lab.do("goto 2.f.0")
    assert lab.value("adam.lr") == 0.1


def test_an_edited_batch_holds_for_one_update() -> None:
    lab = plain(BATCHES)
    batch = lab.value("x")
    lab.do("set x = 9")
    assert np.all(lab.value("x") == 9.0)
    lab.do("update")
    assert not np.any(lab.value("x") == 9.0)
    lab.do("goto 0.f.0")
    lab.do("undo")
    np.testing.assert_array_equal(lab.value("x"), batch)


def test_undo_takes_back_the_last_edit_where_it_was_made() -> None:
    lab = plain(NEURON)
    lab.do("set w0 = 1")
    lab.do("forward")
    lab.do("set w1 = 1")
    assert said(lab, "undo")[0] == "info: took back `set w1 = 1` at 0.f.5"
    assert lab.value("w0") == 1.0
    assert lab.value("w1") == -3.0
    assert str(lab.position) == "0.f.5"
    lab.do("undo")
    assert lab.value("dot") == 1.0
    with pytest.raises(ActionError, match="nothing to undo"):
        lab.do("undo")


def test_one_undo_takes_back_one_change_with_what_was_run_again_for_it() -> None:
    lab = plain(NEURON)
    lab.do("set w0 = 1")
    lab.do("backward")
    lab.do("set w1 = 7")
    lab.do("forward")
    assert lab.value("dot") == -18.0
    assert said(lab, "undo")[0] == "info: took back `set w1 = 7` at 0.b.5"
    assert lab.value("dot") == 2.0
    assert said(lab, "undo")[0] == "info: took back `set w0 = 1` at 0.f.0"
    assert lab.digest() == folded_anew(lab)
    assert not lab.snapshot().can_undo


def test_parameters_are_drawn_anew_and_taken_back_at_once() -> None:
    lab = plain(XOR)
    lab.do("train 4")
    trained = lab.value("hidden.W"), lab.value("output.W")
    assert said(lab, "reinit all normal(0.01)") == ["value: 4.f.0  normal(std=0.01, mean=0.0) drew hidden.W, output.W"]
    for name in ("hidden.W", "output.W"):
        node = lab.graph.nodes[lab.known.nodes[name]]
        np.testing.assert_array_equal(lab.value(name), INITIALIZERS["normal"](0.01).draw(0, node.key, node.shape))
    assert np.all(lab.value("hidden.b") != 0)
    lab.do("undo")
    np.testing.assert_array_equal(lab.value("hidden.W"), trained[0])
    np.testing.assert_array_equal(lab.value("output.W"), trained[1])
    lab.do("reinit hidden zeros")
    assert not np.any(lab.value("hidden.W"))
    assert np.any(lab.value("output.W"))
    lab.do("train 1")
    assert lab.digest() == folded_anew(lab)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("reinit", "what, and how?"),
        ("reinit q he", "unknown name `q`"),
        ("reinit h he", "`h` is no parameter (tanh)"),
        ("reinit all hee", "did you mean `he`?"),
        ("reinit all 3", "an initializer is needed here"),
        ("reinit all normal(loss)", "the arguments of an initializer are numbers here"),
        ("reinit all normal(0.1, 3, 4)", "`normal` takes (std=1.0, mean=0.0), got 3 values"),
        ("reinit all lsuv", "`lsuv` asks the data"),
    ],
)
def test_what_cannot_be_drawn_anew_is_refused(line: str, text: str) -> None:
    lab = plain(XOR)
    with pytest.raises(ActionError, match=re.escape(text)):
        lab.do(line)
    assert not lab.snapshot().can_undo


def test_a_gradient_that_has_come_in_part_is_told_where_it_is_sent() -> None:
    lab = plain(FORK)
    lab.do("goto 0.b.1")
    assert said(lab, "step")[1] == "value:        sends b +3.000000 (3 × 1), 1 of 2 there, _const.0 +3.000000 (3 × 1)"
    assert said(lab, "step")[1] == "value:        sends a +2.000000 (2 × 1), b +2.000000 (2 × 1)"


def test_another_root_replaces_the_backward_pass_and_undo_brings_the_first_back() -> None:
    lab = plain(NEURON)
    lab.do("backward")
    lab.do("backward dot")
    assert lab.grad("w1") == -2.0
    assert lab.snapshot().root == "dot"
    lab.do("undo")
    assert lab.snapshot().root == "f"
    assert lab.grad("w1") == pytest.approx(-0.393223866483)


def test_a_root_of_many_numbers_needs_what_to_begin_with() -> None:
    lab = plain(XOR)
    with pytest.raises(ActionError, match=r"`hidden.h` has 8 numbers, shape \(4, 2\): say what to begin with"):
        lab.do("backward hidden.h")
    lab.do("backward hidden.h with hidden.h * 2")
    np.testing.assert_array_equal(lab.grad("hidden.h"), 2 * lab.value("hidden.h"))


def test_accumulate_adds_to_the_gradients_of_leaves() -> None:
    lab = plain(NEURON)
    lab.do("backward dot")
    first = lab.grad("w1"), lab.grad("w0")
    lab.do("accumulate f")
    assert lab.grad("w1") == pytest.approx(first[0] - 0.393223866483)
    assert lab.grad("dot") == pytest.approx(0.196611933241)


def test_accumulate_over_two_examples() -> None:
    lab = plain(NEURON)
    lab.do("backward dot")
    lab.do("set x1 = 10")
    lab.do("forward")
    lab.do("accumulate dot")
    assert lab.grad("w1") == 8.0
    assert lab.grad("w2") == 2.0


def test_a_gradient_from_an_earlier_root_does_not_leak_into_an_update() -> None:
    lab = plain(XOR)
    lab.do("backward")
    before = lab.value("output.W")
    lab.do("backward hidden.h with 1")
    lab.do("update")
    np.testing.assert_array_equal(lab.value("output.W"), before)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("set f = 1", "`f` is pending at 0.f.2: run forward to it before you set it"),
        ("set grad(w0) = 1", r"grad\(w0\) is pending at 0.f.2: run backward to it before you set it"),
        ("set w0 = [1, 2]", r"shape \(2,\) does not fit: what is set in `w0` has shape \(\)"),
        ("set w0 = dot", "`dot` is pending at 0.f.2"),
        ("set w0[0] = 1", "too many indices"),
        ("set w0 + 1 = 2", "this cannot be set"),
        ("set w9 = 2", "unknown name `w9`"),
        ("set w0 2", "`set` needs ` = `"),
        ("mode evil", "`evil` is not one of train, eval"),
        ("seed -1", "`-1` is out of range"),
    ],
)
def test_what_cannot_be_set_is_refused(line: str, text: str) -> None:
    lab = plain(NEURON)
    lab.do("goto 0.f.2")
    before = lab.digest()
    with pytest.raises(ActionError, match=text):
        lab.do(line)
    assert lab.digest() == before
    assert not lab.snapshot().can_undo


def test_a_seed_draws_all_random_leaves_again() -> None:
    lab = plain(XOR, 1)
    lab.do("seed 2")
    np.testing.assert_array_equal(lab.value("hidden.W"), plain(XOR, 2).value("hidden.W"))
    assert lab.snapshot().seed == 2
    lab.do("undo")
    np.testing.assert_array_equal(lab.value("hidden.W"), plain(XOR, 1).value("hidden.W"))


def test_the_python_face_sets_as_the_action_does() -> None:
    lab = plain(NEURON)
    lab.set("w0", 3.5)
    assert lab.value("w0") == 3.5
    with pytest.raises(ActionError, match="unknown name `w8`"):
        lab.set("w8", 1)


RATES = """
w, v = param(1.0), param(1.0)
lr = 0.1
minimize(w * v, {"w": sgd(lr), "v": adam(warmup(step_decay(0.1, every=3), updates=2))})
"""


@pytest.mark.parametrize(
    ("line", "message", "label"),
    [
        ("set lr = 0.01", "`lr` is no node", "set `sgd.lr` or `adam.lr`"),
        ("set beta1 = 0.5", "`beta1` is no node", "set `adam.beta1`"),
        (
            "set adam.lr = 0.01",
            (
                "`adam.lr` is computed by a schedule in each update: set `adam.lr.rate.start`, `adam.lr.rate.every`,"
                " `adam.lr.rate.factor`, `adam.lr.updates`, or give it a number in the model"
            ),
            "",
        ),
    ],
)
def test_a_rate_that_cannot_be_set_says_what_can(line: str, message: str, label: str) -> None:
    with pytest.raises(ActionError) as caught:
        build(RATES, backend="plain").do(line)
    lines = str(caught.value).splitlines()
    assert lines[0] == f"error: {message}" and lines[-1].endswith(f"^ {label}".rstrip())


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_a_rate_that_is_set_while_it_trains_holds_from_there_on(backend: str) -> None:
    lab = build("w = param(16.0)\nminimize(w * w, sgd(0.25))", backend=backend)
    lab.do("train 2\nset sgd.lr = 0.5\ntrain 1")
    assert float(lab.value("w")) == 0.0
    lab.do("goto 2.f.0\nset sgd.lr = 0\ntrain 3\ngoto 1.f.0")
    assert float(lab.value("w")) == 8.0
    lab.do("goto 5.f.0")
    assert float(lab.value("w")) == 4.0
    lab.do("undo\nundo\ngoto 4.f.0")
    assert float(lab.value("w")) == 1.0
