"""What an edit makes stale, and running the stale part again."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.states import Flags
from gradlab.kernels.rows import SKIP

if TYPE_CHECKING:
    from gradlab.axis.run import Run

NAMED = 3


def stain(run: Run, values: Iterable[int] = (), grads: Iterable[int] = ()) -> None:
    """Mark as stale what was computed, in this update, from values or gradients that have changed."""
    changed = run.stale.copy()
    changed[list(values)] = True
    changed_grads = run.stale_grads.copy()
    changed_grads[list(grads)] = True
    _stain_ops(run, "f", changed)
    _stain_backward(run, changed, changed_grads)
    for window, param in run.table.windows:
        changed[window] |= changed_grads[param]
    _stain_ops(run, "u", changed)


def _stain_ops(run: Run, phase: str, changed: Flags) -> None:
    for index in run.timeline.order(run.at.update, phase)[: run.done(phase)]:
        if any(changed[i] for i in run.graph.nodes[index].inputs):
            changed[index] = run.stale[index] = True


def _stain_backward(run: Run, changed: Flags, changed_grads: Flags) -> None:
    root = run.root_of(run.at.update)
    if root is None or run.at.phase == "f":
        return
    program = run.tape.backward_program(root)
    for step in range(run.done("b")):
        node = run.graph.nodes[program.order[step]]
        if changed_grads[node.index] or changed[node.index] or any(changed[i] for i in node.inputs):
            for source, mode in zip(node.inputs, program.modes[step], strict=True):
                if mode != SKIP:
                    changed_grads[source] = run.stale_grads[source] = True


def reads_stale(run: Run, phase: str, index: int) -> bool:
    """Return whether the next op, of a node, would read something stale."""
    inputs = run.graph.nodes[index].inputs
    if any(run.stale[i] for i in inputs):
        return True
    if phase == "b":
        return bool(run.stale[index] or run.stale_grads[index])
    if phase == "f":
        return False
    windows = dict(run.table.windows)
    return any(i in windows and run.stale_grads[windows[i]] for i in inputs) or _commits_stale(run, index)


def _commits_stale(run: Run, index: int) -> bool:
    objective = run.timeline.objective(run.at.update)
    assert objective is not None
    return index == objective.updates[-1] and any(run.stale[following] for following, _ in objective.commits)


def refresh(run: Run) -> None:
    """Run everything again that is stale, in the order of the axis, and note it. What was edited stays as it was edited."""
    names = _refresh_ops(run, "f")
    if names and run.done("f") == run.timeline.count(run.at.update, "f"):
        run.record_loss()
    if run.stale_grads.any():
        names += [f"grad({run.graph.nodes[i].name})" for i in np.flatnonzero(run.stale_grads)]
        _refresh_backward(run)
    names += _refresh_ops(run, "u")
    if names:
        listed = ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
        run.notes.append(f"ran again what was stale: {listed}")


def _refresh_ops(run: Run, phase: str) -> list[str]:
    names = []
    for index in run.timeline.order(run.at.update, phase)[: run.done(phase)]:
        if run.stale[index]:
            run.machine.run_one(index)
            run.stale[index] = False
            names.append(run.graph.nodes[index].name)
            for edit in run.transient:
                if edit.what == "value" and edit.node == index:
                    run.machine.write(index, edit.array, "value", edit.index)
    return names


def _refresh_backward(run: Run) -> None:
    """Run the backward pass again up to where it was, with the edits of gradients where they were made."""
    root = run.root_of(run.at.update)
    assert root is not None
    done = run.done("b")
    edits = sorted(((run.step_of_edit(edit), edit) for edit in run.transient if edit.what == "grad"), key=lambda pair: pair[0])
    run.begin_backward()
    stops = sorted({0, done, *(step for step, _ in edits)})
    for step, edit in edits:
        if step == 0:
            run.machine.write(edit.node, edit.array, "grad", edit.index)
    for start, stop in pairwise(stops):
        run.machine.backward(root, start, stop, run.adds)
        for step, edit in edits:
            if step == stop:
                run.machine.write(edit.node, edit.array, "grad", edit.index)


def is_stale(run: Run) -> bool:
    """Return whether anything is stale."""
    return bool(run.stale.any() or run.stale_grads.any())
