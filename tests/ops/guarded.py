"""One op alone in an arena with gaps between all slices, and what its kernels wrote where they may not write.

Kernels do not check bounds, and most of the working memory is laid out by sums of sizes of which a kernel makes its own: one
that takes other sizes for them writes into what belongs to somebody else. Every gap is larger than all that the op has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import numpy.typing as npt

from gradlab.graph.graph import Graph
from gradlab.graph.machines.compiled import CompiledMachine
from gradlab.graph.tape import LINE, Tape
from gradlab.kernels.rows import ADD, ASSIGN, SKIP
from gradlab.op import Array, Op
from gradlab.ops import OPS
from tests.ops.casebook import Case

GAP = 2048
"""Elements between two slices, at least."""
FILLS = (np.nan, 7.25)
"""What lies everywhere before a kernel runs: NaN goes into all that reads it, and a number is another one if it is added to."""
Modes = tuple[int, ...]


class Guarded:
    """An op on the operands of a call, each slice of the arena by itself.

    fill: what lies in the gaps, in the working memory, and in all that is to be written.
    """

    def __init__(self, op: Op, case: Case, dtype: str, fill: float) -> None:
        graph = Graph()
        self.op, self.inputs = op, [graph.add(OPS["param"], (), name=f"x{i}", shape=x.shape) for i, x in enumerate(case.inputs)]
        self.out = graph.add(op, self.inputs, {**op.attrs, **case.attrs}, name="z")
        tape = Tape(graph, dtype)
        self.places = spread_out(tape)
        self.machine, self.fill = CompiledMachine(tape), fill
        self.machine.restore(np.full_like(self.machine.copy(), fill))
        for node, x in zip(self.inputs, case.inputs, strict=True):
            self.machine.write(node.index, x)
        self.after = self.machine.copy()

    def forward(self) -> tuple[Array, list[str]]:
        """Return the output, and what was written beside it and beside the working memory."""
        before = self.machine.copy()
        self.machine.forward(0, 1)
        self.after = self.machine.copy()
        written = self._changed(before, {f"value {self.out.index}", f"scratch {self.out.index}"})
        return self.machine.value(self.out.index).copy(), written

    def backward(self, upstream: Array, modes: Modes) -> tuple[list[Array], list[str]]:
        """Return what a pass sends to each operand, after a forward pass, and what was written beside that."""
        machine = self.machine
        machine.restore(self.after)
        machine.write(self.out.index, upstream, "grad")
        for node, mode in zip(self.inputs, modes, strict=True):
            if mode == ADD:
                machine.write(node.index, 0.5, "grad")
        before = machine.copy()
        rows = machine._assemble([self.out.index], "backward", [modes])
        machine._run(rows, 0, 1)
        allowed = {f"grad {node.index}" for node, mode in zip(self.inputs, modes, strict=True) if mode != SKIP}
        return [machine.grad(node.index).copy() for node in self.inputs], self._changed(
            before, allowed | {f"scratch {self.out.index}"}
        )

    def _changed(self, before: Array, allowed: set[str]) -> list[str]:
        """Name the slices, and the gaps behind them, whose bits are others than before."""
        kind = np.uint64 if before.itemsize == 8 else np.uint32
        other = np.flatnonzero(before.view(kind) != self.machine.copy().view(kind))
        found, last = list[str](), np.searchsorted(other, [place for place, _ in self.places])
        for (_, name), first, end in zip(self.places, last, [*last[1:], len(other)], strict=True):
            if first < end and name not in allowed:
                found.append(f"{name} ({end - first} elements)")
        return found


def spread_out(tape: Tape) -> list[tuple[int, str]]:
    """Put gaps around all slices of a tape; return where each slice and each gap begins, and what it is."""
    plans = np.array([plan.scratch if plan else 0 for plan in tape.plans], np.int64)
    gap = -(-max(GAP, 2 * int(max(plans.max(), tape.sizes.max()))) // LINE) * LINE
    kinds: tuple[tuple[str, npt.NDArray[np.int64], npt.NDArray[np.int64]], ...] = (
        ("value", tape.value_offset, tape.sizes),
        ("grad", tape.grad_offset, tape.sizes),
        ("scratch", tape.scratch_offset, plans),
    )
    top, places = gap, [(0, "before all")]
    for name, offsets, sizes in kinds:
        for i in np.flatnonzero(offsets >= 0):
            offsets[i] = top
            places += [(top, f"{name} {i}"), (top + int(sizes[i]), f"behind {name} {i}")]
            top = -(-(top + int(sizes[i])) // LINE) * LINE + gap
    tape.size = top
    return places


def modes_of(op: Op, count: int) -> Iterator[Modes]:
    """Return what a backward pass may be told to do to the gradients of so many operands."""
    choices = [(SKIP, ASSIGN, ADD) if op.skips else (ASSIGN, ADD)] * count
    yield from product(*(each if op.flows(k) else (SKIP,) for k, each in enumerate(choices)))


def trespasses(op: Op, case: Case, dtype: str) -> list[str]:
    """Say what the kernels of an op did on a call that they may not do."""
    benches, found = [Guarded(op, case, dtype, fill) for fill in FILLS], list[str]()
    forward = [bench.forward() for bench in benches]
    found += [f"forward wrote {written}" for _, written in forward if written]
    found += _dependent("forward", [[z] for z, _ in forward])
    if op.backward is None:
        return found
    g = np.random.default_rng(5).uniform(0.5, 1.5, forward[0][0].shape)
    for modes in modes_of(op, len(case.inputs)):
        sent = [bench.backward(g, modes) for bench in benches]
        found += [f"backward {modes} wrote {written}" for _, written in sent if written]
        wanted = [[x for x, mode in zip(arrays, modes, strict=True) if mode != SKIP] for arrays, _ in sent]
        found += _dependent(f"backward {modes}", wanted)
    return found


def _dependent(what: str, results: Sequence[Sequence[Array]]) -> list[str]:
    if all(np.array_equal(a, b, equal_nan=True) for a, b in zip(*results, strict=True)):
        return []
    return [f"{what}: results depend on what lay there before"]
