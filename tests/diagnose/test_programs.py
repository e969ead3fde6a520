"""What is said of programs whose losses, frozen parts and gates are as they should be, and what is not known of them."""

from __future__ import annotations

from math import log
from pathlib import Path

import pytest

from gradlab.diagnose.diagnosis import Diagnosis
from gradlab.diagnose.doing import diagnosed
from gradlab.diagnose.examination import Examination, examine
from gradlab.session import build, load

ROWS = """\
x = normal_rows((16, 5), 1)
a = input([0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0])
r = input([{}])
z = dense(tanh(dense(x, 12)), 3)
p = log_softmax(z)
chosen = reshape(take_along_axis(p, reshape(a, (16, 1)), axis=1), (16,))
"""
RETURNS = [0.5, -1.2, 0.3, 2.0, -0.7, 1.1, -0.2, 0.9, 1.4, -1.6, 0.1, -0.4, 0.8, -2.1, 0.6, -0.9]
OLD = [-1.0, -1.3, -0.8, -1.2, -1.1, -0.9, -1.4, -1.0, -1.2, -0.7, -1.1, -1.3, -0.9, -1.2, -1.0, -1.1]
STEP = "minimize(loss, {})\n"
LIKELIHOODS = {
    "cross-entropy": "loss = -mean(chosen)\n",
    "cross-entropy of one-hot rows": "loss = -mean(sum(p * one_hot(a, 3), axis=1))\n",
    "smoothed labels": "loss = mean(-0.9 * chosen - 0.1 * mean(p, axis=1))\n",
    "focal loss": "loss = -mean((1 - exp(chosen)) ** 2 * chosen)\n",
}
POLICIES = {
    "REINFORCE": "loss = -mean(chosen * r)\n",
    "returns that are all below 0": "loss = -mean(chosen * (r - 3))\n",
    "a ratio that is clipped": (
        f"ratio = exp(chosen - input({OLD}))\nloss = -mean(minimum(ratio * r, clip(ratio, low=0.8, high=1.2) * r))\n"
    ),
    "an actor with a critic": (
        "v = reshape(dense(tanh(dense(x, 8)), 1), (16,))\n"
        "loss = -mean(chosen * stop_gradient(r - v)) + 0.5 * mean((r - v) ** 2) + 0.01 * mean(sum(exp(p) * p, axis=1))\n"
    ),
    "preferences beside a reference": (
        "other = reshape(take_along_axis(p, reshape(input([1, 2, 0] * 5 + [1]), (16, 1)), axis=1), (16,))\n"
        f"loss = -mean(logsigmoid(0.1 * ((chosen - input({OLD})) - (other - input({[20 * n for n in OLD]})))))\n"
    ),
    "preferences at their start": (
        "other = reshape(take_along_axis(p, reshape(input([1, 2, 0] * 5 + [1]), (16, 1)), axis=1), (16,))\n"
        "loss = -mean(logsigmoid(1e-5 * (chosen - other)))\n"
    ),
}


def written(loss: str, optimizer: str = "sgd(1e-5)") -> str:
    """Return a model of 16 rows with a loss; at the smallest rate it does not learn, and causes are alarms."""
    rows = [[round(((7 * i + 3 * j * j + i * j) % 11) / 5 - 1, 2) for j in range(5)] for i in range(16)]
    given = ROWS.replace("normal_rows((16, 5), 1)", f"input({rows})")
    return given.format(", ".join(map(str, RETURNS))) + loss + STEP.format(optimizer)


def looked_at(text: str, updates: int = 30) -> tuple[Examination, Diagnosis]:
    from gradlab.diagnose.diagnosis import diagnose

    examination = examine(build(text, backend="plain"), updates)
    found = diagnose(examination, fix=False)
    assert [why for _, why in found.skipped if "failed" in why] == []
    return examination, found


def rules(found: Diagnosis) -> set[str]:
    return {one.rule for one in found.findings}


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_logarithms_of_probabilities_of_the_right_class_are_cross_entropy(name: str) -> None:
    examination, found = looked_at(written(LIKELIHOODS[name]))
    out = examination.roles.output
    assert out is not None
    assert (out.takes, out.hand, examination.roles.task) == ("logarithms", True, "classes")
    assert examination.chance is not None
    assert "A6" not in rules(found)
    assert rules(found) <= {"D6", "D7"}


