"""A name that held something else before, a layer's tuple, a list or a shape: every layer call has names of its own."""

from __future__ import annotations

import pytest

from gradlab.session import build
from tests.scenario.reading import traced

MODELS = {
    "s = randn(5, 2, 3)\nfor k in range(2):\n    s = lstm(s, 4)[0]\nf = sum(s)": {"s.1.W", "s.2.W"},
    "x = randn(2, 3)\nhs = [dense(x, 2) for i in range(2)]\nhs = [dense(h, 2) for h in hs]\nf = sum(hs[0] + hs[1])": {
        "hs.0.W", "hs.0.dense.1.W", "hs.1.W", "hs.1.dense.1.W",
    },
    "x = randn(2, 3)\nh = [dense(x, 3)]\nh = [dense(h[0], 2)]\nh = dense(h[0], 2)\nf = sum(h)": {"h.0.W", "h.1.W", "h.2.W"},
    "x = randn(2, 3)\nx = dense(x, 3).shape\nx = dense(randn(2, 3), 3)\nf = sum(x)": {"x.1.W", "x.2.W"},
    "x = randn(4, 2, 3)\nx, h, c = lstm(x, 3)\nx = lstm(x, 2)\nx = lstm(x[0], 2)[1]\nf = sum(x)": {"x.1.W", "x.2.W", "x.3.W"},
    "x = randn(2, 3)\nfor k in range(2):\n    s = (x, dense(x, 3))\nf = sum(s[1])": {"s.0.W", "s.1.W"},
}  # fmt: skip


@pytest.mark.parametrize("text", MODELS)
def test_a_rebound_name_gives_each_layer_call_its_own_parameters(text: str) -> None:
    graph = traced(text).graph
    weights = [node for node in graph.params if node.name.endswith(".W")]
    assert {node.name for node in weights} == MODELS[text]
    assert len({node.key for node in graph.nodes}) == len(graph.nodes)
    assert all(graph.aliases[node.key] == node.index for node in graph.nodes)


@pytest.mark.parametrize("text", MODELS)
def test_such_a_model_runs_and_has_gradients(text: str) -> None:
    lab = build(text)
    lab.do("forward")
    lab.do("backward f")
    assert all(lab.grad(node.name).shape == node.shape for node in lab.graph.params)


def test_names_and_keys_of_a_loop_that_binds_nodes_are_as_ever() -> None:
    graph = traced("h = randn(2, 3)\nfor k in range(2):\n    h = dense(h, 3)\n    h = relu(h)").graph
    assert [node.key for node in graph.params] == ["h.1.dense.0.W", "h.1.dense.0.b", "h.3.dense.0.W", "h.3.dense.0.b"]
    assert [node.name for node in graph.params] == ["h.1.W", "h.1.b", "h.3.W", "h.3.b"]
