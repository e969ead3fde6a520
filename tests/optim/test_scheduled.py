"""Schedules as numbers of the model, and numbers of the model as hyperparameters."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from gradlab.optim import SCHEDULES
from gradlab.optim.arrays import Scheduled
from gradlab.session import Lab
from tests.axis.test_all_pairs import assert_all_pairs
from tests.optim.test_schedules import CLOSED
from tests.scenario.reading import messages

ANNEALED = """
mu, spread = param([0.5, -1.0]), param([0.3, 0.2])
beta = linear_decay(0.0, 1.0, updates=4)
rec = sum(square(mu + spread * randn(2) - 2))
far = sum(square(mu) + square(spread))
loss = rec + beta * far
minimize(loss, sgd(0.01))
"""
backends = pytest.mark.parametrize("backend", ["plain", "jit"])


def built(text: str, backend: str = "plain") -> Lab:
    return gradlab.build(text, backend=backend)


def written(name: str) -> str:
    """Return how a schedule of the tests is written in a model."""
    schedule = CLOSED[name][0]
    return f"{name}({', '.join(f'{key}={value}' for key, value in schedule.hyper.items())})"


@backends
@pytest.mark.parametrize("name", [name for name in CLOSED if not SCHEDULES[name].remembers])
def test_a_schedule_is_a_node_that_changes_with_the_update(name: str, backend: str) -> None:
    text = f"w = param(1.0)\nb = {written(name)}\nloss = square(w) * b\nminimize(loss, sgd(0.01))\n"
    lab, wanted = built(text, backend), Scheduled(CLOSED[name][0])
    expected = [wanted() for _ in range(12)]
    for update in range(12):
        lab.do("forward")
        np.testing.assert_allclose(lab.value("b"), expected[update], rtol=1e-13)
        lab.do("update")
    lab.do("goto 0.f.0\ntrain 7\nforward")
    np.testing.assert_allclose(lab.value("b"), expected[7], rtol=1e-13)
    lab.do("goto 3.f.0\nforward")
    np.testing.assert_allclose(lab.value("b"), expected[3], rtol=1e-13)


@backends
def test_training_sees_the_schedule_in_every_update(backend: str) -> None:
    lab = built("w = param(1.0)\nb = linear_decay(1.0, 0.0, updates=8)\nloss = w * b\nminimize(loss, sgd(1.0))\n", backend)
    lab.do("train 20")
    assert float(lab.value("w")) == 1.0 - sum(1 - k / 8 for k in range(8))


@backends
def test_from_every_position_to_every_other_one_the_bits_are_those_of_a_straight_walk(backend: str) -> None:
    assert_all_pairs(built(ANNEALED, backend), 2)


def test_with_several_minimize_the_clock_is_the_number_of_the_update() -> None:
    text = "a, b = param(1.0), param(1.0)\nk = linear_decay(8.0, 0.0, updates=8)\nla, lb = a * k, b * k\n"
    lab = built(text + 'minimize(la, sgd(1.0), over="a")\nminimize(lb, sgd(1.0), over="b")\n')
    lab.do("train 4")
    assert (float(lab.value("a")), float(lab.value("b"))) == (1 - 8 - 6, 1 - 7 - 5)


def test_all_places_that_read_it_read_one_node_with_the_name_of_its_variable() -> None:
    text = "w = param(2.0)\nk = step_decay(1.0, every=2)\ndef f(x):\n    return x * k + (1 - k)\nloss = f(w) + f(w * k)\n"
    lab = built(text + "minimize(loss, sgd(k))")
    assert sum(node.op.role == "clock" for node in lab.graph.nodes) == 1
    assert sum(node.name == "k" for node in lab.graph.nodes) == 1
    assert [node.name for node in lab.graph.nodes if node.op.name == "pow"] == ["_pow.0", "sgd.lr._pow.0"]
    lab.do("forward")
    assert lab.do("explain loss") and lab.do("check").ok


def test_a_warmup_around_another_schedule_is_a_number_too() -> None:
    lab = built("w = param(1.0)\nb = warmup(linear_decay(1.0, 0.0, updates=10), updates=4) * w\nminimize(b, sgd(0.0))")
    lab.do("train 2\nforward")
    assert float(lab.value("b")) == 0.8 * 0.75


def test_held_out_data_are_seen_with_the_number_of_the_present_update() -> None:
    text = (
        'x, t = dataset("moons", split="train", n=40, batch=8)\nk = linear_decay(1.0, 0.0, updates=10)\n'
        "loss = cross_entropy(dense(x, 2), t)\nseen = k * 2\nminimize(loss, sgd(0.1))\n"
    )
    lab = built(text)
    lab.do("train 3\nforward")
    assert lab.do('expect on("test", seen) ~= 1.4').ok


def test_a_condition_is_seen_where_the_schedule_makes_it_true() -> None:
    for backend in ("plain", "jit"):
        lab = built(ANNEALED, backend)
        lab.do("run until beta > 0.6")
        assert lab.position.update == 3
        lab = built(ANNEALED, backend)
        lab.do("run until clock >= 5")
        assert lab.position.update == 5


def test_what_compares_losses_refuses_one_that_changes() -> None:
    text = "w = param([1.0, 2.0])\nloss = sum(square(w)) * linear_decay(1.0, 0.0, updates=10)\nminimize(loss, bfgs)"
    assert messages(text) == [
        "`bfgs` compares one update with the next and takes all data at once, but `clock` changes from update to update"
    ]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("plateau(0.1) * w", "plateau"),
        ("w + cosine_restarts(1, every=3)", "cosine_restarts"),
        ("w * warmup(plateau(0.1), updates=2)", "warmup"),
    ],
)
def test_a_schedule_that_remembers_is_no_number_of_the_model(text: str, word: str) -> None:
    said = messages(f"w = param(1.0)\nloss = {text}")
    assert said == [f"`{word}` remembers what it has seen: it is for optimizers, no number of the model"]


def test_a_schedule_without_its_numbers_says_what_it_takes() -> None:
    assert messages("w = param(1.0)\nz = w * linear_decay") == ["`linear_decay` needs `start`; it takes (start, end, updates)"]


@backends
def test_a_node_of_the_model_can_be_the_rate_and_be_set(backend: str) -> None:
    text = "w = param([4.0, 2.0])\nlr = const(0.25)\nloss = sum(square(w))\nminimize(loss, momentum(lr, mu=0.0))\n"
    lab = built(text, backend)
    lab.do("train 1")
    assert lab.value("w").tolist() == [2.0, 1.0]
    lab.do("set lr = 0.5\ntrain 1")
    assert lab.value("w").tolist() == [0.0, 0.0] and float(lab.value("momentum.lr")) == 0.5
    lab.do("goto 1.f.0\ngoto 2.f.0")
    assert lab.value("w").tolist() == [0.0, 0.0]
    lab.do("undo\ngoto 2.f.0")
    assert lab.value("w").tolist() == [1.0, 0.5]


def test_a_rate_may_be_computed_in_the_model() -> None:
    text = "w = param(4.0)\nlr = 0.25 * linear_decay(1.0, 0.0, updates=2)\nminimize(w * w, sgd(lr), l2=lr)\n"
    lab = built(text)
    lab.do("train 3")
    assert float(lab.value("w")) == (4 - 0.25 * (8 + 0.25 * 4)) * (1 - 0.125 * (2 + 0.125))
