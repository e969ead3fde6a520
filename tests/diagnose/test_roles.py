"""Inputs, targets, output, task and chance are found as a person would name them, however the loss is written."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from gradlab.diagnose.examination import Examination, examine
from gradlab.session import build

DATA = 'x, t = dataset("moons", n=100, split="train", batch=16)\n'
THREE = 'x, t = dataset("blobs", n=90, split="train", batch=18)\n'
WAVE = "x = input([[0.0], [1.0], [2.0], [3.0]])\nt = input([[1.0], [2.0], [4.0], [9.0]])\n"
ROWS = "x = input([[0.0], [1.0], [2.0], [3.0]])\nt = input([0, 0, 0, 1])\n"
END = "minimize(loss, sgd(0.1))\n"


def examined(text: str, updates: int = 1) -> Examination:
    return examine(build(text + END, backend="plain"), updates)


def named(examination: Examination) -> tuple[list[str], list[str], str, str, str]:
    """Return inputs, targets, the output, what the loss takes it for, and the task."""
    roles, nodes = examination.roles, examination.graph.nodes
    out = roles.output
    return (
        [nodes[i].name for i in roles.inputs], [nodes[i].name for i in roles.targets],
        "" if out is None else nodes[out.node].name, "" if out is None else out.takes, roles.task,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "output", "takes", "task"),
    [
        (DATA + "out = dense(x, 2)\nloss = cross_entropy(out, t)\n", "out", "logits", "classes"),
        (DATA + "out = dense(x, 1)\nloss = bce(reshape(out, (16,)), t)\n", "out", "logits", "classes"),
        (DATA + "p = sigmoid(dense(x, 1))\nloss = bce_probabilities(reshape(p, (16,)), t)\n", "p", "probabilities", "classes"),
        (DATA + "p = sigmoid(dense(x, 1))\nloss = bce_probabilities(clip(reshape(p, (16,)), 1e-6, 1 - 1e-6), t)\n",
         "p", "probabilities", "classes"),
        (DATA + "p = log_softmax(dense(x, 2))\nloss = nll(p, t)\n", "p", "logarithms", "classes"),
        (DATA + "p = softmax(dense(x, 2))\nloss = -mean(sum(one_hot(t, 2) * log(clip(p, 1e-7, 1)), axis=1))\n",
         "p", "probabilities", "classes"),
        (DATA + "p = softmax(dense(x, 2))\nq = p / sum(p, axis=1, keepdims=True)\n"
         "loss = -mean(sum(one_hot(t, 2) * log(q + 1e-8), axis=1))\n", "p", "probabilities", "classes"),
        (DATA + "p = softmax(dense(x, 2))\nloss = -mean(log(take_along_axis(p, reshape(t, (16, 1)), axis=1)))\n",
         "p", "probabilities", "classes"),
        (DATA + "p = softmax(dense(x, 2))\nloss = -mean(log(sum(one_hot(t, 2) * p, axis=1)))\n",
         "p", "probabilities", "classes"),
        (DATA + "p = reshape(sigmoid(dense(x, 1)), (16,))\nloss = -mean(t * log(p + 1e-9) + (1 - t) * log(1 - p + 1e-9))\n",
         "_sigmoid.0", "probabilities", "classes"),
        (DATA + "out = dense(x, 1)\nloss = mean((reshape(out, (16,)) - t) ** 2)\n", "out", "", "regression"),
        (DATA + "out = tanh(dense(x, 1))\nloss = mse(reshape(out, (16,)), t)\n", "out", "", "classes"),
        (DATA + "h = dense(x, 2)\nout = dense(x + tanh(h), 2)\nloss = cross_entropy(out, t)\n", "out", "logits", "classes"),
    ],
)  # fmt: skip
def test_the_output_is_what_the_loss_reads_opposite_the_target(text: str, output: str, takes: str, task: str) -> None:
    assert named(examined(text)) == (["x"], ["t"], output, takes, task)


def test_what_is_input_and_target_is_both() -> None:
    examination = examined(WAVE + "out = dense(tanh(dense(t, 3)), 1)\nloss = mse(out, t)\n")
    nodes = examination.graph.nodes
    assert [nodes[i].name for i in examination.roles.both] == ["t"]


def test_a_model_of_several_labels_says_so() -> None:
    text = "x = input([[0.0], [1.0]])\nt = input([[1, 1, 0], [0, 0, 0]])\nout = dense(x, 3)\nloss = bce(out, t)\n"
    assert named(examined(text))[4] == "multi-label"


@pytest.mark.parametrize(
    ("text", "loss"),
    [
        (WAVE + "out = dense(x, 1)\nloss = mse(out, t)\n", 9.5),
        (WAVE + "out = dense(x, 1)\nloss = sum((out - t) ** 2)\n", 38.0),
        (WAVE + "out = dense(x, 1)\nloss = mae(out, t)\n", 2.5),
        (WAVE + "out = relu(dense(x, 1))\nloss = mse(out, -1 * t)\n", 25.5),
        (WAVE + "out = dense(x, 1)\nloss = mse(out, t) + 3 * sum(out.W ** 2)\n", 9.5),
        (WAVE + "out = dense(x, 1)\nloss = mse(out, t) + 2 * mae(out, t)\n", 9.5 + 2 * 2.5),
        (ROWS + "out = dense(x, 2)\nloss = cross_entropy(out, t)\n",
         -0.75 * log(0.75) - 0.25 * log(0.25)),
        (ROWS + "p = softmax(dense(x, 2))\nloss = -sum(one_hot(t, 2) * log(p + 1e-12))\n",
         4 * (-0.75 * log(0.75) - 0.25 * log(0.25))),
        ("x = input([[0.0], [1.0]])\nt = input([[1, 1, 0], [0, 1, 0]])\nout = dense(x, 3)\nloss = bce(out, t)\n", log(2) / 3),
        ("x = input([[0.0], [1.0]])\nt = input([1, 1])\nout = dense(x, 2)\nloss = cross_entropy(out, t)\n", 0.0),
    ],
)  # fmt: skip
def test_chance_is_the_loss_of_the_best_constant_output(text: str, loss: float) -> None:
    assert examined(text).chance == pytest.approx(loss, rel=1e-3, abs=1e-3)


def test_smoothed_labels_and_weights_of_classes_are_in_the_loss_of_chance() -> None:
    rows = ROWS + "out = dense(x, 2)\n"
    smooth = examined(rows + "loss = cross_entropy(out, t, label_smoothing=0.2)\n").chance
    share = 0.8 * 0.25 + 0.1
    assert smooth == pytest.approx(-share * log(share) - (1 - share) * log(1 - share), rel=1e-4)
    weighted = examined(rows + "loss = cross_entropy(out, t, weights=[1.0, 3.0])\n").chance
    assert weighted == pytest.approx(log(2), rel=1e-4)


def test_chance_is_over_all_batches_and_leaves_the_run_alone() -> None:
    examination = examined(THREE + "out = dense(x, 3)\nloss = cross_entropy(out, t)\n", 3)
    counts = examination.ended.scores.counts
    assert counts is not None
    shares = counts / counts.sum()
    assert examination.chance == pytest.approx(float(-np.sum(shares * np.log(shares))), rel=1e-2)


@pytest.mark.parametrize(("rate", "learned"), [("1.0", True), ("0.0", False)])
def test_a_network_has_learned_that_is_far_below_chance(rate: str, learned: bool) -> None:
    text = THREE + f"loss = cross_entropy(dense(x, 3), t)\nminimize(loss, sgd({rate}))\n"
    assert examine(build(text, backend="plain"), 60).learned is learned


def test_layers_in_series_are_those_of_the_longest_way() -> None:
    text = WAVE + (
        "a = tanh(dense(x, 3))\nq = dense(a, 3)\nk = dense(a, 3)\nb = tanh(q * k) + dense(x, 3)\nc = tanh(dense(b, 3))\n"
        "out = dense(c, 1)\nloss = mse(out, t)\n"
    )
    depth = examined(text).depth
    assert depth.all[0].name == "a"
    assert [row.name for row in depth.all][-2:] == ["c", "out"]
    assert depth.count == 3


@pytest.mark.parametrize("reduction", ["mean", "sum"])
def test_held_out_losses_are_in_the_units_of_a_batch(reduction: str) -> None:
    text = 'x, t = dataset("blobs", n=200, split="train", test=80, batch=10)\n'
    held = examined(text + f'loss = cross_entropy(dense(x, 3), t, reduction="{reduction}")\n', 3).held_out
    assert held is not None
    assert (held.rows, held.updates[0], held.updates[-1]) == (80, 0, 3)
    whole = examined(text + f'loss = cross_entropy(dense(x, 3), t, reduction="{reduction}")\n').whole(0, "eval").loss
    assert 0.5 * whole < held.losses[0] < 2 * whole
