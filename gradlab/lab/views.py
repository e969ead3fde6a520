"""What the faces ask for: small pictures of a run, and numbers by window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, prod
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from gradlab.axis.environment import last_change
from gradlab.axis.position import PHASES, State
from gradlab.axis.run import Run
from gradlab.diagnose.findings import Finding, find
from gradlab.errors import ActionError
from gradlab.graph.graph import Graph
from gradlab.lab.numbers import flat_index
from gradlab.lab.search.breakpoints import places_of
from gradlab.lab.snapshot import Brief, NodeInfo, Snapshot
from gradlab.lab.teach.quiz import hidden
from gradlab.lab.why.formula import expression, formula
from gradlab.lab.why.ledger import WHOLE, Drill, Ledger, ledger
from gradlab.op import Array, Shape
from gradlab.train.layers import layer_parts
from gradlab.train.probe import root_mean_square
from gradlab.train.statistics import LayerStats, layer_stats

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab
    from gradlab.lab.why.paths import Paths

LINES = 200


def node_infos(graph: Graph) -> tuple[NodeInfo, ...]:
    """Return what does not change about the nodes."""
    return tuple(
        NodeInfo(
            index=n.index, name=n.name, op=n.op.name, title=n.op.title, expression=expression(graph, n), shape=n.shape,
            inputs=n.inputs, layer=n.layer, phase=n.phase, is_leaf=n.is_leaf, step=n.step,
        )
        for n in graph.nodes
    )  # fmt: skip


def snapshot(lab: Lab, version: int) -> Snapshot:
    """Return what a face draws of the laboratory at this moment."""
    run = lab.run
    grads = run.grad_states()
    root = run.root_of(run.at.update)
    counts = [run.timeline.count(run.at.update, phase) for phase in PHASES]
    return Snapshot(
        version=version, position=run.at, counts=(counts[0], counts[1], counts[2]),
        root="" if root is None else run.graph.nodes[root].name,
        value_states=run.table.values(run.at, run.stale, grads).tobytes(), grad_states=grads.tobytes(),
        current=run.timeline.executed(run.at), following=run.timeline.following(run.at), focus=lab.focus, mode=run.mode,
        seed=run.seed, dtype=run.tape.dtype.name, backend=run.machine.backend, losses=run.history.pairs(),
        lines=tuple(lab.lines[-LINES:]), can_undo=bool(lab.journal.entries), marks=tuple(lab.marks.items()),
        breakpoints=tuple((one.number, one.text) for one in lab.breakpoints), stops=places_of(lab),
        watches=tuple((one.number, one.expression.text, one.shown(lab, version)) for one in lab.watches),
        checkpoints=tuple(b.position for b in lab.walker.checkpoints.bookmarks if b.position.update == run.at.update),
        question="" if lab.pending_quiz is None else lab.pending_quiz.rest.text, hidden=hidden(lab),
    )  # fmt: skip


def readable_grad(run: Run, index: int, states: npt.NDArray[np.uint8] | None = None) -> Array | None:
    """Return a gradient as it lies there, zeros where none arrives, None where there is nothing yet."""
    state = State(run.grad_states()[index] if states is None else states[index])
    node = run.graph.nodes[index]
    if state is State.PENDING or node.phase == "u":
        return None
    return np.zeros(node.shape, run.tape.dtype) if state is State.UNREACHED else run.machine.grad(index)


def briefs(run: Run, indexes: Sequence[int]) -> list[Brief]:
    """Return the numbers of some boxes: a scalar itself, else the RMS; NaN where there is nothing."""
    values, grads = run.value_states(), run.grad_states()
    received, total = run.table.partials(run.at)
    found = []
    for index in indexes:
        value = nan if values[index] == State.PENDING else _one_number(run.machine.value(index))
        grad = readable_grad(run, index, grads)
        partial = (int(received[index]), int(total[index]))
        found.append(Brief(value, nan if grad is None else _one_number(grad), partial))
    return found


def _one_number(array: Array) -> float:
    return float(array.reshape(-1)[0]) if array.size == 1 else root_mean_square(np.asarray(array, np.float64))


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a tensor as a table: its last axis lies across, all others run down.

    array: float64 (rows, columns), from row0 and col0 on; it is smaller at the borders.
    """

    array: npt.NDArray[np.float64]
    row0: int
    col0: int
    total_rows: int
    total_cols: int
    shape: Shape


