"""What a line of a recording keeps of the numbers of a deed, so that another run can be compared with it.

    digest   a hash of position, root, seed, mode, what is stale, and of the numbers that the ops of this deed wrote
    of       how many of these were hashed, and how many there are, where they take more than 1 MiB: every second, third …
    root     the number that is derived, if it is one and known
    some     three of the numbers, from arrays that lie evenly among them: their ends say by how much another run is off
    sums     a byte of a hash for each group of arrays, 16 at most: they say where another run begins to be off
    stale    how many values are stale

A deed that goes on within an update wrote what its ops have written. Any other (back, whole updates, edits) is taken to have
written everything that is to be seen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from gradlab.axis.position import PHASES, Position, State
from gradlab.axis.run import Run
from gradlab.axis.states import States
from gradlab.graph.machine import What
from gradlab.lab.diary import Happened
from gradlab.op import Array
from gradlab.recording.form import Fingerprint

MOST = 1 << 20
"""Bytes that are hashed."""
GROUPS, SOME, DIGITS = 16, 3, 20
Indexes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class WrittenPlace(NamedTuple):
    """The value or the gradient of a node."""

    what: What
    node: int

    def name(self, run: Run) -> str:
        """Return what a person calls it."""
        name = run.graph.nodes[self.node].name
        return name if self.what == "value" else f"grad({name})"

    def array(self, run: Run) -> Array:
        """Return its numbers."""
        return run.machine.read(self.node, self.what)


@dataclass(frozen=True, slots=True)
class WrittenPlaces:
    """Values and gradients. nodes: the node of each.   grads: whether it is the gradient."""

    nodes: Indexes
    grads: Flags

    def __len__(self) -> int:
        return len(self.nodes)

    def __getitem__(self, number: int) -> WrittenPlace:
        return WrittenPlace("grad" if self.grads[number] else "value", int(self.nodes[number]))

    def __iter__(self) -> Iterator[WrittenPlace]:
        return map(self.__getitem__, range(len(self)))

    def sizes(self, run: Run) -> Indexes:
        """Return how many numbers each has."""
        return run.tape.sizes[self.nodes]

    def numbers(self, run: Run, stride: int) -> tuple[Array, Indexes]:
        """Return every `stride`-th number of each, one after the other, and how many that are of each."""
        tape, counts = run.tape, -(-self.sizes(run) // stride)
        offsets = np.where(self.grads, tape.grad_offset[self.nodes], tape.value_offset[self.nodes])
        starts = np.cumsum(counts) - counts
        taken = np.repeat(offsets - stride * starts, counts) + stride * np.arange(int(counts.sum()))
        return run.machine.numbers[taken], counts


def fingerprint(run: Run, happened: Happened) -> Fingerprint:
    """Return what is kept of the numbers that a deed wrote; the run stands where it ended."""
    places = written(run, happened.start, edited=happened.edited)
    sizes = places.sizes(run)
    total = int(sizes.sum())
    numbers, counts = places.numbers(run, max(1, -(-total * run.tape.dtype.itemsize // MOST)))
    whole = hashlib.sha256(_standing(run))
    whole.update(numbers.data)
    ends = np.concatenate(([0], np.cumsum(counts)))
    groups = (numbers[ends[part.start] : ends[part.stop]] for part in _groups(len(places)))
    sums = "".join(hashlib.sha256(group.data).hexdigest()[:2] for group in groups)
    some = tuple(float(places[index].array(run).flat[place]) for index, place in sampled(sizes))
    return Fingerprint(whole.hexdigest()[:DIGITS], len(numbers), total, root_number(run), some, sums, _stale(run))


def written(run: Run, start: Position, *, edited: bool) -> WrittenPlaces:
    """Return what a deed that began at a position is taken to have written, in the order of its ops."""
    at = run.at
    if edited or start > at or start.update != at.update:
        return _visible(run)
    found: dict[WrittenPlace, None] = {}
    for phase in PHASES:
        first = start.op if start.phase == phase else 0
        last = at.op if at.phase == phase else run.timeline.count(at.update, phase)
        if PHASES.index(start.phase) <= PHASES.index(phase) <= PHASES.index(at.phase):
            found |= dict.fromkeys(_of_ops(run, phase, first, last))
    grads = np.array([place.what == "grad" for place in found], np.bool_)
    return WrittenPlaces(np.array([place.node for place in found], np.int64), grads)


def _of_ops(run: Run, phase: str, first: int, last: int) -> Iterator[WrittenPlace]:
    ops = run.timeline.order(run.at.update, phase)[first:last]
    if phase != "b":
        yield from (WrittenPlace("value", node) for node in ops)
        return
    root = run.root_of(run.at.update)
    reached = () if root is None else run.tape.backward_program(root).reached
    for node in ops:
        yield from (WrittenPlace("grad", source) for source in run.graph.nodes[node].inputs if reached[source])


def _visible(run: Run) -> WrittenPlaces:
    states = run.grad_states()
    values, grads = _seen(run.value_states(states)), _seen(states)
    return WrittenPlaces(np.concatenate((values, grads)), np.repeat((False, True), (len(values), len(grads))))


def _seen(states: States) -> Indexes:
    return np.flatnonzero((states != State.PENDING) & (states != State.UNREACHED))


def _groups(number: int) -> Iterator[slice]:
    size = max(1, -(-number // GROUPS))
    return (slice(first, min(first + size, number)) for first in range(0, number, size))


def group(places: Sequence[WrittenPlace], number: int) -> Sequence[WrittenPlace]:
    """Return the places that a byte of `sums` is of."""
    return places[list(_groups(len(places)))[number]]


def sampled(sizes: Indexes) -> list[tuple[int, int]]:
    """Return which numbers are kept of arrays of some sizes: the array of each, and the flat place in it."""
    found: dict[tuple[int, int], None] = {}
    for share in ((2 * k + 1) / (2 * SOME) for k in range(SOME if len(sizes) else 0)):
        array = int(len(sizes) * share)
        place = int(sizes[array] * (share if len(sizes) < SOME else 0.5))
        found |= {(array, place): None} if sizes[array] else {}
    return list(found)


def root_number(run: Run) -> float | None:
    """Return the number that is derived at a position, if it is one and has been computed."""
    root = run.root_of(run.at.update)
    if root is None or not run.machine.runs or run.graph.nodes[root].shape or not _is_known(run, root):
        return None
    return float(run.machine.value(root))


def _is_known(run: Run, node: int) -> bool:
    """Whether a value of the model was ever computed: all were in an update before this one."""
    at = run.at
    behind = at.update or at.phase != "f" or run.graph.nodes[node].is_leaf
    return bool(behind) or node in run.timeline.order(0, "f")[: at.op]


def _standing(run: Run) -> bytes:
    stale = np.packbits(run.stale).tobytes() + np.packbits(run.stale_grads).tobytes()
    return f"{run.at} {run.root_of(run.at.update)} {run.seed} {run.mode} ".encode() + stale


def _stale(run: Run) -> int:
    return int((run.value_states() == State.STALE).sum()) if run.stale.any() else 0
