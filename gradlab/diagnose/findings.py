"""What a finding is, and asking all rules for theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from gradlab.graph.graph import Graph
from gradlab.op import Array

Read = Callable[[int], Array | None]
"""Returns the array of a node by its index, or None when there is none."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    rule: its name.   node: index of the node it is about.   text: one sentence, with the numbers.
    severity: error, warning or info.
    """

    rule: str
    node: int
    text: str
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a rule may look at.

    value, grad: read a node.   order: the nodes whose ops ran backward, in that order.
    """

    graph: Graph
    value: Read
    grad: Read
    order: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition. find(evidence) gives its findings."""

    name: str
    find: Callable[[Evidence], Iterator[Finding]]
    doc: str = ""


def find(graph: Graph, value: Read, grad: Read, order: Sequence[int] = ()) -> tuple[Finding, ...]:
    """Return the findings of all rules."""
    from gradlab.diagnose.rules import RULES

    evidence = Evidence(graph, value, grad, order)
    return tuple(finding for rule in RULES.values() for finding in rule.find(evidence))