def window(run: Run, index: int, what: str, rows: tuple[int, int], cols: tuple[int, int]) -> Window:
    """Return a window; rows and cols are pairs (first, how many). Raises ActionError when there are no numbers yet."""
    node = run.graph.nodes[index]
    if what == "value":
        array = None if run.value_state(index) is State.PENDING else run.machine.value(index)
    else:
        array = readable_grad(run, index)
    if array is None:
        raise ActionError(f"the {'value' if what == 'value' else 'gradient'} of `{node.name}` is not there at {run.at}")
    width = node.shape[-1] if node.shape else 1
    height = prod(node.shape[:-1])
    (row0, many), (col0, wide) = (max(0, rows[0]), rows[1]), (max(0, cols[0]), cols[1])
    part = array.reshape(height, width)[row0 : row0 + many, col0 : col0 + wide]
    return Window(part.astype(np.float64), row0, col0, height, width, node.shape)


def place_in(run: Run, index: int, element: int | tuple[int, ...] | None) -> int:
    """Return the flat place of an element; of None the largest gradient's. Raises ActionError when there is no such element."""
    node = run.graph.nodes[index]
    if element is None:
        gradient = readable_grad(run, index)
        return 0 if gradient is None or not node.size else int(np.argmax(np.abs(np.nan_to_num(gradient, nan=np.inf))))
    flat = flat_index(node.shape, element) if isinstance(element, tuple) else element
    if flat is None or not 0 <= flat < node.size:
        shown = list(element) if isinstance(element, tuple) else [element]
        raise ActionError(f"`{node.name}` has no element {shown}: its shape is {node.shape}")
    return flat


def ledger_of(lab: Lab, index: int, element: int | tuple[int, ...] | None, drill: Drill = WHOLE) -> Ledger:
    """Return a ledger; of a past gradient with the numbers that it was made from."""
    from gradlab.lab.elsewhere import witness

    past = lab.run.grad_state(index) is State.PAST
    run = witness(lab) if past else lab.run
    node = run.graph.nodes[index]
    note = f"past, of update {run.at.update}" if past else ""
    if element is None and node.shape and node.size:
        note = "; ".join(filter(None, (note, "the largest gradient of the node")))
    if not node.size:
        raise ActionError(f"`{node.name}` is empty: its shape is {node.shape}")
    return ledger(run, index, place_in(run, index, element), note, drill)


def paths_of(lab: Lab, index: int, element: int | tuple[int, ...] | None) -> Paths:
    """Return the ways of a gradient; of a past one with the numbers that it was made from."""
    from gradlab.lab.elsewhere import witness
    from gradlab.lab.why.paths import paths

    past = lab.run.grad_state(index) is State.PAST
    run = witness(lab) if past else lab.run
    place = (
        None if element is None and run.graph.nodes[index].shape else place_in(run, index, () if element is None else element)
    )
    return paths(run, index, place, f"past, of update {run.at.update}" if past else "")


def explain(lab: Lab, text: str) -> Ledger:
    """Return the ledger of `NODE` or `NODE[i, j]`, as a person writes it."""
    from gradlab.lab.arguments import Words, reference
    from gradlab.lab.script import as_action_error
    from gradlab.source import Source

    with as_action_error():
        read = reference(Words(Source("<name>", text).span(0, len(text)), lab.known))
    return ledger_of(lab, lab.known.nodes[read.name], read.index)


def formula_of(run: Run, index: int, element: int | tuple[int, ...]) -> tuple[str, ...]:
    """Return the lines of a formula."""
    return formula(run, index, place_in(run, index, element) if run.graph.nodes[index].size else 0)


def statistics(run: Run) -> tuple[LayerStats, ...]:
    """Return one row a layer."""
    values, grads = run.value_states(), run.grad_states()

    def value(index: int) -> Array | None:
        return None if values[index] == State.PENDING else run.machine.value(index)

    return tuple(
        layer_stats(run.graph, parts, value, lambda i: readable_grad(run, i, grads), lambda i: last_change(run, i, values))
        for parts in layer_parts(run.graph)
    )


def findings(run: Run) -> tuple[Finding, ...]:
    """Return what the rules find in the numbers as they are."""
    if np.isfinite(run.machine.arena).all():
        return ()
    values, grads = run.value_states(), run.grad_states()
    seen = (State.DONE, State.STALE, State.PAST)

    def value(index: int) -> Array | None:
        return run.machine.value(index) if State(values[index]) in seen else None

    def grad(index: int) -> Array | None:
        reached = State(grads[index]) not in (State.PENDING, State.UNREACHED)
        return run.machine.grad(index) if reached and run.graph.nodes[index].phase == "f" else None

    root = run.root_of(run.at.update - (run.at.phase == "f" and run.at.update > 0))
    order = () if root is None else run.tape.backward_order(root)
    return find(run.graph, value, grad, order)
