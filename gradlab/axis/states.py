"""The state of every node, worked out at once from the position and the programs of the tape."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from gradlab.axis.journal import UpdatePlan
from gradlab.axis.position import Position, State
from gradlab.axis.timeline import Timeline
from gradlab.graph.tape import Tape
from gradlab.kernels.rows import SKIP

Flags = npt.NDArray[np.bool_]
States = npt.NDArray[np.uint8]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Sends:
    """The edges of a backward program: who sends a gradient to whom, in the order in which they are sent.

    step: the op of the program (from 0) that sends.   target: the node that receives.   total: edges a node.
    """

    step: Counts
    target: Counts
    total: Counts

    def received(self, done: int) -> Counts:
        """Return how many contributions each node has received after some ops of the program."""
        edges = int(np.searchsorted(self.step, done))
        return np.bincount(self.target[:edges], minlength=len(self.total))


@lru_cache(maxsize=64)
def sends(tape: Tape, root: int) -> Sends:
    """Return the edges of the backward program of a root."""
    program = tape.backward_program(root)
    rows = [
        (step, source)
        for step, (index, modes) in enumerate(zip(program.order, program.modes, strict=True))
        for source, mode in zip(tape.graph.nodes[index].inputs, modes, strict=True)
        if mode != SKIP
    ]
    edges = np.array(rows, np.int64).reshape(-1, 2)
    total = np.bincount(edges[:, 1], minlength=len(tape.graph.nodes))
    return Sends(edges[:, 0], edges[:, 1], total)


class StateTable:
    """Works out states for one timeline. The stale flags are the executor's, because they depend on what was done."""

    def __init__(self, timeline: Timeline) -> None:
        nodes = timeline.tape.graph.nodes
        self.timeline = timeline
        self.leaf = np.array([node.is_leaf for node in nodes], np.bool_)
        self.model = np.array([node.phase == "f" for node in nodes], np.bool_)
        self._orders: dict[str, tuple[tuple[int, ...], Counts]] = {}
        self.windows = [(node.index, int(node.attrs["of"])) for node in nodes if node.op.role == "gradient"]
        self._window, self._param = np.array(self.windows, np.int64).reshape(-1, 2).T

    def values(self, at: Position, stale: Flags, grads: States) -> States:
        """Return the state of every value. grads: the states of the gradients, which `gradient` leaves show."""
        states = np.full(len(self.leaf), State.PENDING, np.uint8)
        states[self.leaf] = State.DONE
        for phase in "fu":
            self._mark_past(states, at, phase)
            done = self._done(at, phase)
            states[self._order(at.update, phase)[:done]] = State.DONE
        states[stale & (states == State.DONE)] = State.STALE
        states[self._window] = grads[self._param]
        return states

    def _mark_past(self, states: States, at: Position, phase: str) -> None:
        if at.update > self.timeline.origin.update:
            states[self._order(at.update - 1, phase)] = State.PAST

    def _order(self, update: int, phase: str) -> Counts:
        """Return the nodes of a phase in their order; the array is kept as long as the order stays the same."""
        order = self.timeline.order(update, phase)
        if phase not in self._orders or self._orders[phase][0] is not order:
            self._orders[phase] = order, np.array(order, np.int64)
        return self._orders[phase][1]

    def _done(self, at: Position, phase: str) -> int:
        if at.phase == phase:
            return at.op
        return self.timeline.count(at.update, phase) if at.rank[1] > "fbu".index(phase) else 0

    def grads(self, at: Position, stale: Flags, plan: UpdatePlan) -> States:
        """Return the state of every gradient."""
        states = np.full(len(self.leaf), State.PENDING, np.uint8)
        if at.update > self.timeline.origin.update:
            self._mark_past_grads(states, at.update - 1)
        root = self.timeline.roots(at.update)
        if at.phase != "f" and root is not None:
            self._mark_received(states, at, root, plan)
            states[stale & np.isin(states, (State.FINAL, State.PARTIAL))] = State.STALE
        states[~self.model] = State.UNREACHED
        return states

    def _reached(self, root: int) -> Flags:
        return self.timeline.tape.backward_program(root).reached

    def _mark_past_grads(self, states: States, update: int) -> None:
        root = self.timeline.roots(update)
        if root is not None:
            reached = self._reached(root)
            states[self.model] = np.where(reached[self.model], State.PAST, State.UNREACHED)

    def _mark_received(self, states: States, at: Position, root: int, plan: UpdatePlan) -> None:
        edges = sends(self.timeline.tape, root)
        done = at.op if at.phase == "b" else self.timeline.count(at.update, "b")
        received = edges.received(done)
        states[self.model & ~self._reached(root)] = State.UNREACHED
        states[(received > 0) & (received < edges.total)] = State.PARTIAL
        states[(received > 0) & (received == edges.total)] = State.FINAL
        states[root] = State.FINAL
        base = plan.backward.base if plan.backward else None
        for index in base or ():
            if received[index] < edges.total[index] or not edges.total[index]:
                states[index] = State.PARTIAL if edges.total[index] else State.FINAL

    def partials(self, at: Position) -> tuple[Counts, Counts]:
        """Return, for each node, how many contributions its gradient has, and how many it will have; zeros in phase f."""
        root = self.timeline.roots(at.update)
        if at.phase == "f" or root is None:
            nothing = np.zeros(len(self.leaf), np.int64)
            return nothing, nothing
        edges = sends(self.timeline.tape, root)
        return edges.received(at.op if at.phase == "b" else self.timeline.count(at.update, "b")), edges.total

    def partial(self, at: Position, index: int) -> tuple[int, int]:
        """Return the same for one node."""
        received, total = self.partials(at)
        return int(received[index]), int(total[index])
