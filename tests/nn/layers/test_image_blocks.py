"""Blocks on images and on numbers of rows: inception, squeeze and excitation, recurrent convolutions, embeddings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradlab
from tests.nn.built import drawn, params, passes_check, refusal, run, same

X = drawn(2, 3, 5, 5)
HEAD = "x = input(shape=(2, 3, 5, 5))\n"
IMAGES = "wants images of shape (batch, channels, height, width), got (3,)"
FILMS = "x is of shape (time, batch, channels, height, width), or without batch, got (3,)"


@pytest.mark.parametrize(
    ("head", "call"),
    [
        ("(1, 2, 4, 4)", "inception(x, [1, 2, 1, 1], act=tanh)"),
        ("(1, 2, 4, 4)", "inception(x, [0, 2, 0, 1], reduce=0, act=tanh)"),
        ("(2, 5, 2, 2)", "squeeze_excitation(x, act=tanh)"),
        ("(2, 2, 3, 3)", "conv_gru(x, 2)[0]"),
        ("(2, 2, 1, 3, 3)", "conv_gru(x, 1, kernel_size=1, truncate=2)[1]"),
    ],
)
def test_the_gradients_of_a_block_on_images_are_those_that_differences_give(head: str, call: str) -> None:
    assert passes_check(f"x = param(shape={head}, init=normal(1))\ny = {call}\nloss = sum(y * y)")


def test_the_branches_of_an_inception_block_are_pytorchs_convolutions(torch: Any) -> None:
    functional = torch.nn.functional
    lab = run(f"{HEAD}y = inception(x, [2, 4, 2, 3])\nloss = sum(y * y)", x=X)
    x = torch.tensor(X, requires_grad=True)

    def seen(image: Any, path: str, mark: str = "") -> Any:
        weights, bias = (torch.tensor(lab.value(f"y.{path}.{letter}{mark}")) for letter in "Wb")
        return functional.relu(functional.conv2d(image, weights, bias, padding=weights.shape[-1] // 2))

    pooled = functional.max_pool2d(x, 3, stride=1, padding=1)
    parts = [
        seen(x, "one"), seen(seen(x, "three", "_reduce"), "three"), seen(seen(x, "five", "_reduce"), "five"),
        seen(pooled, "pool"),
    ]  # fmt: skip
    y = torch.cat(parts, dim=1)
    (y * y).sum().backward()
    same(lab.value("y"), y.detach())
    same(lab.grad("x"), x.grad)


def test_a_gradient_is_cut_into_the_branches_of_an_inception_block() -> None:
    lab = run(f"{HEAD}y = inception(x, [2, 4, 2, 3])\nloss = sum(y * y)", x=X)
    ends = np.cumsum([0, 2, 4, 2, 3])
    for name, start, stop in zip(("one", "three", "five", "pool"), ends[:-1], ends[1:], strict=True):
        same(lab.grad(f"y.{name}.a"), lab.grad("y")[:, start:stop])


def test_an_inception_block_narrows_before_the_larger_kernels() -> None:
    assert params(f"{HEAD}y = inception(x, [2, 4, 0, 0])") == {
        "y.one.W": (2, 3, 1, 1), "y.one.b": (2,), "y.three.W_reduce": (2, 3, 1, 1), "y.three.b_reduce": (2,),
        "y.three.W": (4, 2, 3, 3), "y.three.b": (4,),
    }  # fmt: skip
    assert params(f"{HEAD}y = inception(x, [0, 4, 0, 0], reduce=0)") == {"y.three.W": (4, 3, 3, 3), "y.three.b": (4,)}


def test_squeeze_and_excitation_is_its_formula() -> None:
    lab = run(f"{HEAD}y = squeeze_excitation(x, 2)\nloss = sum(y)", x=X)
    narrow = np.maximum(X.mean(axis=(2, 3)) @ lab.value("y.W_1"), 0)
    loud = 1 / (1 + np.exp(-narrow @ lab.value("y.W_2")))
    same(lab.value("y"), X * loud[:, :, None, None])
    assert params(f"{HEAD}y = squeeze_excitation(x)")["y.W_1"] == (3, 1)


def test_a_convolutional_gru_is_its_formula(torch: Any) -> None:
    functional = torch.nn.functional
    images = drawn(3, 2, 2, 4, 4)
    lab = run("x = input(shape=(3, 2, 2, 4, 4))\nhs, h = conv_gru(x, 3)\nloss = sum(h * h)", x=images)
    x = torch.tensor(images, requires_grad=True)
    weights = {name: torch.tensor(lab.value(f"hs.{name}"), requires_grad=True) for name in ("W", "b", "W_h", "b_h")}
    h = torch.zeros(2, 3, 4, 4, dtype=torch.float64)
    for t in range(3):
        gates = functional.conv2d(torch.cat([x[t], h], dim=1), weights["W"], weights["b"], padding=1).sigmoid()
        z, r = gates.split(3, dim=1)
        candidate = functional.conv2d(torch.cat([x[t], r * h], dim=1), weights["W_h"], weights["b_h"], padding=1).tanh()
        h = z * h + (1 - z) * candidate
    (h * h).sum().backward()
    same(lab.value("h"), h.detach())
    same(lab.grad("x"), x.grad)
    for name, tensor in weights.items():
        same(lab.grad(f"hs.{name}"), tensor.grad)


def test_an_embedding_is_rows_of_a_table_and_sends_each_row_what_its_copies_got() -> None:
    text = "x = input([2, 0, 2])\nz = embedding(x, 4, 3)\nloss = sum(z * z)"
    lab = run(text)
    table = lab.value("z.E")
    same(lab.value("z"), table[[2, 0, 2]])
    same(lab.grad("z.E"), 2 * table * np.array([1, 0, 2, 0])[:, None])
    assert params(text) == {"z.E": (4, 3)}


def test_an_embedding_before_a_recurrent_layer_is_a_language_model() -> None:
    text = "x = input([[0], [1], [2], [2]])\nz = embedding(x, 4, 3)\nhs, h = gru(z, 5)\nlogits = dense(hs, 4)"
    lab = gradlab.build(text)
    assert [lab.nodes[lab.graph.aliases[name]].shape for name in ("z", "hs", "logits")] == [(4, 1, 3), (4, 1, 5), (4, 1, 4)]


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("inception(x, [1, 2])", "`channels` of `inception` is a list of four: for 1x1, 3x3, 5x5 and the pool"),
        ("inception(x, [0, 0, 0, 0])", "`channels` of `inception` leaves no branch: one of the four is not 0"),
        ("inception(x, [1, -1, 0, 0])", "`channels` of `inception` is from 0 to 1,000,000, got -1"),
        ("inception(x, [1, 1, 1, 1], reduce=-1)", "`reduce` of `inception` is from 0 to 1,000,000, got -1"),
        ("inception(v, [1, 1, 1, 1])", f"`inception` (node `y`): `inception` {IMAGES}"),
        ("squeeze_excitation(v)", f"`squeeze_excitation` (node `y`): `squeeze_excitation` {IMAGES}"),
        ("conv_gru(v, 2)", f"`conv_gru` (node `y`): {FILMS}"),
        ("conv_gru(x, 2, kernel_size=2)", "`kernel_size` of `conv_gru` is odd, so that a kernel has a middle, got 2"),
        ("conv_gru(x, 2, truncate=0)", "`truncate` of `conv_gru` is from 1 to 1,000,000, got 0"),
        ("embedding(x, 0, 3)", "`count` of `embedding` is from 1 to 1,000,000, got 0"),
        ("embedding(3, 4, 3)", "`x` of `embedding` is a value of the model, got 3"),
    ],
)  # fmt: skip
def test_what_a_block_on_images_cannot_do_is_said(call: str, text: str) -> None:
    assert refusal(f"{HEAD}v = input(shape=3)\ny = {call}") == text
