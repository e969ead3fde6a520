"""Training and use: what the mode changes, that it walks, and that held-out data are seen in mode eval."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.errors import ActionError, ScenarioError
from gradlab.scenario.model import Overrides, build
from gradlab.session import Lab
from tests.lab.models import NORMED, folded_anew, plain, said

DROPPED = """
x = input([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]])
w = param([[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]])
h = dropout(x * w, 0.5)
loss = sum(h)
minimize(loss, sgd(lr=0.1))
"""


def test_what_was_dropped_is_zero_and_gets_no_gradient() -> None:
    lab = plain(DROPPED)
    lab.do("backward")
    mask = lab.value("h.mask")
    assert set(mask.ravel()) == {0.0, 2.0}
    np.testing.assert_array_equal(lab.value("h"), lab.value("x") * mask)
    np.testing.assert_array_equal(lab.grad("w"), lab.value("x") * mask)


def test_every_update_has_a_mask_of_its_own_and_walking_back_brings_the_old_one() -> None:
    lab = plain(DROPPED)
    masks = []
    for update in range(4):
        lab.do(f"goto {update}.f.end")
        masks.append(lab.value("h.mask"))
    assert len({mask.tobytes() for mask in masks}) == 4
    lab.do("goto 1.b.1")
    np.testing.assert_array_equal(lab.value("h.mask"), masks[1])


def test_in_mode_eval_nothing_is_dropped_once_the_stale_part_has_run() -> None:
    lab = plain(DROPPED)
    lab.do("forward")
    assert said(lab, "mode eval") == ["value: 0.f.4  mode eval; stale: h.mask, h, loss"]
    with pytest.raises(ActionError, match="`h` is stale"):
        lab.value("h")
    lab.do("backward")
    assert lab.snapshot().mode == "eval"
    np.testing.assert_array_equal(lab.value("h"), lab.value("x"))
    np.testing.assert_array_equal(lab.grad("w"), lab.value("x"))


def test_the_mode_holds_from_where_it_was_changed_and_goes_with_undo() -> None:
    lab = plain(DROPPED)
    lab.do("goto 2.f.0")
    lab.do("mode eval")
    seen = []
    for place in ("3.f.end", "1.f.end", "2.f.end"):
        lab.do(f"goto {place}")
        seen.append((lab.snapshot().mode, float(lab.value("mode")), bool((lab.value("h.mask") == 1).all())))
        assert lab.digest() == folded_anew(lab)
    assert seen == [("eval", 0.0, True), ("train", 1.0, False), ("eval", 0.0, True)]
    lab.do("undo")
    assert (lab.snapshot().mode, float(lab.value("mode"))) == ("train", 1.0)
    assert lab.digest() == folded_anew(lab)


def test_the_mode_is_no_number_that_is_set() -> None:
    with pytest.raises(ActionError, match="the mode is changed by `mode train` and `mode eval`"):
        plain(DROPPED).do("set mode = 0")


def test_a_scenario_may_begin_in_mode_eval() -> None:
    lab = Lab(build(DROPPED, Overrides(mode="eval")), "plain")
    lab.do("forward")
    np.testing.assert_array_equal(lab.value("h"), lab.value("x"))
    lab.do("mode train")
    lab.do("backward")
    assert set(lab.value("h.mask").ravel()) == {0.0, 2.0}


@pytest.mark.parametrize(("way", "trained", "used"), [("True", 2.0, 1.0), ("False", 1.0, 0.5)])
def test_a_unit_is_on_average_in_training_what_it_is_in_use(way: str, trained: float, used: float) -> None:
    lab = plain(f"x = const(shape=(100, 100), fill=1)\nh = dropout(x, 0.5, inverted={way})")
    lab.do("forward")
    assert set(lab.value("h").ravel()) == {0.0, trained}
    mean = lab.value("h").mean()
    lab.do("goto 0.f.0")
    lab.do("mode eval")
    lab.do("forward")
    assert set(lab.value("h").ravel()) == {used}
    np.testing.assert_allclose(mean, used, rtol=0.05)


def test_a_connection_that_is_dropped_gets_no_gradient() -> None:
    lab = plain("x = input([[1.0, 2.0], [3.0, 5.0]])\nh = dropconnect(x, 6, p=0.5)\nloss = sum(h)")
    lab.do("backward")
    mask = lab.value("h.mask")
    assert set(mask.ravel()) == {0.0, 2.0}
    np.testing.assert_allclose(lab.value("h"), lab.value("x") @ (lab.value("h.W") * mask))
    np.testing.assert_array_equal(lab.grad("h.W"), np.array([[4.0], [7.0]]) * mask)


def test_held_out_data_are_seen_in_mode_eval() -> None:
    lab = plain(
        'x, t = dataset("moons", n=40, split="train", batch=10)\nh = dropout(x, 0.5)\nloss = mean(square(h - x))\n'
        "w = param(1.0)\nminimize(loss * w, sgd)"
    )
    lab.do("forward")
    assert float(lab.value("loss")) > 0.1
    assert lab.do('expect on("test", loss) == 0').ok


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("dropout(x, 1)", "`p` of `dropout` is the share that is dropped, less than 1, got 1"),
        ("dropout(x, -0.1)", "`p` of `dropout` is at least 0, got -0.1"),
        ("dropout(x, inverted=2)", "`inverted` of `dropout` is one of True, False, got 2"),
        ("dropconnect(x, 0)", "`units` of `dropconnect` is from 1 to 1,000,000, got 0"),
        ("dropconnect(x, 2, 1.5)", "`p` of `dropconnect` is the share that is dropped, less than 1, got 1.5"),
    ],
)
def test_a_wrong_share_is_refused(call: str, text: str) -> None:
    with pytest.raises(ScenarioError) as error:
        plain(f"x = input([1.0, 2.0])\ny = {call}")
    assert error.value.problems[0].message == text


def test_objectives_that_take_turns_share_a_batch_but_no_noise() -> None:
    lab = plain(
        'x, t = dataset("moons", n=12, batch=3)\na, b = param([1.0, 1.0]), param([1.0, 1.0])\nz = randn(4)\n'
        "p = sum(x * a) + sum(z)\nq = sum(x * b)\nminimize(p, sgd, over='a')\nminimize(q, sgd, over='b')"
    )
    seen = []
    for update in range(4):
        lab.do(f"goto {update}.f.end")
        seen.append((lab.value("x").tobytes(), lab.value("z").tobytes()))
    batches, draws = zip(*seen, strict=True)
    assert batches[0] == batches[1] != batches[2] == batches[3]
    assert len(set(draws)) == 4


@pytest.mark.parametrize("place", ["3.b.end", "4.f.0", "4.f.7"])
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_gradients_are_checked_with_the_masks_and_in_the_mode_that_they_were_made_with(mode: str, place: str) -> None:
    lab = plain(NORMED)
    lab.do("goto 2.f.3")
    lab.do(f"mode {mode}")
    lab.do(f"goto {place}")
    found = {verdict.name: verdict for verdict in lab.check()}
    assert {verdict.verdict for verdict in found.values()} <= {"ok", "rounding", "kink"}
    assert found["h.W"].verdict == "ok"
    gradient, element = lab.grad("h.gamma"), found["h.gamma"].element
    assert element is not None
    np.testing.assert_allclose(found["h.gamma"].analytic, gradient[element], rtol=1e-12)


def test_a_running_statistic_that_is_set_moves_on_from_there() -> None:
    lab = plain(NORMED)
    lab.do("forward")
    lab.do("set h.running_mean = 5")
    lab.do("update")
    np.testing.assert_allclose(lab.value("h.running_mean"), 0.9 * 5 + 0.1 * lab.value("h.mean"), rtol=1e-12)


def test_a_node_says_what_the_mode_does_to_it() -> None:
    lab = plain(NORMED)

    def lines(name: str) -> tuple[str, ...]:
        return lab.formula(lab.graph.aliases[name])

    assert lines("mode") == ("mode: 1 in training, 0 in use", "mode train")
    assert lines("h.mask")[1] == "mode train: dropped, each with probability 0.3"
    assert lines("h.used_mean")[1] == "mode train: h.mean is used"
    assert lines("h.running_var")[1] == "follows h.var: an update in mode train moves it 0.1 of the way"
    assert lines("h.running_var.next")[1] == "mode train"
    lab.do("mode eval")
    assert lines("mode")[1] == "mode eval"
    assert lines("h.mask")[1] == "mode eval: nothing is dropped"
    assert lines("h.used_mean")[1] == "mode eval: h.running_mean is used"
    assert lines("h.running_mean")[1].endswith("; now, in mode eval, it stays as it is")
    assert lines("h.running_mean.next")[1] == "mode eval: nothing moves"
    assert not any(line.startswith("mode") for line in lines("loss"))
