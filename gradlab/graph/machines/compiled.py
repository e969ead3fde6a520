"""The machine that runs kernels: an address and a row of integers for each op, and a jitted loop that calls through them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

from gradlab.graph.graph import Objective
from gradlab.graph.machine import MachineKind, Mover
from gradlab.graph.machines import _warming
from gradlab.graph.machines._arena import ArenaMachine
from gradlab.graph.machines._fused import Whole
from gradlab.graph.machines._rows import RowWriter
from gradlab.graph.machines._watch import WatchedMeasures, added_up
from gradlab.graph.measures import Floats, Measures, Probe
from gradlab.graph.tape import Tape
from gradlab.graph.unseen import unseen
from gradlab.kernels import cache, modules
from gradlab.kernels.blas import import_blas
from gradlab.kernels.rows import VALUE
from gradlab.op import Array, Op

Ints = npt.NDArray[np.int64]

FEW = 8
"""A stretch that adds gets rows of its own, which are not kept, where it is shorter than this part of the whole program."""
OFTEN = 64
"""Updates from which on it pays to write rows for those that nobody looks into."""
UNSEEN, FOLLOWED = slice(15, 18), 18
"""Where the record of an update says how it runs when nobody looks into it, and whether nobody looks into the last one."""
SELDOM = 1024
"""Updates between two measured ones from which on it pays to change loops for them."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Some ops in the order in which they run: kernel addresses, and the addresses of their rows in `words`."""

    table: Ints
    rows: Ints
    words: Ints


