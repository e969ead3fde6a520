"""What ops sent back to the values that they read, in the backward pass whose gradients are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from gradlab.axis.position import State
from gradlab.axis.run import Run
from gradlab.axis.states import sends
from gradlab.graph.graph import Node
from gradlab.graph.sending import sent_by
from gradlab.op import Array


class Sending:
    """Reads one run at one position. root: where the pass began, or None.   done: how many ops of it have run."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.past = run.at.phase == "f" and run.has_past
        self.root, update = run.shown_root, run.at.update - self.past
        self.done = 0 if self.root is None else run.timeline.count(update, "b") if self.past else run.done("b")
        self.values, self.grads = run.value_states(), run.grad_states()

    def by(self, ops: Collection[int], source: int) -> Array | None:
        """Return what some ops together sent to a value; None when one of them has not yet, or its numbers are gone."""
        if self.root is None or self.grads[source] == State.PENDING:
            return None
        steps = self.steps_to(source)
        order = self.run.tape.backward_order(self.root)
        mine = [step for step in steps if order[step] in ops]
        if not mine or mine[-1] >= self.done:
            return None
        if len(mine) == len(steps) and not self._more(source):
            return self.run.machine.grad(source)
        found = [self.at_step(step, source) for step in mine]
        with np.errstate(all="ignore"):
            return None if any(one is None for one in found) else np.sum([one for one in found if one is not None], axis=0)

    def steps_to(self, source: int) -> list[int]:
        """Return the steps of the pass that send to a value."""
        assert self.root is not None
        edges = sends(self.run.tape, self.root)
        return [int(step) for step in np.unique(edges.step[edges.target == source])]

    def at_step(self, step: int, source: int) -> Array | None:
        """Return what one step sent to a value; None when numbers that it read are gone."""
        assert self.root is not None
        node = self.run.graph.nodes[self.run.tape.backward_order(self.root)[step]]
        made = [i for i in (*node.inputs, node.index) if not self.run.graph.nodes[i].is_leaf]
        if self.past and any(self.values[i] != State.PAST for i in made):
            return None
        return sent_by(self.run.machine, self.root, step, source, self._leaves(node.inputs) if self.past else {})

    def _more(self, source: int) -> bool:
        """Whether a gradient holds more than what was sent in this pass."""
        edited = any(edit.what == "grad" and edit.node == source for edit in self.run.transient)
        return edited or (self.run.adds and self.run.graph.nodes[source].is_leaf) or source == self.root

    def _leaves(self, inputs: Collection[int]) -> Mapping[int, Array]:
        """Return what leaves held in the update before, where that is something else now."""
        found = {i: self.run.before[i] for i in inputs if i in self.run.before}
        varying = (self.run.graph.nodes[i] for i in inputs)
        return found | {n.index: array for n in varying if (array := self._fed(n)) is not None}

    def batch(self) -> Mapping[int, Array]:
        """Return what the leaves that vary held in the update before, where its numbers are the ones that are shown."""
        varying = self.run.tape.varying if self.past else ()
        return {n.index: array for n in varying if n.phase == "f" and (array := self._fed(n)) is not None}

    def _fed(self, node: Node) -> Array | None:
        varies = node.feed is not None and node.feed.varies
        return (
            self.run.machine.fed(node.feed, self.run.seed, self.run.at.update - 1) if node.feed is not None and varies else None
        )
