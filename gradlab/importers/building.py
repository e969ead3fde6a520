"""An imported program as a scenario that can be run, and the place in its training where that begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gradlab.axis.origin import RunOrigin
from gradlab.errors import GradlabError
from gradlab.graph.graph import Graph
from gradlab.importers.program import Program
from gradlab.importers.writing import ARCHIVE, WrittenProgram, write
from gradlab.lab.archive import write_npz
from gradlab.op import Array
from gradlab.outputs import written
from gradlab.scenario.bounds import MAX_MEMORY
from gradlab.scenario.model import Draft, draft_text
from gradlab.scenario.overrides import Overrides

COUNTERS = ".t"
"""How the names of the leaves end in which an optimizer counts its steps."""


@dataclass(frozen=True, slots=True)
class Built:
    """What an importer gives: the draft of a scenario, as it was written, and what its program was."""

    program: Program
    written: WrittenProgram
    draft: Draft

    def origin(self, graph: Graph) -> RunOrigin:
        """Return where the run begins: behind the steps that the optimizer has made, with what it keeps of them."""
        return origin_of(self.program, self.written, graph)


def built(program: Program, memory: int | None = None) -> Built:
    """Return the scenario of a program. memory: bytes that values and gradients may take; None: 2 GiB."""
    found = write(program)
    overrides = Overrides(memory=memory or MAX_MEMORY, archives={ARCHIVE: found.arrays})
    return Built(program, found, draft_text(found.text, program.title, None, overrides))


def origin_of(program: Program, found: WrittenProgram, graph: Graph) -> RunOrigin:
    """Return where the run of a program begins in the graph of its scenario."""
    leaves: dict[int, Array] = {}
    for (param, ending), array in program.state.items():
        node = graph.find(f"{found.names[param]}.{ending}")
        if node is None:
            raise GradlabError(f"the optimizer keeps no `{ending}` of `{found.names[param]}`")
        leaves[node.index] = np.asarray(array)
    for node in graph.nodes:
        if node.op.role == "state" and node.shape == () and node.name.endswith(COUNTERS) and node.phase == "u":
            leaves[node.index] = np.asarray(float(program.steps))
    steps = program.steps if graph.objectives else 0
    source = program.title if leaves else ""
    return RunOrigin(steps, mode=program.mode, leaves=leaves, steps=steps, source=source)


def write_folder(program: Program, folder: Path, name: str = "model.md") -> Path:
    """Write a program as a scenario and its arrays into a folder, and return the path of the scenario. Raises GradlabError."""
    found = write(program)
    folder.mkdir(parents=True, exist_ok=True)
    with written(folder / ARCHIVE) as made:
        write_npz(made, found.arrays)
    with written(folder / name) as made:
        made.write_text(found.text, encoding="utf-8", newline="\n")
    return folder / name
