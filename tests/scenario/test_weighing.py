"""Losses whose terms have weights, and targets that do not count."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.ops import OPS
from tests.scenario.reading import messages, ops_of, traced

LOGITS = "x = param([[1.0, 2, 3], [0, 1, 0], [2, 0, 1]])\nt = input([0, 2, 1])\nw = input([1.0, 3, 0.5])\n"
PAIRS = "x = param([[1.0, 2], [0.5, -1], [2, 0.25]])\nt = input([[1.0, 1], [-1, 1], [1, -1]])\nw = input([1.0, 3, 0.5])\n"

TAKES = '(x, t, reduction="mean", sample_weights=None)'
SHARES = (
    "x = param([[0.5, 0.3], [0.2, 0.9], [0.1, 0.2]])\nt = input([[0.5, 0.5], [0.1, 1], [1, 0.7]])\nw = input([1.0, 3, 0.5])\n"
)


def run(text: str) -> Any:
    lab = gradlab.build(text, backend="plain")
    lab.do("forward")
    lab.do("backward")
    return lab


def each(name: str) -> str:
    """Return a model of the terms of a loss."""
    op = OPS[name]
    classes = ("t" in op.inputs and op.applies == "softmax") or name in ("nll", "multiclass_hinge")
    return (LOGITS if classes else SHARES if "p" in op.inputs else PAIRS) + f'each = {name}(x, t, reduction="none")\n'


LOSSES = sorted(name for name, op in OPS.items() if op.has_terms and len(op.inputs) == 2)


def test_all_losses_are_here() -> None:
    assert {"mse", "bce", "nll", "cross_entropy", "hinge", "kl", "cosine_loss", "huber"} <= set(LOSSES)


@pytest.mark.parametrize("name", LOSSES)
def test_a_weighted_mean_is_the_sum_of_weighted_terms_over_the_sum_of_weights(name: str) -> None:
    lab = run(each(name) + f"loss = {name}(x, t, sample_weights=w)\nloss2 = sum(loss)\n")
    terms, w = lab.value("each"), lab.value("w")
    wide = np.broadcast_to(w.reshape(3, *(1,) * (terms.ndim - 1)), terms.shape)
    np.testing.assert_allclose(lab.value("loss"), np.sum(wide * terms) / np.sum(wide), rtol=1e-14)
    assert lab.do("check").ok


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("reduction", ["sum", "none"])
def test_weighted_terms_and_their_sum(name: str, reduction: str) -> None:
    lab = run(each(name) + f'y = {name}(x, t, reduction="{reduction}", sample_weights=w)\nloss = sum(y)\n')
    terms, w = lab.value("each"), lab.value("w")
    wanted = w.reshape(3, *(1,) * (terms.ndim - 1)) * terms
    np.testing.assert_allclose(lab.value("y"), wanted if reduction == "none" else wanted.sum(), rtol=1e-14)


@pytest.mark.parametrize("name", LOSSES)
def test_equal_weights_change_nothing(name: str) -> None:
    lab = run(each(name) + f"a = {name}(x, t)\nb = {name}(x, t, sample_weights=[2, 2, 2])\nloss = a + b\n")
    np.testing.assert_allclose(lab.value("a"), lab.value("b"), rtol=1e-14)


def test_the_terms_are_a_node_of_their_own() -> None:
    assert ops_of(traced(PAIRS + "loss = mse(x, t, sample_weights=w)"))[-2:] == ["mse", "weighted_mean"]


def test_ignored_targets_do_not_count_in_a_weighted_mean() -> None:
    lab = run(LOGITS + "loss = cross_entropy(x, t, ignore_index=2, sample_weights=w)\n")
    z = lab.value("x")
    terms = [np.log(np.sum(np.exp(z[i]))) - z[i, c] for i, c in ((0, 0), (2, 1))]
    np.testing.assert_allclose(lab.value("loss"), (terms[0] + 0.5 * terms[1]) / 1.5, rtol=1e-14)
    assert not lab.grad("x")[1].any() and lab.grad("x")[0].any()


def test_weights_of_classes_and_of_samples_are_multiplied_in_a_sum() -> None:
    lab = run(
        LOGITS + 'a = cross_entropy(x, t, "none", weights=[1, 2, 3])\n'
        'loss = cross_entropy(x, t, "sum", weights=[1, 2, 3], sample_weights=w)\n'
    )
    np.testing.assert_allclose(lab.value("loss"), np.sum(lab.value("a") * lab.value("w")), rtol=1e-14)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("mse(x, t, sample_weights=[1, 2])",
         "`sample_weights` of `mse`: weights have the shape of what they weigh, (3, 2), or of its first axes, got (2,)"),
        ("mse(x, t, weights=w)",
         f'`mse` has no argument `weights`; it takes {TAKES}: did you mean `sample_weights`?'),
        ("mse(x, t, 'max', sample_weights=w)",
         "`mse` (node `loss`): `reduction` is 'mean' or 'sum' or 'none', got 'max'"),
        ("cross_entropy(x, sum(t, axis=1), weights=[1, 2], sample_weights=w)",
         '`cross_entropy` with `weights` of classes and `sample_weights` has no mean: take reduction="sum"'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_weights(text: str, message: str) -> None:
    assert messages(PAIRS + f"loss = {text}") == [message]
