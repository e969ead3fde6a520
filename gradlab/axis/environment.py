"""What names mean in an expression at a position of a run; what is not ready yet says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradlab.axis.position import State
from gradlab.axis.run import Run
from gradlab.axis.states import States
from gradlab.errors import ActionError
from gradlab.graph.cuts import why_unreached
from gradlab.op import Array, Curve, Shape
from gradlab.scenario.environment import Part
from gradlab.scenario.expressions import Expression, Known
from gradlab.scenario.query import Asking, Query
from gradlab.train.activations import Activation, activations
from gradlab.train.layers import LayerParts, layer_part

NEVER = "nothing is computed here: the head of the file says `run: never`; shapes and sizes can be asked for"


class NotReady(ActionError):
    """A number that an expression asks for is not computed yet, or is stale."""


class RunEnvironment:
    """Reads a run. remarks: what has to be said about the numbers that were read ("`h` is of update 3")."""

    def __init__(self, run: Run, known: Known) -> None:
        self.run, self.known = run, known
        self.remarks: list[str] = []
        self._parts: dict[str, LayerParts | None] = {}
        self._bends: Mapping[int, Activation] | None = None

    def value(self, name: str, part: Part = "") -> Array:
        """See `Environment`. Raises NotReady for a value that is pending or stale."""
        if not part and name not in self.known.nodes and name in self.known.numbers:
            return np.asarray(self.known.numbers[name])
        if not part and name not in self.known.nodes and name in self.known.constants:
            return np.asarray(self.known.constants[name])
        return self.value_of(*self.place(name, part))

    def value_of(self, index: int, name: str) -> Array:
        """Return the value of a node by its index. Raises NotReady."""
        state = self.run.value_state(index)
        if not self.run.machine.runs:
            raise NotReady(NEVER)
        if state in (State.PENDING, State.STALE, State.PARTIAL):
            raise NotReady(f"`{name}` is {self._word(state, index)} at {self.run.at}")
        if state is State.PAST:
            self._remark(name)
        return self.run.machine.value(index).copy()

    def grad(self, name: str, part: Part = "") -> Array:
        """See `Environment`. Raises NotReady for a gradient that is not final."""
        return self.grad_of(*self.place(name, part))

    def grad_of(self, index: int, name: str) -> Array:
        """Return the gradient of a node by its index. Raises NotReady."""
        node = self.run.graph.nodes[index]
        if node.phase == "u":
            raise NotReady(f"`{name}` belongs to the update, which no gradient flows through")
        state = self.run.grad_state(index)
        if not self.run.machine.runs:
            raise NotReady(NEVER)
        if state in (State.PENDING, State.STALE, State.PARTIAL):
            raise NotReady(f"grad({name}) is {self._word(state, index)} at {self.run.at}")
        if state is State.UNREACHED:
            self.remarks.append(f"no path leads from `{name}` to the root{unreached(self.run, index)}: its gradient is 0")
            return np.zeros(node.shape, self.run.tape.dtype)
        if state is State.PAST:
            self._remark(f"grad({name})")
        return self.run.machine.grad(index).copy()

    def update(self, name: str) -> Array:
        """See `Environment`. Raises NotReady when no update of the parameter has been made."""
        change = last_change(self.run, self._index(name))
        if change is None and self.run.is_frozen(self._index(name)):
            raise NotReady(f"`{name}` is frozen: no update changes it")
        if change is None:
            raise NotReady(unmoved(self.run, self._index(name), name))
        return change

    def shape(self, name: str) -> Shape:
        """See `Environment`."""
        return self.run.graph.nodes[self.place(name, "out")[0]].shape

    def curve(self, name: str) -> Curve:
        """See `Environment`."""
        part = self._part(name)
        if part is not None:
            return part.curve
        if self._bends is None:
            self._bends = activations(self.run.graph)
        node = self.run.graph.nodes[self.known.nodes[name]]
        return self._bends[node.index].curve if node.index in self._bends else node.op.curve_of(node.attrs)

    def on(self, split: str, expression: Expression) -> Any:
        """See `Environment`. Raises ActionError: only the laboratory has other data."""
        raise ActionError('`on("test", …)` cannot stand inside another `on` or `seeds`')

    def seeds(self, first: int, last: int, expression: Expression) -> Any:
        """See `Environment`. Raises ActionError: only the laboratory can run the scenario again."""
        raise ActionError("`seeds(…)` cannot stand inside `on` or another `seeds`")

    def ask(self, query: Query, asking: Asking) -> Any:
        """See `Environment`."""
        return query.answer(asking, self)

    def place(self, name: str, part: Part = "") -> tuple[int, str]:
        """Return a node, or the one that is a part of a layer, by its index, with the name that it is told by.

        Raises ActionError for a node of the update in a run on other data, which has none, and where a layer has no such part.
        """
        row = self._part(name) if part else None
        if row is None:
            return self._index(name), name
        index = row.z if part == "z" else row.out
        if index is None:
            raise NotReady(f"`{name}` is parameters alone: nothing leaves it")
        return index, f"{part}({name})"

    def _index(self, name: str) -> int:
        if name not in self.known.nodes:
            raise ActionError(f"`{name}` belongs to the update, which is not run on other data")
        return self.known.nodes[name]

    def _part(self, name: str) -> LayerParts | None:
        if name not in self._parts:
            self._parts[name] = layer_part(self.run.graph, name) if name in self.known.layers else None
        return self._parts[name]

    def _word(self, state: State, index: int) -> str:
        if state is State.PARTIAL:
            received, total = self.run.table.partial(self.run.at, index)
            return f"partial ({received} of {total} contributions)"
        return state.name.lower()

    def _remark(self, name: str) -> None:
        remark = f"{name} is past, of update {self.run.at.update - 1}"
        if remark not in self.remarks:
            self.remarks.append(remark)


def unreached(run: Run, index: int) -> str:
    """Return why no path leads from a node to the root of the gradients that are shown, as the sentence goes on."""
    root = run.shown_root
    return "" if root is None else why_unreached(run.tape, root, index)


@np.errstate(all="ignore")
def unmoved(run: Run, index: int, name: str) -> str:
    """Return why nothing is known of what an update added to a leaf."""
    last = run.at.update - 1
    objective = None if not run.has_past else run.timeline.objective(last)
    if objective is None or any(leaf == index for _, leaf in objective.commits):
        return f"no update of `{name}` has been made at {run.at}"
    why = ": it was frozen" if index in run.journal.frozen(last) else ""
    return f"update {last} did not move `{name}`{why}"


@np.errstate(all="ignore")
def last_change(run: Run, index: int, states: States | None = None) -> Array | None:
    """Return what an update added to a leaf: the present update if it has computed that, else the last one; else None.

    states: the states of the values, if the caller has them already.
    """
    known = run.value_states() if states is None else states
    for following in run.followers.get(index, ()):
        if known[following] == State.DONE:
            return np.asarray(run.machine.value(following) - run.machine.value(index))
        if known[following] == State.PAST and index in run.before:
            return np.asarray(run.machine.value(following) - run.before[index])
    return None
