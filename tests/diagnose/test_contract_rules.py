"""What the rules of data, loss, output and update say of small models: where they speak, and where they hold their tongue."""

from __future__ import annotations

from math import inf
from pathlib import Path

import numpy as np
import pytest

from gradlab.diagnose.bounds import bounds
from gradlab.diagnose.diagnosis import diagnose
from gradlab.diagnose.examination import Examination, examine
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.rules import RULES
from gradlab.session import build, load

UPDATES = 7
ROWS = 'x, t = dataset("circles", n=60, noise=0.1, split="train", batch=12, target="column")\n'
CLASSES = 'x, t = dataset("iris", split="train", batch=12, scale="standard", target="onehot")\n'
NUMBERS = 'x, t = dataset("iris", split="train", batch=12, scale="standard")\n'
HIDDEN = "h = tanh(dense(x, 6))\n"
STEP = "minimize(loss, sgd(0.05))\n"
BCE = "loss = bce(y, t)\n" + STEP


def examined(text: str, updates: int = UPDATES) -> Examination:
    return examine(build(text, backend="plain"), updates)


def found(text: str, updates: int = UPDATES) -> dict[str, Finding]:
    diagnosis = diagnose(examined(text, updates), fix=False)
    assert [why for _, why in diagnosis.skipped if "failed" in why] == []
    return {one.rule: one for one in diagnosis.findings}


SPEAKS = {
    "a weighted sum": ("A7", ROWS + HIDDEN + "y = dense(h, 1)\nloss = 0.5 * sum((y - t) ** 2)\n" + STEP),
    "a sum of losses": ("A7", NUMBERS + HIDDEN + 'loss = cross_entropy(dense(h, 3), t, reduction="sum")\n' + STEP),
    "softmax over the batch": ("A12", CLASSES + HIDDEN + "p = softmax(dense(h, 3), axis=0)\nloss = mse(p, t)\n" + STEP),
    "labels that slipped by a row": ("A12", NUMBERS + HIDDEN + "loss = cross_entropy(dense(h, 3), roll(t, 1))\n" + STEP),
    "targets of 1 and -1 for bce": ("A3", ROWS + HIDDEN + "y = dense(h, 1)\nloss = bce(y, 2 * t - 1)\n" + STEP),
    "targets of 0 and 1 for margins": ("A6", ROWS + HIDDEN + "y = dense(h, 1)\nloss = squared_hinge(y, t)\n" + STEP),
    "a tanh under cross-entropy": ("A5", NUMBERS + HIDDEN + "loss = cross_entropy(tanh(dense(h, 3)), t)\n" + STEP),
    "probabilities where their logarithms belong": ("A6", NUMBERS + HIDDEN + "loss = nll(softmax(dense(h, 3)), t)\n" + STEP),
    "a squared error with the wrong sign": ("B5", ROWS + HIDDEN + "y = dense(h, 1)\nloss = -mean((y - t) ** 2)\n" + STEP),
    "a likelihood without its minus": (
        "B5",
        CLASSES + HIDDEN + "p = softmax(dense(h, 3))\nloss = mean(sum(t * log(p), axis=1))\n" + STEP,
    ),
    "a step in the way": ("B2", ROWS + "y = dense(step(dense(x, 6)), 1)\n" + BCE),
    "a wrong backward": ("B1", ROWS + "z = dense(x, 6)\ny = dense(custom(relu(z), 2 * relu(z)), 1)\n" + BCE),
    "a decay in the loss": ("B8", ROWS + HIDDEN + "y = dense(h, 1)\nloss = bce(y, t) + l2_penalty(y.W, 9.0)\n" + STEP),
    "inputs of hundreds": (
        "A1",
        NUMBERS.replace('"standard"', "0.01") + HIDDEN + "loss = cross_entropy(dense(h, 3), t)\n" + STEP,
    ),
}
SILENT = {
    "a mean with a weight": ("A7", ROWS + HIDDEN + "y = dense(h, 1)\nloss = 60 * bce(y, t)\n" + STEP),
    "a sum that is divided": ("A7", ROWS + HIDDEN + "y = dense(h, 1)\nloss = sum((y - t) ** 2) / 12\n" + STEP),
    "margins with their own targets": ("A3", ROWS + HIDDEN + "y = dense(h, 1)\nloss = logistic_loss(y, 2 * t - 1)\n" + STEP),
    "margins of hinges": ("A6", ROWS + HIDDEN + "y = dense(h, 1)\nloss = hinge(y, 2 * t - 1)\n" + STEP),
    "a tanh that is spread": ("A5", NUMBERS + HIDDEN + "loss = cross_entropy(9 * tanh(dense(h, 3)), t)\n" + STEP),
    "a tanh that learns how far": (
        "A5",
        NUMBERS + HIDDEN + "s = param(1.0)\nloss = cross_entropy(s * tanh(dense(h, 3)), t)\n" + STEP,
    ),
    "log_softmax twice": ("A5", NUMBERS + HIDDEN + "loss = cross_entropy(log_softmax(dense(h, 3)), t)\n" + STEP),
    "a softmax by hand": (
        "A6",
        CLASSES + HIDDEN + "e = exp(dense(h, 3))\np = e / sum(e, axis=1, keepdims=True)\n"
        "loss = -mean(sum(t * log(clip(p, 1e-7, 1.0)), axis=1))\n" + STEP,
    ),
    "a bottleneck": ("A10", NUMBERS + "h = dense(dense(x, 2), 6)\nloss = cross_entropy(dense(tanh(h), 3), t)\n" + STEP),
    "a stream that goes around": (
        "A10",
        NUMBERS + "h = dense(x, 6)\nh = h + tanh(dense(h, 6))\nloss = cross_entropy(dense(h, 3), t)\n" + STEP,
    ),
    "a normalisation between": (
        "A10",
        NUMBERS + "h = batch_norm(dense(x, 6))\nh = batch_norm(dense(h, 6))\nloss = cross_entropy(dense(h, 3), t)\n" + STEP,
    ),
    "time in front": (
        "A12",
        'x, t = dataset("names", split="train", batch=12)\nh, last = rnn(one_hot(x.T, 27), 6)\n'
        "loss = cross_entropy(dense(h, 27), t.T, ignore_index=-1)\n" + STEP,
    ),
    "straight through": ("B1", ROWS + "z = tanh(dense(x, 6))\ny = dense(z + stop_gradient(sign(z) - z), 1)\n" + BCE),
    "units that are dead": ("B2", ROWS + "y = dense(relu(dense(x, 6, bias=constant(-9.0))), 1)\n" + BCE),
    "a teacher": (
        "B2",
        ROWS + HIDDEN + "y = dense(h, 1)\nloss = bce(y, t) + 0.1 * mse(dense(h, 1), stop_gradient(y))\n" + STEP,
    ),
    "data that are constants": (
        "B8",
        "x, t = const([[0.0], [1.0], [2.0]]), const([[1.0], [0.0], [1.0]])\n" + HIDDEN + "loss = mse(dense(h, 1), t)\n" + STEP,
    ),
    "a norm in front": (
        "A1",
        'x, t = dataset("wine", split="train", batch=12, scale=None)\nh = tanh(dense(layer_norm(x), 6))\n'
        "loss = cross_entropy(dense(h, 3), t)\n" + STEP,
    ),
    "numbers of words": (
        "A1",
        'x, t = dataset("names", split="train", batch=12)\nh = tanh(dense(embedding(x, 27, 5), 6))\n'
        "loss = cross_entropy(dense(h, 27), t, ignore_index=-1)\n" + STEP,
    ),
}


