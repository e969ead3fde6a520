"""Layer and group normalisation as layers: parameters of their own, or those that are given."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.errors import ScenarioError
from gradlab.op import Array
from gradlab.session import Lab, build

X = "x = input([[[1.0, 2.0, 6.0], [0.0, -1.0, 4.0]], [[3.0, 3.5, 2.0], [9.0, 1.0, 0.5]]])\n"


def forward(text: str) -> Lab:
    lab = build(X + text, backend="plain")
    lab.do("forward")
    return lab


def normalised(x: Array, axes: tuple[int, ...], eps: float = 1e-5) -> Array:
    middle, spread = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    return np.asarray((x - middle) / np.sqrt(spread + eps))


@pytest.mark.parametrize(
    ("call", "axes", "shape"),
    [
        ("layer_norm(x)", (2,), (3,)),
        ("layer_norm(x, axes=2)", (1, 2), (2, 3)),
        ("group_norm(x, 1)", (1, 2), (2,)),
        ("group_norm(x, groups=2)", (2,), (2,)),
        ("instance_norm(x)", (2,), (2,)),
    ],
)
def test_a_new_normalisation_has_a_scale_of_one_and_a_shift_of_zero(
    call: str, axes: tuple[int, ...], shape: tuple[int, ...]
) -> None:
    lab = forward(f"y = {call}")
    np.testing.assert_allclose(lab.value("y"), normalised(lab.value("x"), axes), rtol=1e-12)
    np.testing.assert_array_equal(lab.value("y.gamma"), np.ones(shape))
    np.testing.assert_array_equal(lab.value("y.beta"), np.zeros(shape))
    assert [n.name for n in lab.graph.params] == ["y.gamma", "y.beta"]


def test_a_scale_and_a_shift_that_are_given_are_used() -> None:
    lab = forward("g, b = param([1.0, 2.0, 3.0]), param([0.0, 5.0, 1.0])\ny = layer_norm(x, g, b, eps=0.1)")
    np.testing.assert_allclose(lab.value("y"), lab.value("g") * normalised(lab.value("x"), (2,), 0.1) + lab.value("b"))
    assert [n.name for n in lab.graph.params] == ["g", "b"]
    lab = forward("g, b = param([1.0, 2.0]), param([0.0, 5.0])\ny = group_norm(x, 2, g, b)")
    wanted = lab.value("g")[:, None] * normalised(lab.value("x"), (2,)) + lab.value("b")[:, None]
    np.testing.assert_allclose(lab.value("y"), wanted, rtol=1e-12)


@pytest.mark.parametrize("call", ["layer_norm(x)", "group_norm(x, 2)"])
def test_what_is_normalised_is_the_value_before_the_nonlinearity(call: str) -> None:
    lab = build(X + f'with layer("n"):\n    z = {call}\n    y = relu(z)\nloss = sum(y * y * y)', backend="plain")
    lab.do("backward")
    assert {verdict.verdict for verdict in lab.check()} <= {"ok", "kink", "rounding"}
    assert lab.environment().value("n", "z").tolist() == lab.value("n.z").tolist()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("layer_norm(x, axes=4)", "`layer_norm` (node `y`): `layer_norm` over 4 axes wants as many, got shape (2, 2, 3)"),
        ("layer_norm(x, x)", "`layer_norm` takes `gamma` and `beta` or neither of them"),
        ("layer_norm(x, 1, 2)", "`gamma` of `layer_norm` is a value of the model, got 1"),
        ("group_norm(x)", "`group_norm` needs `groups`; it takes (x, groups, gamma=None, beta=None, eps=1e-05)"),
        ("group_norm(x, 3)", "`group_norm` (node `y`): `groups` of `group_norm` divides the 2 channels, got 3"),
        (
            "group_norm(x[0, 0], 1)",
            "`group_norm` (node `y`): `group_norm` wants samples with channels, (B, C) or (B, C, …), got shape (3,)",
        ),
    ],
)
def test_wrong_arguments_are_refused(call: str, text: str) -> None:
    with pytest.raises(ScenarioError) as error:
        forward(f"y = {call}")
    assert error.value.problems[0].message == text


def test_an_rms_norm_divides_by_the_root_of_the_mean_of_squares() -> None:
    lab = forward("y = rms_norm(x)\nw = rms_norm(x, axes=2, eps=0)\ng = rms_norm(x, const([1, 2, 3]))")
    x = lab.value("x")
    over = np.sqrt(np.mean(x**2, axis=2, keepdims=True) + 1e-5)
    np.testing.assert_allclose(lab.value("y"), x / over, rtol=1e-12)
    np.testing.assert_allclose(lab.value("w"), x / np.sqrt(np.mean(x**2, axis=(1, 2), keepdims=True)), rtol=1e-12)
    np.testing.assert_allclose(lab.value("g"), np.array([1, 2, 3]) * x / over, rtol=1e-12)
    assert [n.name for n in lab.graph.params] == ["y.gamma", "w.gamma"]


def test_an_instance_norm_without_scale_and_shift_has_no_parameters() -> None:
    lab = forward("y = instance_norm(x, affine=False)")
    np.testing.assert_allclose(lab.value("y"), normalised(lab.value("x"), (2,)), rtol=1e-12)
    assert not lab.graph.params


@pytest.mark.parametrize(
    ("model", "text"),
    [
        ("instance_norm(input(shape=(3, 2)))", "wants samples with channels and places, (B, C, …), got shape (3, 2)"),
        ("instance_norm(input(shape=(3, 2, 1)))", "wants more than one place in a channel, got shape (3, 2, 1)"),
        ("rms_norm(input(shape=(3, 2)), axes=3)", "`rms_norm` over 3 axes wants as many, got shape (3, 2)"),
        ("rms_norm(input(shape=(3, 2)), const(shape=3))", "gamma of `rms_norm` has the last axes of x, (3, 2), got (3,)"),
    ],
)
def test_what_cannot_be_normalised_is_refused(model: str, text: str) -> None:
    with pytest.raises(ScenarioError) as error:
        build(f"y = {model}")
    assert text in str(error.value)
