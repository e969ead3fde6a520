"""Convolutional layers: one op with its parameters, and two steps of them; held against PyTorch's functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.nn.built import drawn, params, passes_check, refusal, run, same

X = drawn(2, 4, 6, 5)
HEAD = "x = input(shape=(2, 4, 6, 5))\n"


def test_conv_is_one_op_with_kernels_and_a_bias(torch: Any) -> None:
    text = HEAD + "z = conv(x, 6, (3, 2), stride=2, padding=1, groups=2, init=normal(0.5))\nloss = sum(z * z)"
    lab = run(text, x=X)
    assert params(text) == {"z.W": (6, 2, 3, 2), "z.b": (6,)}
    given = [torch.tensor(a) for a in (X, lab.value("z.W"), lab.value("z.b"))]
    same(lab.value("z"), torch.nn.functional.conv2d(*given, stride=2, padding=1, groups=2))
    assert passes_check(text, x=X)


def test_conv_without_bias_has_only_kernels_and_takes_a_single_image(torch: Any) -> None:
    text = "x = input(shape=(4, 6, 5))\nz = conv(x, 3, 3, bias=False)\nloss = sum(z * z)"
    lab = run(text, x=X[0])
    assert list(params(text)) == ["z.W"]
    same(lab.value("z"), torch.nn.functional.conv2d(torch.tensor(X[0]), torch.tensor(lab.value("z.W"))))


def test_a_separable_convolution_is_a_depthwise_one_and_a_mix(torch: Any) -> None:
    text = HEAD + "z = separable_conv(x, 7, 3, padding=1, init=normal(0.5))\nloss = sum(z * z)"
    lab = run(text, x=X)
    assert params(text) == {"z.D": (4, 1, 3, 3), "z.W": (7, 4, 1, 1), "z.b": (7,)}
    depth, mix, bias = (torch.tensor(lab.value(name)) for name in ("z.D", "z.W", "z.b"))
    seen = torch.nn.functional.conv2d(torch.tensor(X), depth, padding=1, groups=4)
    same(lab.value("z"), torch.nn.functional.conv2d(seen, mix, bias))
    assert passes_check(text, x=X)


def test_conv_signal_is_one_op_over_signals(torch: Any) -> None:
    text = (
        "x = input(shape=(2, 4, 9))\nz = conv_signal(x, 6, 3, 2, 1, dilation=2, groups=2, init=normal(0.5))\nloss = sum(z * z)"
    )
    signals = drawn(2, 4, 9)
    lab = run(text, x=signals)
    assert params(text) == {"z.W": (6, 2, 3), "z.b": (6,)}
    given = [torch.tensor(a) for a in (signals, lab.value("z.W"), lab.value("z.b"))]
    same(lab.value("z"), torch.nn.functional.conv1d(*given, stride=2, padding=1, dilation=2, groups=2))
    assert passes_check(text, x=signals)


def test_conv_transpose_makes_images_larger(torch: Any) -> None:
    text = HEAD + "z = conv_transpose(x, 6, (3, 2), 2, 1, output_padding=1, groups=2, init=normal(0.5))\nloss = sum(z * z)"
    lab = run(text, x=X)
    assert params(text) == {"z.W": (4, 3, 3, 2), "z.b": (6,)}
    given = [torch.tensor(a) for a in (X, lab.value("z.W"), lab.value("z.b"))]
    same(lab.value("z"), torch.nn.functional.conv_transpose2d(*given, stride=2, padding=1, output_padding=1, groups=2))
    assert passes_check(text, x=X)


@pytest.mark.parametrize("call", ["conv_signal(s, 3, 3, bias=False)", "conv_transpose(s, 3, 3, bias=False)"])
def test_layers_without_bias_have_only_kernels(call: str) -> None:
    shape = (4, 9) if "signal" in call else (4, 9, 9)
    assert list(params(f"s = input(shape={shape})\nz = {call}\nloss = sum(z * z)")) == ["z.W"]


def test_the_kernels_of_a_layer_begin_with_the_spread_that_their_inputs_ask_for() -> None:
    lab = run("x = input(shape=(1, 16, 5, 5))\nz = conv(x, 64, 5, init=he)\nloss = sum(z)", x=drawn(1, 16, 5, 5))
    assert np.std(lab.value("z.W")) == pytest.approx(np.sqrt(2 / (16 * 25)), rel=0.02)
    assert not lab.value("z.b").any()


def test_a_call_without_bias_is_the_op_without_bias(torch: Any) -> None:
    given = {"x": X, "w": drawn(3, 4, 2, 2, seed=1)}
    lab = run(HEAD + "w = input(shape=(3, 4, 2, 2))\nz = conv2d(x, w, stride=2)\nloss = sum(z)", **given)
    same(lab.value("z"), torch.nn.functional.conv2d(torch.tensor(X), torch.tensor(given["w"]), stride=2))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("conv(sum(x), 3, 3)", "`conv` wants images of shape (batch, channels, height, width), got ()"),
        ("conv(x, 0, 3)", "`channels` of `conv` is from 1 to 1,000,000, got 0"),
        ("conv(x, 3, 0)", "`kernel_size` is at least 1, got 0"),
        ("conv(x, 3, 7)", "a window of 7x7 does not fit into 6x5"),
        ("conv(x, 6, 3, groups=3)", "3 groups cannot share the 4 channels of x of shape (2, 4, 6, 5)"),
        ("conv(x, 3, 3, groups=2)", "2 groups cannot share the 3 kernels of W of shape (3, 2, 3, 3)"),
        ("conv(x, 3, 3, bias=0)", "`bias` of `conv` is True, False or an initializer such as `constant(0.1)`, got 0"),
        ("conv_signal(x, 3, 3)", "`conv_signal` wants signals of shape (batch, channels, length), got (2, 4, 6, 5)"),
        ("conv_signal(reshape(x, (2, 4, 30)), 3, 31)", "a window of 31 does not fit into 30"),
        (
            "conv_signal(reshape(x, (2, 4, 30)), 3, 3, groups=3)",
            "3 groups cannot share the 4 channels of x of shape (2, 4, 30)",
        ),
        ("conv_transpose(sum(x), 3, 3)", "`conv_transpose` wants images of shape (batch, channels, height, width), got ()"),
        ("conv_transpose(x, 3, 3, groups=2)", "2 groups cannot share 3 channels"),
        ("conv_transpose(x, 3, 3, groups=3)", "3 groups cannot share the 4 channels of x of shape (2, 4, 6, 5)"),
        (
            "separable_conv(x, 3, 3, init=3)",
            "`init` of `separable_conv` is an initializer such as `he` or `normal(0.01)`, got 3",
        ),
        ("separable_conv(x, 3, 2.5)", "`kernel_size` is a whole number or a pair of them, got 2.5"),
    ],
)
def test_what_is_no_layer_is_refused(call: str, text: str) -> None:
    assert text in refusal(HEAD + f"z = {call}")
