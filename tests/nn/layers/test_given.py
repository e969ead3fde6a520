"""Parameters that are given to a layer of the library: the op is the same, no parameter is made, and shapes are checked."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from tests.nn.built import ops, params, passes_check, refusal, run, same

CASES = {
    "dense(x, 5, W=W, b=b)": "x, W, b = randn(4, 3), param(shape=(3, 5)), param(shape=5)",
    "conv(x, 2, 3, W=W, b=b, padding=1)": "x, W, b = randn(2, 3, 4, 4), param(shape=(2, 3, 3, 3)), param(shape=2)",
    "conv_signal(x, 2, 3, W=W, b=b)": "x, W, b = randn(2, 3, 8), param(shape=(2, 3, 3)), param(shape=2)",
    "conv_transpose(x, 2, 3, W=W, b=b)": "x, W, b = randn(2, 3, 4, 4), param(shape=(3, 2, 3, 3)), param(shape=2)",
    "dropconnect(x, 5, W=W, b=b)": "x, W, b = randn(4, 3), param(shape=(3, 5)), param(shape=5)",
    "embedding(const([1, 0]), 3, 2, E=W)": "W = param(shape=(3, 2))",
    "batch_norm(x, gamma=W, beta=b)": "x, W, b = randn(4, 3), param(shape=3, init=ones), param(shape=3)",
}


@pytest.mark.parametrize("call", CASES)
def test_given_parameters_are_used_and_none_are_made(call: str) -> None:
    text = f"{CASES[call]}\ny = {call}\nf = sum(y ** 2)"
    assert set(params(text)) == {"W", "b"} & set(CASES[call].split(" = ")[0].split(", "))
    assert passes_check(text)
    lab = run(text)
    assert all(lab.grad(name).any() for name in params(text))


@pytest.mark.parametrize("call", CASES)
def test_the_ops_are_those_of_a_layer_that_makes_its_own(call: str) -> None:
    own = call.replace(", W=W", "").replace(", b=b", "").replace(", E=W", "").replace(", gamma=W", "").replace(", beta=b", "")
    assert ops(f"{CASES[call]}\ny = {call}") == ops(f"{CASES[call]}\ny = {own}")


def test_what_is_not_given_is_made() -> None:
    assert params("x, V = randn(4, 3), param(shape=(3, 5))\nh = dense(x, 5, W=V)") == {"V": (3, 5), "h.b": (5,)}
    assert params("x, c = randn(4, 3), param(shape=3)\nh = batch_norm(x, beta=c)") == {"c": (3,), "h.gamma": (3,)}
    assert params("x, V = randn(4, 3), param(shape=(3, 5))\nh = dense(x, 5, bias=False, W=V)") == {"V": (3, 5)}


def test_weights_of_an_encoder_are_tied_to_its_decoder() -> None:
    text = "x = randn(4, 6)\nh = tanh(dense(x, 3))\ny = dense(h, 6, W=h.W.T)\nf = mse(y, x)"
    assert params(text) == {"h.W": (6, 3), "h.b": (3,), "y.b": (6,)}
    assert passes_check(text)


def test_a_bias_begins_as_an_initializer_says() -> None:
    lab = gradlab.build("x = randn(4, 3)\na = dense(x, 2, bias=constant(0.1))\nb = dense(x, 2, bias=ones)\nc = dense(x, 2)")
    same(np.stack([lab.value(f"{name}.b") for name in "abc"]), [[0.1, 0.1], [1, 1], [0, 0]])


def test_statistics_that_are_given_to_a_batch_norm_are_for_use_and_stay() -> None:
    text = "x = randn(8, 2)\nm, v = const([1.0, 2.0]), const([4.0, 9.0])\ny = batch_norm(x, eps=0, affine=False, mean=m, var=v)"
    lab = gradlab.build(f"{text}\nW = param(shape=(2, 1))\nminimize(mean(y @ W), sgd(0.1))")
    assert not [node for node in lab.graph.nodes if node.op.role == "buffer"]
    lab.do("train 2")
    lab.do("mode eval")
    lab.do("forward")
    same(lab.value("y"), (lab.value("x") - [1.0, 2.0]) / [2.0, 3.0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y = dense(x, 5, W=V)", "`dense` (node `y`): `W` is of shape (3, 5) here, got (3, 4)"),
        ("y = dense(x, 4, W=V, b=V)", "`dense` (node `y`): `b` is of shape (4,) here, got (3, 4)"),
        ("y = dense(x, 4, W=3)", "`W` of `dense` is a value of the model, got 3"),
        ("y = dense(x, 4, bias=False, b=V)", "`dense` takes `b` or `bias`, got both"),
        ("y = dense(x, 4, bias=ones, b=V)", "`dense` takes `b` or `bias`, got both"),
        ("y = dense(x, 4, bias=0.1)", "`bias` of `dense` is True, False or an initializer such as `constant(0.1)`, got 0.1"),
        ("y = conv(randn(1, 3, 4, 4), 2, 3, W=V)", "`conv` (node `y`): `W` is of shape (2, 3, 3, 3) here, got (3, 4)"),
        ("y = embedding(const([1]), 3, 2, E=V)", "`embedding` (node `y`): `E` is of shape (3, 2) here, got (3, 4)"),
        ("y = batch_norm(x, gamma=V)", "`batch_norm` (node `y`): `gamma` is of shape (3,) here, got (3, 4)"),
        ("y = batch_norm(x, mean=V)", "`batch_norm` (node `y`): `mean` is of shape (3,) here, got (3, 4)"),
        ("y = batch_norm(x, affine=False, gamma=V)", "`batch_norm` with `affine=False` takes no `gamma` and no `beta`"),
    ],
)
def test_what_does_not_fit_is_refused(text: str, message: str) -> None:
    assert refusal(f"x, V = randn(4, 3), param(shape=(3, 4))\n{text}") == message
