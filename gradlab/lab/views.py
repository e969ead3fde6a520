"""Numbers of a run as faces and measures ask for them: of nodes, by window, and of layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, prod
from typing import Literal

import numpy as np
import numpy.typing as npt

from gradlab.axis.environment import last_change
from gradlab.axis.position import State
from gradlab.axis.run import Run
from gradlab.errors import ActionError
from gradlab.lab.layers import LayerTable
from gradlab.lab.sending import Sending
from gradlab.lab.snapshot import Brief
from gradlab.op import Array, Shape
from gradlab.train.layers import layer_parts
from gradlab.train.measure import StripKind, root_mean_square
from gradlab.train.statistics import layer_stats


def readable_grad(run: Run, index: int, states: npt.NDArray[np.uint8] | None = None) -> Array | None:
    """Return a gradient as it lies there, zeros where none arrives, None where there is nothing yet."""
    state = State(run.grad_states()[index] if states is None else states[index])
    node = run.graph.nodes[index]
    if state is State.PENDING or node.phase == "u":
        return None
    return np.zeros(node.shape, run.tape.dtype) if state is State.UNREACHED else run.machine.grad(index)


def readable(run: Run, index: int, what: str) -> Array | None:
    """Return a value ("value") or a gradient as it lies there, None where there is nothing yet."""
    if what == "grad":
        return readable_grad(run, index)
    return None if run.value_state(index) is State.PENDING else run.machine.value(index)


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
class TensorWindow:
    """A part of a tensor as a table: its last axis lies across, all others run down.

    array: float64 (rows, columns), from row0 and col0 on; it is smaller at the borders.
    hidden: rows and columns of the numbers that the open question hides, "all" where it asks for the whole tensor.
    """

    array: npt.NDArray[np.float64]
    row0: int
    col0: int
    total_rows: int
    total_cols: int
    shape: Shape
    hidden: frozenset[tuple[int, int]] | Literal["all"] = frozenset()


def window(run: Run, index: int, what: str, rows: tuple[int, int], cols: tuple[int, int]) -> TensorWindow:
    """Return a window; rows and cols are pairs (first, how many). Raises ActionError when there are no numbers yet."""
    node = run.graph.nodes[index]
    array = readable(run, index, what)
    if array is None:
        raise ActionError(f"the {'value' if what == 'value' else 'gradient'} of `{node.name}` is not there at {run.at}")
    width = node.shape[-1] if node.shape else 1
    height = prod(node.shape[:-1])
    (row0, many), (col0, wide) = (max(0, rows[0]), rows[1]), (max(0, cols[0]), cols[1])
    part = array.reshape(height, width)[row0 : row0 + many, col0 : col0 + wide]
    return TensorWindow(part.astype(np.float64), row0, col0, height, width, node.shape)


def statistics(run: Run) -> LayerTable:
    """Return one row a layer."""
    values, grads = run.value_states(), run.grad_states()

    sending = Sending(run)
    batch = sending.batch() if run.at.op == 0 else {}

    def value(index: int) -> Array | None:
        return batch[index] if index in batch else None if values[index] == State.PENDING else run.machine.value(index)

    def grad(index: int) -> Array | None:
        return readable_grad(run, index, grads)

    return LayerTable(
        layer_stats(run.graph, parts, value, grad, lambda i: last_change(run, i, values), sending.by)
        for parts in layer_parts(run.graph)
    )


def through(run: Run, kind: StripKind) -> tuple[tuple[int, ...], dict[str, Array]]:
    """Return the updates that were measured, and the numbers of each layer through them."""
    strips = run.strips
    return ((), {}) if strips is None or not strips.updates else (tuple(strips.updates), dict(strips.series(kind)))