@pytest.mark.parametrize("name", SPEAKS)
def test_a_rule_speaks(name: str) -> None:
    rule, text = SPEAKS[name]
    assert rule in found(text)


@pytest.mark.parametrize("name", SILENT)
def test_a_rule_holds_its_tongue(name: str) -> None:
    rule, text = SILENT[name]
    assert rule not in found(text)


def test_gradients_that_were_not_cleared_are_told_of_an_import_alone() -> None:
    examination = examined(ROWS + HIDDEN + "y = dense(h, 1)\n" + BCE)
    assert dict(diagnose(examination, fix=False).skipped)["B4"] == "the run has no gradients but its own"
    assert examination.objective is not None
    fresh = {p: np.asarray(examination.first.grad(p)) for p in examination.objective.params}
    for times, told in ((1.0, 0), (3.0, 1)):
        examination.used = {p: times * grad for p, grad in fresh.items()}
        findings = [*RULES["stale_grad"].find(examination)]
        assert len(findings) == told
    assert findings[0].value == pytest.approx(2.0)


def test_a_constant_that_its_dtype_makes_0_is_told(tmp_path: Path) -> None:
    text = CLASSES + HIDDEN + "p = softmax(dense(h, 3))\nloss = -mean(sum(t * log(p + 1e-50), axis=1))\n" + STEP
    file = tmp_path / "small.md"
    file.write_text(f"---\ntitle: Small\ndtype: float32\n---\n```python model\n{text}```\n")
    low, high = examine(load(file, backend="plain"), 2), examined(text, 2)
    assert ["is 0 in float32" in one.text for one in RULES["eps_too_large"].find(low)] == [True]
    assert [*RULES["eps_too_large"].find(high)] == []


def test_a_branch_that_is_not_taken_later_is_found_in_the_update_in_which_it_began() -> None:
    text = "x = param(1.0)\ny = where(x > 0.5, sqrt(x - 0.5), 0 * x)\nloss = x + 0 * y\nminimize(loss, sgd(0.15))\n"
    findings = found(text, 12)
    assert "B6" not in findings
    assert (findings["B7"].at, "`sqrt`" in findings["B7"].text) == (4, True)


@pytest.mark.parametrize(
    ("expression", "low", "high"),
    [
        ("tanh(z)", -1, 1), ("2 * sigmoid(z) - 1", -1, 1), ("-relu(z)", -inf, 0), ("1 - sigmoid(z)", 0, 1),
        ("reshape(softmax(z), (3, 2))", 0, 1), ("clip(z, -2, 5)", -2, 5), ("sigmoid(z) / 4", 0, 0.25), ("z + 1", -inf, inf),
        ("tanh(z) * w", -inf, inf), ("concat([relu(z), -relu(z)])", -inf, inf), ("maximum(z, 0)", 0, inf),
        ("1 / sigmoid(z)", -inf, inf),
    ],
)  # fmt: skip
def test_the_bounds_of_a_value_are_those_of_its_ops(expression: str, low: float, high: float) -> None:
    graph = build(f"z = input(shape=(2, 3))\nw = param(2.0)\ny = {expression}\nloss = sum(y) + w\n", backend="plain").graph
    assert bounds(graph, graph.aliases["y"]) == (low, high)
