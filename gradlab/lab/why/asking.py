"""Asking where a number of a core comes from; of a past gradient with the numbers that it was made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.position import State
from gradlab.axis.run import Run
from gradlab.errors import ActionError
from gradlab.lab.numbers import flat_index
from gradlab.lab.views import readable_grad
from gradlab.lab.why.arrivals import WHOLE, Drill, ledger
from gradlab.lab.why.formula import formula
from gradlab.lab.why.ledger import Ledger
from gradlab.lab.why.paths import Paths, paths

if TYPE_CHECKING:
    from gradlab.lab.core import Core


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


def _made_in(core: Core, index: int) -> tuple[Run, str]:
    """Return the run that a gradient was made in, and a note where that is not the present one."""
    state, at = core.run.grad_state(index), core.run.at
    if state is not State.PAST and not (state is State.UNREACHED and at.phase == "f" and core.run.has_past):
        return core.run, ""
    run = core.twins.witness()
    return run, f"past, of update {run.at.update}"


def ledger_of(core: Core, index: int, element: int | tuple[int, ...] | None = None, drill: Drill = WHOLE) -> Ledger:
    """Return the ledger of an element of a gradient; without an element of the largest. Raises ActionError."""
    run, note = _made_in(core, index)
    node = run.graph.nodes[index]
    if element is None and node.shape and node.size:
        note = "; ".join(filter(None, (note, "the largest gradient of the node")))
    if not node.size:
        raise ActionError(f"`{node.name}` is empty: its shape is {node.shape}")
    return ledger(run, index, place_in(run, index, element), note, drill)


def paths_of(core: Core, index: int, element: int | tuple[int, ...] | None = None) -> Paths:
    """Return the ways of a gradient; without an element those of the whole node. Raises ActionError."""
    run, note = _made_in(core, index)
    whole = element is None and bool(run.graph.nodes[index].shape)
    return paths(run, index, None if whole else place_in(run, index, () if element is None else element), note)


def formula_of(core: Core, index: int, element: int | tuple[int, ...] = 0) -> tuple[str, ...]:
    """Return the lines of a formula: symbols, numbers, and what is sent to each input on account of an element."""
    return formula(core.run, index, place_in(core.run, index, element) if core.graph.nodes[index].size else 0)
