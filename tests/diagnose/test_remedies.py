"""Each remedy on a network that needs it: the same run, with what the remedy changes, ends better."""

from __future__ import annotations

import pytest

from gradlab.diagnose import trial
from gradlab.diagnose.doing import examined
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Hyper, Swap, Unwrap, Wrap
from gradlab.diagnose.fixes import REMEDIES
from gradlab.session import build

CIRCLES = 'x, t = dataset("circles", n=300, noise=0.1, factor=0.5, split="train", test=0.3, batch={}, target="column")\n'
MOONS = 'x, t = dataset("moons", n=300, noise=0.1, split="train", test=0.3, batch=30, target="column")\n'
LINE = "x = input([[k / 20.0 - 1] for k in range(40)])\nt = input([[{}] for k in range(40)])\n"
END = "y = dense(h, 1)\nloss = bce(y, t)\nminimize(loss, {})\n"
ONE = "h = {}(dense(x, 16{}))\n"
DEEP = "h = x\nfor k in range({}):\n    h = {}(dense(h, 16{}))\n"
SEQUENCE = (
    "x = input([[[((0.618 * b) % 1 - 0.5) if k == 0 else 0.0] for b in range(12)] for k in range({})])\n"
    "t = input([[(0.618 * b) % 1 - 0.5] for b in range(12)])\n"
)
ATTENTION = (
    "x = input([[[((0.618 * (8 * (4 * s + i) + j)) % 1 - 0.5) * {} for j in range(8)] for i in range(4)] for s in range(12)])\n"
    "t = input([[s % 2] for s in range(12)])\n"
    "q, k = dense(x, 16), dense(x, 16)\nscores = q @ transpose(k, (0, 2, 1))\n"
    "h = reshape(softmax(scores) @ x, (12, 32))\n"
)

RINGS, ADAM = CIRCLES.format(30), END.format("adam(0.01)")
NOISY = MOONS.replace("noise=0.1", "noise=0.9").replace("n=300", "n=60").replace("batch=30", "batch=20")
LEARNED = NOISY + DEEP.format(2, "relu", ", init=he").replace("16", "64") + END.format("adam(0.02)")
WINE = 'x, t = dataset("wine", split="train", batch=30, scale=None)\nh = relu(dense(x, 16, init=he))\n'
OFF = ", init=normal(0.5), bias=constant(-1.5)"
MEASURED = "y = dense(h, 1)\nloss = mse(y, t)\nminimize(loss, {})\n"

CASES = {
    "initialize": ("C1", 150, RINGS + DEEP.format(3, "relu", ", init=zeros") + ADAM),
    "rectify": ("D1", 150, RINGS + DEEP.format(6, "sigmoid", "") + ADAM),
    "center": ("D1", 150, RINGS + DEEP.format(4, "sigmoid", "") + ADAM),
    "leaky": ("D4", 200, RINGS + ONE.format("relu", OFF) + END.format("adam(0.05)")),
    "bias": ("D4", 150, RINGS + ONE.format("relu", OFF) + END.format("adam(0.05)")),
    "normalize": ("C2", 150, RINGS + DEEP.format(5, "tanh", ", init=normal(0.01)") + ADAM),
    "skip": ("C3", 150, RINGS + "x = dense(x, 16)\n" + DEEP.format(12, "tanh", ", init=normal(0.05)") + ADAM),
    "lower_rate": ("D5", 150, MOONS + ONE.format("relu", ", init=he") + END.format("adam(3.0)")),
    "raise_rate": ("D6", 150, MOONS + ONE.format("relu", ", init=he") + END.format("sgd(1e-4)")),
    "warm_up": ("D5", 200, RINGS + DEEP.format(6, "relu", ", init=he") + END.format("adam(0.1)")),
    "clip": ("D2", 150, MOONS + "x = x * 20\n" + DEEP.format(3, "relu", ", init=he") + END.format("sgd(0.5)")),
    "longer": ("D7", 60, RINGS + ONE.format("tanh", "") + END.format("sgd(0.5)")),
    "stop_early": ("E1", 300, LEARNED),
    "widen": ("D11", 200, RINGS + "h = relu(dense(x, 1, init=he))\n" + END.format("adam(0.03)")),
    "hidden_layer": ("D11", 200, RINGS + "y = dense(x, 1)\nloss = bce(y, t)\nminimize(loss, adam(0.03))\n"),
    "momentum": ("D10", 200, RINGS + DEEP.format(2, "tanh", "") + END.format("sgd(0.02)")),
    "larger_batch": (
        "D12",
        200,
        MOONS.replace("batch=30", "batch=1") + ONE.format("relu", ", init=he") + END.format("sgd(2.0)"),
    ),
    "layer_norm": ("E3", 200, MOONS.replace("=30", "=2") + "h = relu(batch_norm(dense(x, 16)))\n" + END.format("sgd(0.1)")),
    "running_statistics": ("E2", 150, MOONS + "h = relu(batch_norm(dense(x * 10 + 5, 16), momentum=1e-4))\n" + ADAM),
    "weaker_dropout": ("E4", 150, RINGS + "h = dropout(relu(dense(x, 16, init=he)), 0.95)\n" + ADAM),
    "dropout": ("E1", 300, LEARNED),
    "decay": ("E1", 300, LEARNED),
    "standardize": ("A1", 100, WINE + "y = dense(h, 3)\nloss = cross_entropy(y, t)\nminimize(loss, sgd(0.01))\n"),
    "last_bias": ("A2", 150, LINE.format("500 + (0.2 * k) % 1") + ONE.format("tanh", "") + MEASURED.format("adam(0.01)")),
    "orthogonal": ("D14", 120, SEQUENCE.format(25) + "hs, h = rnn(x, 16, init=normal(0.05))\n" + MEASURED.format("adam(0.01)")),
    "forget_gate": ("D14", 120, SEQUENCE.format(15) + "hs, h, c = lstm(x, 8, forget=-4.0)\n" + MEASURED.format("adam(0.02)")),
    "scale_scores": ("F1", 60, ATTENTION.format("30.0") + ADAM),
    "smaller_weights": ("D5", 150, MOONS + DEEP.format(3, "relu", ", init=normal(3.0)") + ADAM),
    "eps": ("F6", 150, MOONS + ONE.format("relu", ", init=he") + END.format("adam(0.03, eps=100.0)")),
}


