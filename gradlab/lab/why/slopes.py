"""The local derivatives of an op, with symbols and with numbers, and what it sends back on their account."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradlab.axis.position import State
from gradlab.axis.run import Run
from gradlab.lab.why.formula import local_at, sends, symbols

_KNOWN = (State.DONE, State.STALE, State.PAST)


@dataclass(frozen=True, slots=True)
class Slope:
    """How much one element of a value moves with an input at its place.

    node: of the input.   symbols: the derivative, written with names.   local: its number, None where it is not known or is no
    single one.   sent: the gradient times it, None before that has arrived.
    """

    node: int
    symbols: str
    local: float | None = None
    sent: float | None = None


def slopes(run: Run, index: int, element: int) -> tuple[Slope, ...]:
    """Return the slopes of an element of a node to each of its inputs that a gradient flows to."""
    node, states = run.graph.nodes[index], run.value_states()
    if node.phase != "f" or not node.size:
        return ()
    known = all(State(states[i]) in _KNOWN for i in (index, *node.inputs))
    flowing = [place for place in range(len(node.inputs)) if node.op.flows(place)]
    found = []
    for place, sent in zip(flowing, sends(run, index, element), strict=True):
        local = local_at(run, node, place, element) if known else None
        gave = None if sent.delta is None or sent.local is None else sent.delta * sent.local
        found.append(Slope(node.inputs[place], without_delta(symbols(run.graph, node, place)), local, gave))
    return tuple(found)


def without_delta(text: str) -> str:
    """Return a right side of a rule for an incoming gradient of 1."""
    return re.sub(r"\bdelta\b", "1", re.sub(r"\bdelta · ", "", text))
