"""Blocks of deep networks: residual, before and after the activation, highway, densely connected; encoders and decoders."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from tests.nn.built import Floats, drawn, ops, params, passes_check, refusal, run, same

X = drawn(4, 6)
HEAD = "x = input(shape=(4, 6))\n"


def relu(z: Floats) -> Floats:
    return np.maximum(z, 0)


@pytest.mark.parametrize(
    "call",
    [
        "residual(x, act=tanh)", "residual(x, 3, depth=3, act=tanh, after=False)", "preactivation(x, act=sigmoid)",
        "preactivation(x, 3, depth=1, act=tanh)", "highway(x, act=tanh)", "dense_block(x, 2, layers=3, act=tanh)",
        "decoder(encoder(x, [4, 2], act=tanh), [4, 6], act=tanh)", "autoencoder(x, [4, 2], act=tanh)[0]",
        "autoencoder(x, [4, 2], act=tanh, tied=True)[0]",
    ],
)  # fmt: skip
def test_the_gradients_of_a_block_are_those_that_differences_give(call: str) -> None:
    assert passes_check(f"x = param(shape=(4, 6), init=normal(1))\ny = {call}\nloss = mean(y * y)")


@pytest.mark.parametrize("after", [True, False])
def test_a_residual_block_is_its_formula(after: bool) -> None:
    lab = run(f"{HEAD}y = residual(x, after={after})\nloss = sum(y)", x=X)
    w1, w2 = lab.value("y.W_1"), lab.value("y.W_2")
    total = relu(X @ w1) @ w2 + X
    same(lab.value("y"), relu(total) if after else total)


def test_without_an_op_behind_it_the_gradient_of_a_residual_block_is_one_and_that_of_the_branch() -> None:
    lab = run(f"{HEAD}y = residual(x, after=False)\nloss = sum(y)", x=X)
    w1, w2 = lab.value("y.W_1"), lab.value("y.W_2")
    branch = ((np.ones((4, 6)) @ w2.T) * (X @ w1 > 0)) @ w1.T
    same(lab.grad("x"), 1 + branch)


def test_a_residual_block_of_another_width_goes_around_through_a_matrix() -> None:
    assert params(f"{HEAD}y = residual(x, 9, depth=1)") == {"y.W_1": (6, 9), "y.b_1": (9,), "y.W_skip": (6, 9)}
    lab = run(f"{HEAD}y = residual(x, 9, depth=1, after=False)\nloss = sum(y)", x=X)
    same(lab.value("y"), X @ (lab.value("y.W_1") + lab.value("y.W_skip")))


def test_a_preactivation_block_is_its_formula_and_bends_nothing_on_the_way_around() -> None:
    lab = run(f"{HEAD}y = preactivation(x)\nz = preactivation(y)\nloss = sum(z)", x=X)
    y = X + relu(relu(X) @ lab.value("y.W_1")) @ lab.value("y.W_2")
    same(lab.value("y"), y)
    same(lab.value("z"), X + lab.value("y.F") + lab.value("z.F"))


@pytest.mark.parametrize("call", ["residual(x, after=False", "preactivation(x", "preactivation(x, depth=3"])
def test_a_block_whose_last_matrix_begins_at_zero_is_the_identity(call: str) -> None:
    lab = run(f"{HEAD}y = {call}, init_last=zeros)\nloss = sum(y * y)", x=X)
    assert lab.value("y").tolist() == X.tolist()
    same(lab.grad("x"), 2 * X)
    assert np.any(lab.grad("y.W_3" if "depth" in call else "y.W_2"))


def test_a_highway_layer_is_its_formula() -> None:
    lab = run(f"{HEAD}y = highway(x)\nloss = sum(y)", x=X)
    h, t = relu(X @ lab.value("y.W")), 1 / (1 + np.exp(-(X @ lab.value("y.W_T") - 1)))
    same(lab.value("y"), h * t + X * (1 - t))
    same(lab.value("y.carry") + lab.value("y.gate"), np.ones((4, 6)))


@pytest.mark.parametrize(("carry", "begins"), [("", -1.0), (", carry=-3", -3.0), (", carry=0", 0.0)])
def test_a_highway_layer_begins_by_carrying(carry: str, begins: float) -> None:
    lab = run(f"{HEAD}y = highway(x{carry}, init=zeros)\nloss = sum(y)", x=X)
    assert lab.value("y.b_T").tolist() == [begins] * 6
    same(lab.value("y.gate"), np.full((4, 6), 1 / (1 + np.exp(-begins))))
    same(lab.grad("x"), lab.value("y.carry"))


def test_a_dense_block_adds_growth_channels_a_layer_and_has_all_direct_connections() -> None:
    text = f"{HEAD}y = dense_block(x, 4, layers=5)"
    assert [shape for name, shape in params(text).items() if name.endswith("W")] == [(6 + 4 * i, 4) for i in range(5)]
    lab = gradlab.build(text)
    place = {node.name: node for node in lab.nodes}
    assert place["y"].shape == (4, 26)
    read = {k: place[f"y.l{k}.x"].inputs if k else (0,) for k in range(5)}
    assert sum(len(inputs) for inputs in read.values()) == 15 == 5 * 6 // 2
    hidden = [place[f"y.l{k}.h"].index for k in range(5)]
    assert all(list(read[k]) == [0, *hidden[:k]] for k in range(5))
    assert list(place["y"].inputs) == [0, *hidden]


def test_a_dense_block_is_its_formula() -> None:
    lab = run(f"{HEAD}y = dense_block(x, 2, layers=3)\nloss = sum(y)", x=X)
    y = X
    for k in range(3):
        y = np.hstack([y, relu(y @ lab.value(f"y.l{k}.W") + lab.value(f"y.l{k}.b"))])
    same(lab.value("y"), y)


def test_an_autoencoder_has_as_many_numbers_as_its_source_says() -> None:
    shapes = params("x = input(shape=(8, 100))\ny, code = autoencoder(x, [50, 10])")
    sizes = {name: int(np.prod(shape)) for name, shape in shapes.items()}
    assert [sizes[f"y.{w}"] + sizes[f"y.{b}"] for w, b in (("W_1", "b_1"), ("W_2", "b_2"), ("V_1", "d_1"), ("V_2", "d_2"))] == [
        5050, 510, 550, 5100,
    ]  # fmt: skip
    assert sum(sizes.values()) == 11_210


def test_an_encoder_and_a_decoder_make_the_same_ops_as_an_autoencoder() -> None:
    apart = ops(f"{HEAD}c = encoder(x, [4, 2])\ny = decoder(c, [4, 6])")
    assert (
        apart == ops(f"{HEAD}y, c = autoencoder(x, [4, 2])") == ["affine", "relu", "affine", "relu", "affine", "relu", "affine"]
    )
    assert ops(f"{HEAD}c = encoder(x, 2, last=False)") == ["affine"]


def test_the_gradient_of_a_tied_matrix_is_the_sum_of_both_uses() -> None:
    lab = run(f"{HEAD}y, code = autoencoder(x, [3], act=tanh, tied=True)\nloss = sum(y * y)", x=X)
    assert list(params(f"{HEAD}y, code = autoencoder(x, [3], tied=True)")) == ["y.W_1", "y.b_1", "y.d_1"]
    down = X.T @ lab.grad("y.z_1")
    up = lab.value("code").T @ lab.grad("y")
    assert np.abs(down).max() > 0.1 and np.abs(up).max() > 0.1
    same(lab.grad("y.W_1"), down + up.T)
    same(lab.grad("y.V_1"), up)


def test_a_loop_of_blocks_is_as_many_layers() -> None:
    lab = gradlab.build(f"{HEAD}h = x\nfor k in range(25):\n    h = highway(h)")
    assert lab.graph.layers == [f"h.{k}" for k in range(25)]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("residual(s)", "`residual` (node `y`): `x` of `residual` is a vector or rows of vectors, got a single number"),
        ("residual(x, act=softmax)", "`softmax` is a word that is called"),
        ("residual(x, act='relu')", "`act` of `residual` is an op such as `tanh` or `relu`, got \"relu\""),
        ("residual(x, act=he)", "`act` of `residual` is an op such as `tanh` or `relu`, got he"),
        ("residual(x, depth=0)", "`depth` of `residual` is from 1 to 1,000, got 0"),
        ("residual(x, after=1)", "`after` of `residual` is one of True, False, got 1"),
        ("residual(x, init_last=3)", "`init_last` of `residual` is an initializer such as `he` or `normal(0.01)`, got 3"),
        ("preactivation(x, 0)", "`units` of `preactivation` is from 1 to 1,000,000, got 0"),
        ("preactivation(3)", "`x` of `preactivation` is a value of the model, got 3"),
        ("highway(x, carry='no')", '`carry` of `highway` is a number, got "no"'),
        ("highway(x, init=2)", "`init` of `highway` is an initializer such as `he` or `normal(0.01)`, got 2"),
        ("dense_block(x, 0)", "`growth` of `dense_block` is from 1 to 1,000,000, got 0"),
        ("dense_block(x, 4, layers=0)", "`layers` of `dense_block` is from 1 to 1,000, got 0"),
        ("encoder(x, [])", "`sizes` of `encoder` is a list of 1 to 1,000 whole numbers, got 0"),
        ("encoder(x, [4, 2.5])", "`sizes` of `encoder` is a whole number, got 2.5"),
        ("decoder(x, [4, 0])", "`sizes` of `decoder` is from 1 to 1,000,000, got 0"),
        ("autoencoder(x, [4], tied=2)", "`tied` of `autoencoder` is one of True, False, got 2"),
    ],
)  # fmt: skip
def test_what_a_block_cannot_do_is_said(call: str, text: str) -> None:
    assert refusal(f"{HEAD}s = input(1.0)\ny = {call}") == text
