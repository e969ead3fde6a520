"""The state of a training as a file; the form of the file is in `saved`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.position import Position
from gradlab.lab.archive import write_npz
from gradlab.lab.saved import FOLLOWING, KEPT, Saved, read_saved
from gradlab.outputs import written

if TYPE_CHECKING:
    from gradlab.axis.run import Run
    from gradlab.graph.graph import Node
    from gradlab.lab.core import Core


def saved(core: Core) -> Saved:
    """Return the state of a training where the cursor stands; within an update, that with which this update begins again."""
    core.need_run()
    run, nodes, at = core.run, core.graph.nodes, core.position
    kept = [node for node in nodes if node.is_leaf and (node.op.role in KEPT or _is_other(run, node))]
    frozen = core.journal.frozen(at.update + (at > Position(at.update, "u")))
    return Saved(
        {node.name: run.machine.value(node.index).copy() for node in kept}, at.update, run.seed, run.mode, run.steps(),
        tuple(nodes[i].name for i in sorted(frozen)),
        tuple((one.first, one.number, one.objective) for one in core.journal.stretches()), run.tape.dtype.name,
    )  # fmt: skip


@np.errstate(over="ignore")
def _is_other(run: Run, node: Node) -> bool:
    """Whether a leaf holds other numbers than the scenario gives it in this update: those of an edit."""
    if node.feed is None or node.op.role in FOLLOWING:
        return False
    now = run.machine.value(node.index)
    return run.machine.fed(node.feed, run.seed, run.at.update).astype(now.dtype).tobytes() != now.tobytes()


def write(state: Saved, path: Path, *, over: bool = False) -> None:
    """Write a state to a file, whole or not at all. Raises GradlabError."""
    with written(path, force=over) as made:
        write_npz(made, state.entries())


def read(core: Core, path: Path, name: str) -> Saved:
    """Return the state in a file, for the model of a core. Raises ActionError with all that does not fit, and BoundError."""
    core.need_run()
    return read_saved(path, name, core.tape, core.memory)
