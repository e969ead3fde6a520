"""Networks of these layers learn: four letters in order, and handwritten digits through 25 layers."""

from __future__ import annotations

import pytest

import gradlab
from gradlab.session import Lab

HELLO = """
x = input([[[1, 0, 0, 0]], [[0, 1, 0, 0]], [[0, 0, 1, 0]], [[0, 0, 1, 0]]])
t = input([[1], [2], [2], [3]])
{0}
logits = dense(hs, 4)
loss = cross_entropy(logits, t)
minimize(loss, adam(lr=0.05))
"""

DIGITS = """
x, t = dataset("digits", split="train", batch=32)
h = dense(x, 32)
for k in range(25):
    h = {0}
logits = dense(h, 10)
loss = cross_entropy(logits, t)
minimize(loss, momentum(lr=0.05))
"""


def held(lab: Lab, text: str) -> None:
    """Hold an assertion of the lab language, and show what it says when it fails."""
    outcome = lab.do(f"expect {text}")
    assert outcome.ok, outcome.lines


@pytest.mark.parametrize(
    "call",
    ["hs, h = rnn(x, 8)", "hs, h = gru(x, 8)", "hs, h, c = lstm(x, 8)", "hs, h, c = lstm(x, 6, layers=2)"],
)
def test_a_recurrent_network_learns_a_word_with_two_equal_letters(call: str) -> None:
    lab = gradlab.build(HELLO.format(call), seed=0)
    lab.do("forward")
    held(lab, "loss ~= log(4) tol 40%")
    lab.do("train 100")
    lab.do("forward")
    held(lab, "loss < 0.1")
    assert lab.value("logits").argmax(axis=2).ravel().tolist() == [1, 2, 2, 3]


@pytest.mark.parametrize(
    "block",
    ["preactivation(h, init=normal(0.1))", "residual(h, init=normal(0.05))", "highway(h, act=tanh, carry=-3, init=xavier)"],
)
def test_25_layers_with_a_way_around_learn_the_digits(block: str) -> None:
    lab = gradlab.build(DIGITS.format(block), seed=0)
    lab.do("train 3 epochs")
    held(lab, 'on("test", accuracy(logits, t)) > 0.7')


def test_25_plain_layers_do_not() -> None:
    lab = gradlab.build(DIGITS.format("tanh(dense(h, 32))"), seed=0)
    lab.do("train 3 epochs")
    held(lab, 'on("test", accuracy(logits, t)) < 0.4')
