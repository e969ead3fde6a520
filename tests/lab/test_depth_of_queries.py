"""What is asked of a layer within a layer, by all of its names."""

from __future__ import annotations

import pytest

import gradlab
from gradlab.actions.budget import costs
from gradlab.session import Lab

MODEL = """
x = randn(8, 3)
with layer("net"):
    h = tanh(dense(x, 4))
    y = dense(h, 1)
with layer("one"):
    q = dense(x, 1)
loss = mean(square(y + q))
minimize(loss, {"net.*": adam(0.1), "*": sgd(0.1)}, accumulate=2)
"""


@pytest.fixture
def lab() -> Lab:
    """Return a laboratory behind the backward pass."""
    made = gradlab.build(MODEL)
    made.do("forward")
    made.do("backward")
    return made


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        ("params(net)", "21"),
        ("params(net.h)", "16"),
        ("params(net.dense.0)", "16"),
        ("params(one.q)", "4"),
        ("macs(net.h) + macs(net.y)", "macs(net)"),
        ("stats(net.h).delta", "rms(grad(z(net.h)))"),
        ("stats(net).delta", "delta(net.y)"),
        ("stats(one.q).delta", "delta(one)"),
        ("rms(net.dense.0.W.grad)", "rms(grad(net.h.W))"),
        ("rms(net.dense.1.W.m) + rms(one.dense.0.W.acc)", "0"),
    ],
)
def test_a_deep_layer_is_asked_by_each_of_its_names(lab: Lab, asked: str, same: str) -> None:
    for depth in (1, 2):
        lab.do(f"layers {depth}")
        assert lab.do(f"expect {asked} ~= {same}").ok


def test_the_budget_has_the_layers_that_are_looked_at(lab: Lab) -> None:
    assert [(one.name, one.shape, one.parameters) for one in costs(lab)][:2] == [("net", (8, 1), 21), ("one", (8, 1), 4)]
    lab.do("layers 2")
    assert [(one.name, one.shape, one.parameters) for one in costs(lab)][:3] == [
        ("net.h", (8, 4), 16), ("net.y", (8, 1), 5), ("one", (8, 1), 4),
    ]  # fmt: skip


def test_a_layer_is_frozen_by_each_of_its_names(lab: Lab) -> None:
    for name in ("net.h", "net.dense.0", "net.h.*"):
        assert lab.do(f"freeze {name}").lines[0].text.endswith("frozen: net.h.W, net.h.b")
        lab.do("undo")


def test_what_gathers_a_gradient_is_in_the_layer_of_its_parameter(lab: Lab) -> None:
    graph = lab.graph
    for name in ("net.h.W.acc", "net.h.W.mean", "net.h.W.grad", "net.h.W.next", "net.h.W.acc.next"):
        assert graph.layers_of(graph.nodes[graph.aliases[name]]) == ("net", "net.h")