class CompiledMachine(ArenaMachine):
    """Runs a tape by kernels. What is not compiled yet compiles when it is first needed; the cache remembers it."""

    def __init__(self, tape: Tape) -> None:
        super().__init__(tape)
        import_blas()
        self._loops = cache.load(None, tape.dtype.name, modules.loops_text(tape.dtype.name))
        self._base = self.arena.ctypes.data
        self._writer = RowWriter(tape)
        self._attrs = self._writer.attrs
        self._addresses: dict[tuple[int, str], int] = {}
        self._forward_order = np.array(tape.forward_order, np.int64)
        self._forward = self._assemble(tape.forward_order, "forward", None)
        self._backwards: dict[tuple[int, bool], Rows] = {}
        self._updates: dict[tuple[int, ...], Rows] = {}
        self._programs: dict[tuple[int, tuple[int, ...], tuple[tuple[int, int], ...]], _Program] = {}

    def measure(self, measures: Measures | None) -> None:
        """See `Machine.measure`."""
        super().measure(measures)
        self._programs.clear()

    def forward(self, start: int, stop: int) -> None:
        """See `Machine.forward`."""
        self._run(self._forward, start, stop)

    def backward(self, root: int, start: int, stop: int, add: bool = False) -> None:
        """See `Machine.backward`."""
        program = self.tape.backward_program(root)
        stop = min(stop, len(program.order))
        if add and (root, add) not in self._backwards and FEW * (stop - start) < len(program.order):
            rows = self._assemble(program.order[start:stop], "backward", program.added[start:stop])
            self._run(rows, 0, stop - start)
        else:
            self._run(self._backward_rows(root, add), start, stop)

    def update(self, objective: Objective, start: int, stop: int) -> None:
        """See `Machine.update`."""
        self._run(self._update_rows(objective), start, stop)

    def runner(self, indexes: Sequence[int]) -> Callable[[], None]:
        """See `Machine.runner`."""
        rows = self._forward_rows(indexes)
        return lambda: self._run(rows, 0, len(rows.table))

    def mover(self, index: int, order: Sequence[int], root: int, run: Callable[[], None] | None = None) -> Mover:
        """See `Machine.mover`. All moves are one call of a jitted loop."""
        if run is not None:
            return super().mover(index, order, root, run)
        rows, attrs, base = self._forward_rows(order), self._attrs.ctypes.data, self._base
        value, target = self._value(index).ctypes.data, self._value(root)
        place, width, size = target.ctypes.data, target.size, self.tape.dtype.itemsize

        def move(places: Ints, by: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
            ends = np.empty(len(places))
            self._loops.probe(rows.table, rows.rows, attrs, base, value, place, width, places * size, by, ends)
            return ends

        return move

    def train(self, objective: Objective, updates: int, first: int, seed: int = 0) -> Array:
        """See `Machine.train`. Without varying leaves it is one call of the jitted loop."""
        losses = np.empty(updates, self.tape.dtype)
        self._program(objective).run(updates, first, losses, seed)
        return losses

    def sums(self, found: Sequence[tuple[Probe, Array]], groups: int) -> Floats:
        """See `Machine.sums`."""
        return added_up(self._loops, found, groups)

    def train_one(self, objective: Objective) -> Any:
        """Return a function of no arguments that runs one update, with as little Python around it as there can be."""
        program, loss = self._program(objective), np.empty(1, self.tape.dtype)
        train, record, place = self._loops.train, program.record.ctypes.data, loss.ctypes.data

        def one(_kept: _Program = program) -> Any:  # only addresses go to the loop: the arena lives as long as its program
            train(record, 1, 0, place)
            return loss

        return one

    def settle(self, objective: Objective) -> bool:
        """Wait for the loop that training for millions of updates is compiled to; return whether the graph gets one."""
        return self._program(objective).whole.settle()

    def _run(self, rows: Rows, start: int, stop: int) -> None:
        stop = min(stop, len(rows.table))
        if start < stop:
            self._loops.run(rows.table, rows.rows, self._attrs.ctypes.data, self._base, start, stop)

    def _forward_rows(self, indexes: Sequence[int]) -> Rows:
        """Return the rows of some ops: those of the forward pass where they are part of it."""
        order, wanted = self._forward_order, np.array(indexes, np.int64)
        steps = np.searchsorted(order, wanted)
        if not (len(wanted) and len(order) and np.array_equal(order[np.minimum(steps, len(order) - 1)], wanted)):
            return self._assemble(indexes, "forward", None)
        return Rows(self._forward.table[steps], self._forward.rows[steps], self._forward.words)

    def _backward_rows(self, root: int, add: bool) -> Rows:
        if (root, add) not in self._backwards:
            program = self.tape.backward_program(root)
            modes = program.added if add else program.modes
            shared = not self._backwards
            self._backwards[root, add] = (self._onto_forward if shared else self._assemble)(program.order, "backward", modes)
        return self._backwards[root, add]

    def _onto_forward(self, order: Sequence[int], direction: str, modes: Sequence[tuple[int, ...]]) -> Rows:
        """Write rows over those of the forward pass, which reads all of a row but the modes: half the memory of a tape."""
        words, begin = self._forward.words, self._forward.words.ctypes.data
        places = dict(zip(self.tape.forward_order, self._forward.rows.tolist(), strict=True))
        for index, mode in zip(order, modes, strict=True):
            row = self._writer.row(self.tape.graph.nodes[index], mode)
            start = (places[index] - begin) // words.itemsize
            words[start : start + len(row)] = row
        table = [self._address(self.tape.graph.nodes[index].op, direction) for index in order]
        return Rows(np.array(table, np.int64), np.array([places[index] for index in order], np.int64), words)

    def _update_rows(self, objective: Objective) -> Rows:
        if objective.updates not in self._updates:
            self._updates[objective.updates] = self._assemble(objective.updates, "forward", None)
        return self._updates[objective.updates]

    def _program(self, objective: Objective) -> _Program:
        key = objective.root, objective.updates, objective.commits
        if key not in self._programs:
            self._programs[key] = _Program(self, objective)
        return self._programs[key]

    def _assemble(self, order: Sequence[int], direction: str, modes: Sequence[tuple[int, ...]] | None,
                  outputs: dict[int, int] | None = None, writer: RowWriter | None = None) -> Rows:  # fmt: skip
        """Write the rows of some nodes; `outputs` puts the value of a node somewhere else."""
        writer = writer or self._writer
        words, table, starts = array("q"), array("q"), array("q")
        for step, index in enumerate(order):
            node = self.tape.graph.nodes[index]
            starts.append(len(words))
            table.append(self._address(node.op, direction))
            row = writer.row(node, modes[step] if modes else (0,) * len(node.inputs))
            if outputs and index in outputs:
                row[VALUE] = outputs[index]
            words.extend(row)
        block = np.array(words or [0], np.int64)
        return Rows(np.array(table, np.int64), block.ctypes.data + 8 * np.array(starts, np.int64), block)

    def _address(self, op: Op, direction: str) -> int:
        """Return the address of a kernel; asking the cache for each of 100,000 nodes would take six seconds."""
        key = (id(op), direction)
        if key not in self._addresses:
            self._addresses[key] = address(op, self.tape.dtype.name, direction)
        return self._addresses[key]


class _Program:
    """A whole update as one record of addresses, which the training loop reads.

    A parameter's next value that is computed element by element and read by nobody else is written onto the parameter itself:
    the numbers are the same, and one read and one write of memory are saved. Its own slice is filled in afterwards.
    """

    def __init__(self, machine: CompiledMachine, objective: Objective) -> None:
        self.machine, tape = machine, machine.tape
        size = tape.dtype.itemsize
        place = _in_place(tape, objective)
        self.after = [(machine._value(n), machine._value(leaf)) for n, leaf in objective.commits if n in place]
        self.fed = [(machine._value(n.index), n.feed) for n in tape.varying if n.feed is not None]
        outputs = {n: int(tape.value_offset[leaf]) for n, leaf in place.items()}
        update = machine._assemble(objective.updates, "forward", None, outputs)
        backward = machine._backward_rows(objective.root, False)
        self.parts = (machine._forward, backward, update)
        self.table = np.concatenate([part.table for part in self.parts])
        self.rows = np.concatenate([part.rows for part in self.parts])
        copies = [(leaf, n) for n, leaf in objective.commits if n not in place]
        nodes = tape.graph.nodes
        where = [(machine.value(a).ctypes.data, machine.value(b).ctypes.data, nodes[a].size) for a, b in copies]
        self.pairs = np.array(where or [(0, 0, 0)], np.int64)
        self.clocks = np.array([machine.value(i).ctypes.data for i in tape.clocks] or [0], np.int64)
        self.root = root = objective.root
        self.record = np.array(
            [machine._attrs.ctypes.data, machine._base, self.table.ctypes.data, self.rows.ctypes.data, len(self.table),
             self.pairs.ctypes.data, len(copies), self.clocks.ctypes.data, len(tape.clocks),
             machine._base + size * tape.value_offset[root], machine._base + size * tape.grad_offset[root],
             len(tape.forward_order), 0, 0, 0, 0, 0, 0, 0],
            np.int64,
        )  # fmt: skip
        self.asked = 0
        self.unseen: Rows | None = None
        self.whole = Whole(tape, objective, machine._attrs, machine._writer.attr_offset, machine._base)
        measure = int(machine._loops.measure.address)
        self.watch = None if machine.measures is None else WatchedMeasures(machine, measure, objective, place)

    def run(self, updates: int, first: int, losses: Array, seed: int) -> None:
        """Run updates and write their losses: where nothing is measured by the loop of the whole graph, if there is one."""
        every = updates if self.watch is None else self.watch.measures.every
        if self.watch is not None and every < SELDOM:
            self._run(updates, first, losses, seed)
            return
        done = 0
        while done < updates:
            free = updates - done if self.watch is None else min(updates - done, -(first + done) % every)
            count = free
            if not free or not self.whole.run(free, first + done, losses[done:]):
                count = min(updates - done, free + (self.watch is not None))
                self._run(count, first + done, losses[done:], seed)
            done += count

    def _run(self, updates: int, first: int, losses: Array, seed: int) -> None:
        """Run updates by kernels. Leaves that vary are fed before each of them, else the loop runs them all."""
        train, record, place = self.machine._loops.train, self.record.ctypes.data, losses.ctypes.data
        if self.watch is not None:
            self.record[12:15] = self.watch.begin(updates, first)
        self.asked += updates
        if self.asked >= OFTEN and self.unseen is None:
            self._hide()
        if not self.fed:
            train(record, updates, first, place)
        else:
            self._run_fed(updates, first, losses, seed)
        for following, leaf in self.after:
            following[...] = leaf
        if self.watch is not None:
            self.watch.end(updates, first)

    def _run_fed(self, updates: int, first: int, losses: Array, seed: int) -> None:
        train, followed = self.machine._loops.train, self.record.copy()
        followed[FOLLOWED] = True
        for i in range(updates):
            for value, feed in self.fed:
                value[...] = self.machine.fed(feed, seed, first + i)
            record = followed if i < updates - 1 else self.record
            train(record.ctypes.data, 1, first + i, losses.ctypes.data + i * losses.itemsize)

    def _hide(self) -> None:
        """Write the rows of updates that nobody looks into."""
        machine, (_, _, update) = self.machine, self.parts
        program = unseen(machine.tape, machine.tape.backward_program(self.root))
        writer = machine._writer.with_gradients(program.offsets)
        backward = machine._assemble(program.order, "backward", program.modes, writer=writer)
        table, rows = np.concatenate([backward.table, update.table]), np.concatenate([backward.rows, update.rows])
        self.unseen = Rows(table, rows, backward.words)
        self.record[UNSEEN] = table.ctypes.data, rows.ctypes.data, len(table)


def _in_place(tape: Tape, objective: Objective) -> dict[int, int]:
    """Return which next values may be written onto their leaf: elementwise, read by nobody, and nobody reads the leaf later."""
    order = {index: step for step, index in enumerate(objective.updates)}
    last_read: dict[int, int] = {}
    for index, step in order.items():
        for source in tape.graph.nodes[index].inputs:
            last_read[source] = step
    return {
        following: leaf
        for following, leaf in objective.commits
        if following in order
        and tape.graph.nodes[following].op.kind == "elementwise"
        and following not in last_read
        and last_read.get(leaf, -1) <= order[following]
    }


def address(op: Op, dtype: str, direction: str) -> int:
    """Return the address of a kernel, compiled or loaded now if it was not yet."""
    kernel: Any = getattr(_module(op, dtype), direction)
    return int(kernel.address)


def _module(op: Op, dtype: str) -> ModuleType:
    return cache.load(op, dtype, modules.module_text(op, dtype))


MACHINE = MachineKind(
    "jit", "kernels compiled by Numba: trains at full speed", CompiledMachine, fast=True, auto=True,
    missing=_warming.missing, ready=_warming.ready, warm=_warming.warm,
)  # fmt: skip
