from __future__ import annotations

from dataclasses import replace

import pytest

from gradlab.graph.graph import Graph
from tests.graph.networks import leaf


@pytest.mark.parametrize(
    ("scope", "step"),
    [
        ("lstm.t0", "lstm.t0"), ("lstm.t12.gate", "lstm.t12"), ("deep.l1.t3.cell.t4", "deep.l1.t3"), ("lstm", ""), ("", ""),
        ("t0", ""), ("net.total", ""), ("net.t3x", ""),
    ],
)  # fmt: skip
def test_the_step_of_a_node_is_the_scope_up_to_the_number_of_the_step(scope: str, step: str) -> None:
    graph = Graph()
    leaf(graph, "x", 1.0)
    (node,) = graph.nodes
    assert replace(node, scope=scope).step == step
