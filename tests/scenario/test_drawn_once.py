"""Random numbers that are drawn once a run: noise, constants, inputs; and the constants of the language."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from gradlab.op import Array
from gradlab.session import Lab
from tests.scenario.reading import messages

MODEL = """
w = param([1.0, -1.0, 0.5])
n = {one}
loss = sum(square(w * n - 1))
minimize(loss, sgd(0.1))
"""
ONCE = (
    'randn(3, every="run")', 'rand(3, every="run")', 'noise(shape=3, kind="uniform", every="run")', "input(randn(3))",
    "input(rand(3))", "input(noise(shape=3))", "const(shape=3, init=normal(0.5))", "const(shape=(3,), init=uniform)",
)  # fmt: skip


def seen(lab: Lab) -> list[Array]:
    values = []
    for _ in range(4):
        values.append(lab.value("n").copy())
        lab.do("update")
    return values


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize("one", ONCE)
def test_what_is_drawn_once_a_run_stays_and_is_another_one_with_another_seed(one: str, backend: str) -> None:
    lab = gradlab.build(MODEL.format(one=one), backend=backend)
    values = seen(lab)
    assert all(np.array_equal(value, values[0]) for value in values) and len(set(values[0].tolist())) == 3
    lab.do("train 5\ngoto 2.f.0")
    assert np.array_equal(lab.value("n"), values[0])
    lab.do("seed 9")
    assert not np.array_equal(lab.value("n"), values[0])
    other = gradlab.build(MODEL.format(one=one), seed=9, backend=backend)
    assert np.array_equal(other.value("n"), lab.value("n"))


def test_noise_is_drawn_anew_in_every_update_and_begins_with_the_same_numbers() -> None:
    varying = seen(gradlab.build(MODEL.format(one="randn(3)"), backend="plain"))
    once = seen(gradlab.build(MODEL.format(one='randn(3, every="run")'), backend="plain"))
    assert len({value.tobytes() for value in varying}) == 4
    assert np.array_equal(varying[0], once[0])


def test_an_input_of_noise_is_an_input_and_can_be_fed() -> None:
    fed = np.array([3.0, 2.0, 1.0])
    lab = gradlab.build(MODEL.format(one="input(randn(3))"), data={"n": fed}, backend="plain")
    assert lab.graph.nodes[lab.known.nodes["n"]].op.name == "input"
    assert np.array_equal(lab.value("n"), fed)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('randn(3, every="epoch")', '`every` of `randn` is one of "update", "run", got "epoch"'),
        ("randn(3, kind='uniform')", "`randn` takes no argument `kind`: it takes the sizes, and `every`"),
        ("noise(shape=3, every=2)", '`every` of `noise` is one of "update", "run", got 2'),
        ("const(shape=3, init=3)", "`init` is an initializer, got a number"),
        ("const(shape=3, init=normal, fill=2)", "`const` takes `fill` or `init`, got both"),
        ("const([1.0], init=normal)", "`init` goes with `shape`: the value is given"),
        ("const(shape=3, init=lsuv)", "`lsuv` asks the data, and is for parameters"),
        ("input(w * randn(3))", "`input` takes numbers, got a node"),
        ("input(w)", "`input` takes numbers, got a node"),
    ],
)
def test_what_cannot_be_drawn_once_says_why(text: str, message: str) -> None:
    assert messages(MODEL.format(one=text))[:1] == [message]


def test_infinity_and_nan_are_numbers_of_the_language() -> None:
    text = "w = param([1.0, 2.0])\na = where(const([1, 0]), w, -inf)\nb = const([nan, inf])\nc = nan * w\nd = 1 / (w * inf)\n"
    lab = gradlab.build(text, backend="plain")
    lab.do("forward")
    assert lab.value("a").tolist() == [1.0, -np.inf] and lab.value("d").tolist() == [0.0, 0.0]
    assert np.isnan(lab.value("b")[0]) and lab.value("b")[1] == np.inf and np.isnan(lab.value("c")).all()
    assert messages("inf = 3") == ["`inf` is a word of the model language"]
    assert messages("w = param(1.0)\nminimize(w, sgd(inf))") == ["`lr` of `sgd` is a number, got inf"]