def test_each_remedy_has_a_network() -> None:
    assert set(CASES) == set(REMEDIES.own)
    assert all(one.source and one.doc and one.helps for one in REMEDIES.values())


@pytest.mark.parametrize("name", CASES)
def test_a_remedy_helps_a_network_that_needs_it(name: str) -> None:
    rule, updates, text = CASES[name]
    remedy = REMEDIES[name]
    assert rule in remedy.helps
    examination = examined(build(text), updates)
    node = examination.graph.find("scores")
    finding = Finding("it does not learn", node=node.index if node is not None else -1, rule=rule)
    fixes = tuple(remedy.find(examination, finding))
    assert fixes, "it has nothing to change"
    found = [one for fix in fixes for one in trial.attempts(examination, fix)]
    assert any(trial.helps(examination, one) for one in found), [(one.fix.text, one.ending, one.why) for one in found]


HEALTHY = MOONS + ONE.format("relu", ", init=he") + END.format("adam(0.02)")


@pytest.fixture(scope="module")
def healthy() -> Examination:
    return examined(build(HEALTHY), 100)


@pytest.mark.parametrize(
    ("edits", "why"),
    [
        (lambda e: (Wrap("reshape({}, (7, 7))", e.graph.find("h").index),), "shape"),
        (lambda e: (Argument("slope", "0.2", e.graph.find("y").index),), "no argument"),
        (lambda e: (Argument("nothing", "0.2"),), "changes nothing"),
        (lambda e: (Swap("relu", e.graph.find("y").index),), "without a nonlinearity"),
        (lambda e: (Hyper("eps", "tanh"),), "adam"),
        (lambda e: (Unwrap(e.graph.find("x").index),), "2 names"),
    ],
)
def test_a_fix_that_does_not_fit_is_passed_over_with_the_reason(healthy: Examination, edits: object, why: str) -> None:
    fix = Fix("do something", edits(healthy))  # type: ignore[operator]
    (found,) = trial.attempts(healthy, fix)
    assert found.ending is None and why in found.why


def test_what_did_not_help_is_told_and_does_not_help(healthy: Examination) -> None:
    worse = Fix("start with zeros", (Argument("init", "zeros"),))
    unfit = Fix("turn the shape", (Wrap("reshape({}, (7, 7))", healthy.graph.find("h").index),))  # type: ignore[union-attr]
    finding = Finding("x", rule="none", fixes=(unfit, worse))
    found = trial.tried(healthy, finding)
    assert found is not None and not found.helps and found.change == "start with zeros"
    assert found.after > 0.9 > found.before
    assert len(found.others) == 1 and found.others[0].startswith("turn the shape: not tried, ")
