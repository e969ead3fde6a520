"""`train N of NAME`: so many updates belong to one objective, for every word, and undo gives the turns back."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.errors import ActionError
from gradlab.session import Lab, build
from tests.lab.models import BATCHES, TURNS, plain

GAN = """
x, t = dataset("moons", n=60, batch=5)
a = param([1.0, -2.0])
b = param([0.5, 3.0])
p = sum((x @ a) ** 2)
q = mean((x * b - a) ** 2)
minimize(p, sgd(lr=0.01), over="a", times=3)
minimize(q, sgd(lr=0.01), over="b")
"""


def acting(lab: Lab, updates: int) -> str:
    """Return the root of the backward pass of each update, as `backward` finds it."""
    found = ""
    for update in range(updates):
        lab.do(f"goto {update}\nbackward")
        found += lab.snapshot().root
    return found


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_a_phase_moves_what_its_objective_moves_and_nothing_else(backend: str) -> None:
    lab = build(TURNS, backend=backend)
    begun = lab.value("a")
    lab.do("train 7 of q")
    assert lab.position.update == 7
    assert np.array_equal(lab.value("a"), begun)
    assert lab.value("two.adam.t" if "two.adam.t" in lab.known.nodes else "adam.t") == 7


def test_updates_of_a_phase_are_its_own_for_every_word_and_behind_it_the_turns_go_on() -> None:
    lab = plain(TURNS)
    assert acting(lab, 8) == "pqpqpqpq"
    lab.do("goto 3\ntrain 3 of p")
    assert acting(lab, 10) == "pqp" + "ppp" + "qpqp"
    lab.do("goto 1\ntrain 4 of q")
    assert acting(lab, 10) == "p" + "qqqq" + "p" + "qpqp"
    lab.do("undo")
    assert acting(lab, 10) == "pqpppp" + "qpqp"
    lab.do("undo")
    assert acting(lab, 10) == "pqpqpqpqpq"


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_a_phase_is_the_training_of_a_model_that_has_only_that_objective(backend: str) -> None:
    text, alone = GAN, GAN.replace('minimize(q, sgd(lr=0.01), over="b")\n', "").replace(", times=3", "")
    lab, other = build(text, backend=backend), build(alone, backend=backend)
    lab.do("train 10 of p\ntrain 7 of p")
    other.do("train 17")
    assert lab.value("a").tobytes() == other.value("a").tobytes()


def test_where_the_cursor_stands_in_an_update_this_update_begins_again_for_the_objective() -> None:
    for place in ("0.f.3", "0.b.1", "0.u.0"):
        lab, other = plain(GAN), plain(GAN)
        lab.do(f"goto {place}\ntrain 4 of q")
        other.do("train 4 of q")
        assert lab.digest() == other.digest(), place


def test_an_epoch_of_one_objective_is_all_batches_once() -> None:
    lab = plain(GAN)
    assert (lab.model.batches, lab.model.epoch) == (12, 4 * 4)
    lab.do("train 2 epochs of q")
    assert lab.position.update == 24
    lab.do("train 1 epoch")
    assert lab.position.update == 40


def test_one_objective_has_every_update_already() -> None:
    lab, other = plain(BATCHES), plain(BATCHES)
    lab.do("train 3 of loss\ntrain 2")
    other.do("train 5")
    assert lab.digest() == other.digest()
    assert not lab.journal.deeds


def test_two_objectives_of_one_root_are_told_apart_by_what_they_move() -> None:
    lab = plain(TURNS.replace("minimize(q, adam", "minimize(p, adam"))
    lab.do("train 3 of two")
    assert np.array_equal(lab.value("a"), [1.0, -2.0])
    with pytest.raises(ActionError) as error:
        lab.do("train 3 of p")
    assert str(error.value).splitlines()[0] == "error: 2 objectives are called `p`"
    assert str(error.value).endswith("^ there are `one` and `two`")


@pytest.mark.parametrize(
    ("text", "line", "said", "label"),
    [
        (TURNS, "train 3 of r", "no objective is called `r`", "there are `p` and `q`"),
        (BATCHES, "train 3 of x", "no objective is called `x`", "there is `loss`"),
        ("w = param(1.0)\ny = w * 2\n", "train 3 of y", "no objective is called `y`", "the model has no `minimize`"),
        (TURNS, "train 3 of", "which objective?", "there are `p` and `q`"),
    ],
)
def test_an_objective_that_is_unknown_is_said_with_those_that_there_are(text: str, line: str, said: str, label: str) -> None:
    with pytest.raises(ActionError) as error:
        plain(text).do(line)
    first, *_, last = str(error.value).splitlines()
    assert first == f"error: {said}"
    assert last.endswith(f"^ {label}")


@pytest.mark.parametrize(("times", "said"), [("0", "is from 1 to 1,000,000, got 0"), ("1.5", "is a whole number, got 1.5")])
def test_times_is_a_whole_number(times: str, said: str) -> None:
    with pytest.raises(Exception, match=rf"`times` of `minimize` {said}"):
        plain(GAN.replace("times=3", f"times={times}"))
