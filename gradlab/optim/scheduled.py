"""A schedule as a number of the model: nodes of the forward pass that are computed from the number of the update."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradlab.graph.graph import Graph, Node
from gradlab.op import Array, Op
from gradlab.ops import OPS
from gradlab.optim.formula import Formula, Term
from gradlab.optim.tunable import Schedule

Add = Callable[[Op, Sequence[Node], Mapping[str, Any]], Node]
"""Appends a node to the model."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """The `now` of a formula in the model."""

    t: Term

    @property
    def loss(self) -> Term:
        """Nothing: a schedule that looks at the loss remembers it, and is none of the model's."""
        raise AssertionError("the loss is not known where the model is computed")


@dataclass(slots=True)
class ModelPlace:
    """Where the nodes of a schedule go in the model.

    clock: the leaf that holds the number of the update.   leaf: makes the leaf of numbers.   add: appends a node.
    """

    graph: Graph
    clock: Node
    leaf: Callable[[Any], Node]
    add: Add
    updates: list[int] = field(default_factory=list)

    def number(self, value: float) -> Node:
        """Return the leaf of a number."""
        return self.leaf(value)

    def array(self, name: str, array: Array) -> Node:
        """Return the leaf of an array."""
        return self.leaf(array)

    def append(self, schedule: Schedule) -> Node:
        """Append the nodes of a schedule that remembers nothing; return that of its value."""
        formula = Formula(self)
        value, _ = schedule.update(formula, _Moment(formula.of(self.clock)), {}, self._hyper(formula, schedule))
        nodes: dict[int, Node] = {}
        for term in formula.terms:
            inputs = [part.node or nodes[id(part)] for part in term.inputs]
            nodes[id(term)] = self.add(OPS[term.op], inputs, term.attrs)
        found: Node = nodes[id(value)]
        return found

    def _hyper(self, formula: Formula, schedule: Schedule) -> dict[str, Term]:
        """Return the hyperparameters as terms; one that is a schedule is appended first."""
        return {
            key: formula.of(self.append(value) if isinstance(value, Schedule) else self.leaf(value))
            for key, value in schedule.hyper.items()
        }
