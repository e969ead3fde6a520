"""Which differences between a laboratory and a framework come of numbers that are not finite, and so say nothing.

What max(NaN, 0) sends back is nowhere agreed: one program sends 1, another 0, a third NaN. All that comes of such a number
may differ in two programs of which none is wrong. What comes of it is found by putting other numbers in its place: an op is
run with several of them, and what changes depends on it, forward and backward. Behind an infinity only what is NaN on one side
is unsettled: infinities are what people mask with, and numbers that come of them are agreed upon. So is what an op only meets:
one program multiplies by 0 what another leaves out, and 0 times NaN is NaN.

A NaN that is made from finite numbers unsettles nothing by itself where only one of the two has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from gradlab.graph.graph import Node
from gradlab.graph.machine import Machine, What
from gradlab.op import Array, Shape

INSTEAD = (-30.0, -3.0, -0.3, 0.0, 0.03, 0.3, 3.0, 30.0)
"""What is put in the place of a number, of the largest finite one beside it; a mask of numbers is 0 or something else."""
INFINITE, UNKNOWN = 1, 2
"""What an element comes of: an infinity, or a NaN; 0 for neither."""

Kinds = npt.NDArray[np.integer[Any]]
Mask = npt.NDArray[np.bool_]
Place = tuple[int, What]
NONE = np.zeros((), bool)


class Unsettled:
    """The elements of a pass that come of numbers that are not finite.

    machine: behind the backward pass of the root; it holds the same numbers afterwards.   values, grads: those that the
    framework has, by nodes.   within: how far an element may be off, of the largest number of its array.
    """

    def __init__(
        self, machine: Machine, root: int | None, values: Mapping[int, Array], grads: Mapping[int, Array], within: float
    ) -> None:
        self.machine, self.graph, self.root, self.within = machine, machine.tape.graph, root, within
        self.theirs: dict[Place, Array] = {(index, "value"): array for index, array in values.items()}
        self.theirs |= {(index, "grad"): array for index, array in grads.items()}
        self.chance = np.random.default_rng(0)
        self.kinds: dict[Place, Kinds] = {}
        self.excused: dict[Place, Mask] = {}
        numbers = machine.copy()
        try:
            self._forward()
            if root is not None:
                self._backward(root)
        finally:
            machine.restore(numbers)

    def settled(self, index: int, what: What) -> Mask | None:
        """Return which elements of a value or a gradient can be compared; None for all."""
        found = self.excused.get((index, what))
        return None if found is None or not found.any() else ~found

    def _forward(self) -> None:
        for node in self.graph.nodes:
            if node.phase == "f" and node.is_leaf:
                self.kinds[node.index, "value"] = _kinds(self.machine.value(node.index))
        for step, index in enumerate(self.machine.tape.forward_order):
            node = self.graph.nodes[index]
            given = self._open([(i, "value") for i in node.inputs])
            end: Place = (index, "value")
            found: Kinds = np.zeros(node.shape, np.int8)
            if given:
                found = self._moved(node, given, [end], partial(self.machine.forward, step, step + 1))[end]
            self._settle(end, found, _met(given, node, node.shape))

    def _backward(self, root: int) -> None:
        arrived: dict[int, Kinds] = {}
        met: dict[int, Mask] = {}
        for step, index in enumerate(self.machine.tape.backward_order(root)):
            node = self.graph.nodes[index]
            self._settle((index, "grad"), arrived.pop(index, np.zeros(node.shape, np.int8)), met.get(index, NONE))
            inputs = [*dict.fromkeys(i for k, i in enumerate(node.inputs) if node.op.flows(k))]
            given = self._open([*((i, "value") for i in node.inputs), (index, "value"), (index, "grad")])
            if given:
                run = partial(self._send, root, step, inputs, (index, "value") in given)
                moved = self._moved(node, given, [(i, "grad") for i in inputs], run)
                for i in inputs:
                    met[i] = met.get(i, NONE) | _met(given, node, self.graph.nodes[i].shape)
                    arrived[i] = np.maximum(arrived.get(i, np.int8(0)), moved[i, "grad"])
        for index, kinds in arrived.items():
            self._settle((index, "grad"), kinds, met[index])

    def _send(self, root: int, step: int, inputs: Sequence[int], keeps: bool) -> None:
        """Run one op backward. keeps: whether what it gave is to stay as it is, not what it gives of its inputs now."""
        machine = self.machine
        index = machine.tape.backward_order(root)[step]
        value = machine.value(index).copy()
        machine.runner([index])()  # working memory that the backward pass reads
        if keeps:
            machine.write(index, value)
        for i in inputs:
            machine.write(i, 0.0, "grad")
        machine.backward(root, step, step + 1, add=True)

    def _open(self, places: Sequence[Place]) -> dict[Place, Kinds]:
        """Return those of some places at which elements are not finite, or come of such."""
        return {one: kinds for one in places if (kinds := self.kinds.get(one)) is not None and kinds.any()}

    def _settle(self, place: Place, moved: Kinds, met: Mask) -> None:
        """Note of what the elements of a place come, and which of them need not be those of the framework.

        moved: of what, as far as it changes them.   met: those that an op made where some that are not finite stood.
        """
        index, what = place
        ours, theirs = self.machine.read(index, what), self.theirs.get(place)
        if theirs is None or theirs.shape != ours.shape:
            self.kinds[place] = np.where(met, np.maximum(moved, np.where(np.isnan(ours), UNKNOWN, INFINITE)), moved)
            return
        unknown = np.isnan(ours) | np.isnan(theirs)
        differ = _differ(ours, theirs, self.within)
        excused = differ & ((moved == UNKNOWN) | (((moved == INFINITE) | met) & unknown))
        self.excused[place] = excused
        self.kinds[place] = np.maximum(np.maximum(_kinds(ours), _kinds(theirs)), UNKNOWN * excused.astype(np.int8))
        if self.graph.nodes[index].op.role == "compare":  # a mask that is the same in both, and picks what is sent back
            self.kinds[place] = np.maximum(self.kinds[place], moved)

    def _moved(
        self, node: Node, given: Mapping[Place, Kinds], ends: Sequence[Place], run: Callable[[], None]
    ) -> dict[Place, Kinds]:  # fmt: skip
        """Return what of the ends changes when other numbers stand in the places given."""
        found: dict[Place, Kinds] = {place: np.zeros(self.graph.nodes[place[0]].shape, np.int8) for place in ends}
        of_numbers = _mixes(node) and any(not node.op.flows(k) and (i, "value") in given for k, i in enumerate(node.inputs))
        kept = {(i, what): self.machine.read(i, what).copy() for i, what in {*self._around(node), *given, *ends}}
        for kind in sorted({int(k) for kinds in given.values() for k in np.unique(kinds)} - {0}):
            masks = {place: kinds >= kind for place, kinds in given.items()}
            for place, changed in self._changes(kept, masks, ends, run).items() if not of_numbers else ():
                found[place][changed] = kind
            if of_numbers:  # it takes numbers of rows or classes, which nothing can be put in the place of
                for place in ends:
                    found[place][...] = kind
        for (index, what), array in kept.items():
            self.machine.write(index, array, what)
        return found

    def _around(self, node: Node) -> list[Place]:
        """Return all that an op reads and writes, forward and backward."""
        back = self.root is not None
        return [(i, what) for i in (*node.inputs, node.index) for what in (("value", "grad") if back else ("value",))]

    def _changes(
        self, kept: Mapping[Place, Array], masks: Mapping[Place, Mask], ends: Sequence[Place],
        run: Callable[[], None],
    ) -> dict[Place, Mask]:  # fmt: skip
        """Return which elements of the ends are not the same for all numbers in the places of the masks."""
        first: dict[Place, Array] = {}
        found = {place: np.zeros(self.graph.nodes[place[0]].shape, bool) for place in ends}
        begins = {place: self.chance.integers(len(INSTEAD), size=int(mask.sum())) for place, mask in masks.items()}
        for turn in range(len(INSTEAD)):
            for place, array in kept.items():
                self.machine.write(place[0], array, place[1])
            for place, mask in masks.items():
                array, top = kept[place].copy(), np.abs(kept[place][np.isfinite(kept[place])]).max(initial=0.0) or 1.0
                levels = np.asarray(INSTEAD)[(begins[place] + turn) % len(INSTEAD)]
                array[mask] = top * levels * self.chance.uniform(0.9, 1.1, len(levels))
                self.machine.write(place[0], array, place[1])
            run()
            for place in ends:
                now = self.machine.read(*place).copy()
                was = first.setdefault(place, now)
                found[place] |= ~((now == was) | (np.isnan(now) & np.isnan(was)))
        return found


def _mixes(node: Node) -> bool:
    """Return whether an op makes an element of several of an array."""
    return node.op.kind != "elementwise"


def _met(given: Mapping[Place, Kinds], node: Node, shape: Shape) -> Mask:
    """Return which elements of an array of a shape an op computes with those given; all where it makes one of several."""
    if not given or _mixes(node):
        return np.full(shape, bool(given))
    found = np.any([np.broadcast_to(kinds > 0, node.shape) for kinds in given.values()], axis=0)
    lead = tuple(range(found.ndim - len(shape)))
    kept = tuple(k for k, size in enumerate(shape) if size == 1)
    return np.asarray(found.any(axis=lead).any(axis=kept, keepdims=True))


def _kinds(array: Array) -> Kinds:
    found = np.zeros(array.shape, np.int8)
    found[np.isinf(array)] = INFINITE
    found[np.isnan(array)] = UNKNOWN
    return found


@np.errstate(all="ignore")
def _differ(ours: Array, theirs: Array, within: float) -> Mask:
    """Return which elements are not the same; NaN and infinity are."""
    here, there = np.isfinite(ours), np.isfinite(theirs)
    both = here & there
    top = max(float(np.abs(one[both]).max(initial=0.0)) for one in (ours, theirs))
    apart = np.abs(np.subtract(ours, theirs, dtype=np.float64)) > within * top
    return np.asarray((here != there) | (both & apart))
