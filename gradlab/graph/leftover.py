"""Gradients of earlier steps in a loss: a part `custom(0, Σ p·G)` whose value is 0 and whose gradient is what was left, G."""

from __future__ import annotations

from gradlab.graph.graph import Graph

FORGOTTEN = "not_zeroed"
"""The name of that part where the gradients were left by mistake."""


def left_over(graph: Graph) -> dict[int, int]:
    """Return, of each parameter that has some, the constant that holds what earlier steps have left; {} where nothing is."""
    part, found = graph.find(FORGOTTEN), dict[int, int]()
    waiting = [] if part is None else [part.inputs[-1]]
    while waiting:
        node = graph.nodes[waiting.pop()]
        roles = {graph.nodes[i].op.role: i for i in node.inputs}
        if {*roles} == {"parameter", "constant"}:
            found[roles["parameter"]] = roles["constant"]
        else:
            waiting += node.inputs
    return found