@pytest.mark.parametrize("name", POLICIES)
def test_what_is_not_surely_a_target_is_none(name: str) -> None:
    examination, found = looked_at(written(POLICIES[name]))
    assert examination.chance is None
    assert found.learned is None
    assert {"A2", "A3", "A6", "A8", "A9", "B5", "D11"}.isdisjoint(rules(found))
    assert [one.text for one in found.findings if one.level == "error"] == []


def test_a_likelihood_without_its_minus_has_the_wrong_sign() -> None:
    (told,) = (one for one in looked_at(written("loss = mean(chosen)\n"))[1].findings if one.rule == "B5")
    assert told.text == "the loss `loss` falls when `p` moves away from its target: its sign is wrong"
    assert "B5" not in rules(looked_at(written("loss = mean(chosen * stop_gradient(0 * r + 1))\n"))[1])


def test_a_distance_is_known_however_it_is_written() -> None:
    rows = "x = input([[0.0], [1.0], [2.0], [3.0]])\nt = input([[1.0], [2.0], [4.0], [9.0]])\ny = dense(x, 1)\n"
    huber = rows + "e = abs(y - t)\nloss = mean(where(e < 1, 0.5 * e * e, e - 0.5))\n"
    ratio = rows + "loss = mean((y / t - 1) ** 2)\n"
    quantile = rows + "loss = mean(maximum(0.9 * (t - y), -0.1 * (t - y)))\n"
    for text in (huber, ratio, quantile):
        examination, _ = looked_at(text + STEP.format("sgd(0.01)"), 2)
        assert examination.chance is not None, text
        assert [examination.graph.nodes[out.target].name for out in examination.roles.outputs] == ["t"], text


def test_soft_rows_of_probabilities_are_classes_and_one_network_has_one_answer() -> None:
    rows = "x = input([[0.0], [1.0]])\nt = input([[0.9, 0.1], [0.1, 0.9]])\n"
    soft = rows + "loss = -mean(sum(t * log_softmax(dense(x, 2)), axis=1))\n"
    examination, _ = looked_at(soft + STEP.format("sgd(0.1)"), 2)
    assert examination.roles.task == "classes"
    assert examination.chance == pytest.approx(log(2), rel=1e-3)
    twice = (
        "x = input([[0.0], [1.0], [2.0], [3.0]])\nt = input([[0], [0], [1], [1]])\nwith layer('net'):\n    w = param([[0.5]])\n"
        "one = x @ w\nother = x @ w\np = sigmoid(one)\nright = p * t + (1 - p) * (1 - t)\n"
        "loss = mean((1 - right) ** 2) * bce(other, t)\n"
    )
    examination, _ = looked_at(twice + STEP.format("sgd(0.1)"), 2)
    assert examination.chance == pytest.approx(0.25 * log(2), rel=1e-2)


def test_a_mask_of_words_is_no_target() -> None:
    text = (
        "words = input([[0, 1, 2, 1], [2, 0, 1, 1]])\nn = input([[1, 1, 0, 1], [1, 1, 1, 0]])\nw = embedding(words, 3, 4)\n"
        "q = log_softmax(dense(tanh(w), 3))\n"
        "loss = -sum(reshape(take_along_axis(q, reshape(words, (2, 4, 1)), axis=2), (2, 4)) * n) / sum(n)\n"
    )
    examination, found = looked_at(text + STEP.format("sgd(1e-5)"))
    assert {out.target for out in examination.roles.outputs} == {-1}
    assert rules(found) <= {"D6", "D7"}


PROGRAM = """\
---
title: Net
---
```python model
x = input([[0.1, 0.9], [0.8, -0.4], [-0.5, 0.3], [0.7, 0.7], [-0.9, -0.2], [0.2, -0.6]])
t = input([0, 1, 0, 1, 1, 0])
with layer("trunk"):  #@ train.py:7
    h = tanh(dense(x, 6))
y = dense(h, 2)
loss = cross_entropy(y, t)
minimize(loss, sgd(0.0002), freeze="trunk")
```
"""


