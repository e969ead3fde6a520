"""Where the nodes of one objective's update phase go: leaves, schedules, names that are free, what is committed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradlab.graph.graph import Filled, Fixed, Graph, Node, Objective
from gradlab.op import Array, Shape
from gradlab.ops import OPS
from gradlab.optim.formula import Formula, NodeTerm
from gradlab.optim.tunable import Schedule

_NUMBERS = {0.0: "zero", 1.0: "one", 2.0: "two"}


@dataclass(frozen=True, slots=True)
class NodeMoment:
    """The `now` of a formula on nodes: what it looks at is made when it is first wanted."""

    place: UpdatePlace
    formula: Formula

    @property
    def t(self) -> NodeTerm:
        """How many updates the objective has made before."""
        return self.formula.of(self.place.counter[0])

    @property
    def loss(self) -> NodeTerm:
        """The loss as one number."""
        return self.formula.of(self.place.loss)


class UpdatePlace:
    """The part of a graph that one `minimize` appends.

    name, endings: what shared nodes are called, if that is free.   prefix: what their names begin with.
    updates, commits: as in `Objective`.
    """

    def __init__(self, graph: Graph, label: str, root: Node, name: str, endings: Sequence[str]) -> None:
        self.graph, self.label, self.root = graph, label, root
        self.updates: list[int] = []
        self.commits: list[tuple[int, int]] = []
        self.numbers: dict[float, Node] = {}
        self.prefix = self.free(name, tuple(f".{ending}" for ending in endings))
        self._counter: tuple[Node, Node] | None = None
        self._loss: Node | None = None

    def free(self, name: str, endings: tuple[str, ...]) -> str:
        """Return the name, or one with the label or a number, so that none of its endings is taken."""
        candidates = [name, *([f"{name}.{self.label}"] if self.label else []), *(f"{name}.{i}" for i in range(2, 1000))]
        taken = {objective.shared for objective in self.graph.objectives}
        free = (c for c in candidates if not any(self.graph.find(c + ending) for ending in endings))
        return next(c for c in free if c not in taken)

    def leaf(self, name: str, value: float | Array, op: str = "const", shape: Shape = (), layer: str = "") -> Node:
        """Append a leaf that holds an array, or one number in all elements."""
        filled = np.ndim(value) == 0
        feed = Filled(shape, float(value), "float64") if filled else Fixed(np.array(np.broadcast_to(value, shape), np.float64))
        return self.graph.add(OPS[op], [], name=name, phase="u", feed=feed, shape=shape, layer=layer)

    def number(self, value: float) -> Node:
        """Return the leaf of a number that stands in a formula; equal ones are one leaf."""
        if value not in self.numbers:
            name = f"{self.prefix}.{_NUMBERS.get(value, f'_const.{len(self.numbers)}')}"
            self.numbers[value] = self.leaf(name, value)
        return self.numbers[value]

    def array(self, name: str, array: Array) -> Node:
        """Return a new leaf of an array that stands in a formula."""
        return self.leaf(f"{self.prefix}.{name}", array, shape=array.shape)

    def twin(self, param: Node, name: str) -> Node:
        """Append a state that begins as a parameter does."""
        return self.graph.add(OPS["state"], [], name=name, phase="u", feed=param.feed, shape=param.shape, layer=param.place)

    @property
    def counter(self) -> tuple[Node, Node]:
        """The number of updates that this objective has made before, and the number with this one.

        The number of the update in the run is another one where several objectives take turns.
        """
        if self._counter is None:
            t = self.leaf(f"{self.prefix}.t", 0.0, "state")
            formula = Formula(self)
            formula.outputs["t.next"] = formula.of(t) + 1.0
            self._counter = t, formula.append(self.prefix, "")["t.next"]
            self.commits.append((self._counter[1].index, t.index))
        return self._counter

    @property
    def loss(self) -> Node:
        """The loss as one number."""
        if self._loss is None:
            self._loss = self.root
            if self.root.shape:
                formula = Formula(self)
                formula.outputs["loss"] = formula.reshape(formula.of(self.root), shape=())
                self._loss = formula.append(self.prefix, "")["loss"]
        return self._loss

    def hypers(self, scope: str, hyper: Mapping[str, Any]) -> dict[str, Node]:
        """Return the nodes of hyperparameters, by their names."""
        return {key: self.hyper(f"{scope}.{key}", value) for key, value in hyper.items()}

    def hyper(self, name: str, value: Any) -> Node:
        """Return the node of numbers or of a schedule; a node of the model goes by this name, too."""
        if isinstance(value, Schedule):
            return self._schedule(name, value)
        if isinstance(value, Node):
            self.graph.aliases[name] = value.index
            return value
        return self.leaf(name, value, shape=np.shape(value))

    def _schedule(self, name: str, schedule: Schedule) -> Node:
        """Append what a schedule computes; its value has the name of the hyperparameter."""
        hyper = self.hypers(name, schedule.hyper)
        states = {key: self.leaf(f"{name}.{key}", first, "state") for key, first in schedule.start(schedule.hyper).items()}
        formula = Formula(self)
        of = formula.of
        value, following = schedule.update(
            formula, NodeMoment(self, formula), {k: of(n) for k, n in states.items()}, {k: of(n) for k, n in hyper.items()}
        )
        formula.outputs.update({f"{key}.next": term for key, term in following.items()})
        formula.outputs[""] = value
        made = formula.append(name, "")
        self.commits += [(made[f"{key}.next"].index, leaf.index) for key, leaf in states.items()]
        return made[""]

    def objective(self, params: Sequence[Node]) -> Objective:
        """Return the objective of all that was appended."""
        moved = tuple(param.index for param in params)
        return Objective(self.root.index, moved, tuple(self.updates), tuple(self.commits), self.label, shared=self.prefix)
