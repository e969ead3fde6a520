"""The backward pass of an update that nobody looks into: only gradients that reach what the update reads, in less memory.

Whoever trains many updates and shows the last of them may run the others like this: what the update reads is the same to the
bit, and what is left of the other gradients is overwritten when the last one runs as `Tape.backward_program` says.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gradlab.graph.graph import Node
from gradlab.graph.tape import Backward, Tape
from gradlab.kernels.rows import ADD, ASSIGN, SKIP


@dataclass(frozen=True)
class UnseenBackward:
    """A backward program for such updates.

    order, modes: as of `Backward`.   offsets: where each gradient lies, as `Tape.grad_offset`.
    """

    order: tuple[int, ...]
    modes: tuple[tuple[int, ...], ...]
    offsets: npt.NDArray[np.int64]


def unseen(tape: Tape, program: Backward) -> UnseenBackward:
    """Return what is left of a program when only the gradients that some update reads matter.

    An op is left out where no such gradient lies behind it. One that has to run still may be told to leave an operand out.
    """
    nodes = tape.graph.nodes
    kept = {node.attrs["of"] for node in nodes if node.op.role == "gradient"} | {program.root}
    wanted = _wanted(tape, kept)
    order = tuple(index for index in program.order if wanted[index])
    modes, written = list[tuple[int, ...]](), set[int]()
    for index in order:
        modes.append(tuple(_modes(nodes[index], wanted, written)))
    return UnseenBackward(order, tuple(modes), _lent(tape, order, kept))


def _wanted(tape: Tape, kept: Iterable[int]) -> npt.NDArray[np.bool_]:
    """Return for each node whether its gradient matters: it is kept, or the op sends to one that matters."""
    wanted = np.zeros(len(tape.graph.nodes), np.bool_)
    wanted[list(kept)] = True
    for node in tape.graph.nodes:
        wanted[node.index] |= any(wanted[i] and node.op.flows(k) for k, i in enumerate(node.inputs))
    return wanted


def _modes(node: Node, wanted: npt.NDArray[np.bool_], written: set[int]) -> Iterable[int]:
    """Yield what an op does to the gradient of each operand, and take note of those that it is the first to write."""
    for position, source in enumerate(node.inputs):
        if not node.op.flows(position) or not (wanted[source] or not node.op.skips):
            yield SKIP
            continue
        yield ADD if source in written else ASSIGN
        written.add(source)


def _lent(tape: Tape, order: tuple[int, ...], kept: set[int]) -> npt.NDArray[np.int64]:
    """Return offsets of gradients: those that nobody reads any more give their slices to others of their size.

    What is kept has its own. A slice is never lent to the op that reads it: kernels may write before they have read all. None
    is that of a node to which no gradient flows: nothing would write over what is left there.
    """
    nodes, offsets = tape.graph.nodes, tape.grad_offset.copy()
    sent = [_sent(nodes[index]) for index in order]
    last = {source: step for step, sources in enumerate(sent) for source in sources}
    free: dict[int, list[int]] = {}
    given = set(kept)
    for step, index in enumerate(order):
        for source in sent[step]:
            slices = free.get(nodes[source].size)
            if source not in given and slices:
                offsets[source] = slices.pop()
            given.add(source)
        ended = [source for source in sent[step] if nodes[source].is_leaf and last[source] == step]
        for dead in (one for one in (*ended, index) if one not in kept):
            free.setdefault(nodes[dead].size, []).append(int(offsets[dead]))
    return offsets


def _sent(node: Node) -> tuple[int, ...]:
    """Return the operands to which a gradient flows, each once."""
    return tuple(dict.fromkeys(source for position, source in enumerate(node.inputs) if node.op.flows(position)))
