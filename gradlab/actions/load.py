"""Going on with a training that was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._file import FileName, file_name, found_file
from gradlab.lab.outcome import Outcome, said
from gradlab.lab.saving import read

if TYPE_CHECKING:
    from gradlab.session import Lab


def _load(lab: Lab, file: FileName) -> Outcome:
    """Begin a run with what was saved."""
    state = read(lab, found_file(lab, file), file.text)
    lab.begin_at(state.origin(lab.graph), lab.statement_text)
    return said("value", f"{lab.position}  goes on from `{file.text}`, seed {lab.run.seed}; `undo` brings back the run before")


ACTION = Action(
    "load", "FILE",
    "go on with a training that `save` wrote: its update, seed, parameters and all else that it needs are those of the file;"
    " there are no positions before it, until `undo` brings back the run that there was",
    file_name, _load, moves=True,
)  # fmt: skip