def test_what_a_program_holds_is_a_fact_and_a_loss_on_a_slope_has_not_come_to_its_end(tmp_path: Path) -> None:
    page = tmp_path / "net.md"
    page.write_text(PROGRAM, encoding="utf-8")
    found = diagnosed(load(page, backend="plain"), 200, fix=False)
    (held,) = (one for one in found.findings if one.rule == "B3")
    assert (held.level, held.text) == (
        "info", "`trunk.W`, `trunk.b` stand still, as in the program: its optimizer does not move them"
    )  # fmt: skip
    assert found.learned is False
    assert "D11" not in rules(found)


GATED = """\
x, t = dataset("circles", n=200, noise=0.1, factor=0.5, split="train", batch=20, target="column")
h = dense(x, 8)
for i in range(3):
    with layer("block"):
        gate = param([0, 0, 0, 0, 0, 0, 0, 0])
        h = h + gate * dense(relu(dense(h, 8)), 8)
y = dense(h, 1, init=zeros)
loss = bce(y, t)
minimize(loss, sgd(1e-4))
"""


def test_gates_that_begin_at_0_are_no_gradient_that_vanishes() -> None:
    _, found = looked_at(GATED)
    assert {"C1", "C4", "D1", "D4", "B2"}.isdisjoint(rules(found)), [one.text for one in found.findings]


def test_a_contrast_of_pairs_is_no_attention() -> None:
    rows = "x = input([[1.0, 0.2], [-0.3, 0.8], [0.6, -0.9]])\n"
    loss = (
        "z = dense(x, 3)\nloss = -mean(sum(log_softmax(40 * z @ transpose(z)) * [[1, 0, 0], [0, 1, 0], [0, 0, 1]], axis=1))\n"
    )
    assert "F1" not in rules(looked_at(rows + loss + STEP.format("sgd(1e-5)"))[1])


def test_two_signs_of_one_output_are_one_output() -> None:
    rows = "x = input([[0.0], [1.0], [2.0]])\nt = input([[1, 0, 1], [0, 0, 1], [0, 0, 1]])\nz = dense(x, 3)\n"
    loss = "loss = -mean(t * logsigmoid(z) + (1 - t) * logsigmoid(-z))\n"
    examination, found = looked_at(rows + loss + STEP.format("sgd(1e-5)"))
    assert examination.roles.task == "multi-label"
    assert examination.chance == pytest.approx((log(3) - 2 * log(2) / 3) / 3, rel=1e-2)
    assert "A6" not in rules(found)


def test_a_game_and_a_loss_below_0_that_falls_are_no_alarms() -> None:
    rows = "x = input([[0.3], [1.0], [-2.0]])\nzero = input([[0], [0], [0]])\n"
    fools = "loss = -bce(dense(tanh(dense(x, 4)), 1), zero)\n"
    assert "B5" not in rules(looked_at(rows + fools + STEP.format("sgd(0.01)"))[1])
    falls = "x = input([[0.3], [1.0], [-2.0]])\nloss = mean((dense(x, 1) - 2) ** 2) - 40\n"
    _, found = looked_at(falls + STEP.format("sgd(0.002)"), 200)
    assert "D5" not in rules(found)


def test_the_softmax_of_a_teacher_that_never_learns_is_no_attention() -> None:
    rows = (
        "x = input([[1.0, 0.2], [-0.3, 0.8], [0.6, -0.9]])\nwith layer('teacher'):\n    w = param([[90, 3, 0], [0, -80, 9]])\n"
    )
    loss = "z = dense(x, 3)\nloss = -mean(sum(softmax(x @ w) * log_softmax(z), axis=1))\n"
    assert "F1" not in rules(looked_at(rows + loss + 'minimize(loss, sgd(1e-5), freeze="teacher")\n')[1])


def test_directions_that_a_layer_norm_takes_out_are_not_stretched() -> None:
    text = """\
x, t = dataset("circles", n=200, noise=0.1, factor=0.5, split="train", batch=20, target="column")
h = dense(x, 8)
h = h + dense(layer_norm(h), 8, init=orthogonal)
h = dense(layer_norm(h), 8, init=orthogonal)
y = dense(h, 1)
loss = bce(y, t)
minimize(loss, sgd(0.1))
"""
    assert "C6" not in rules(looked_at(text, 2)[1])
