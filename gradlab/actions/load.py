"""Going on with a training that was saved."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.actions._file import FileName, file_name
from gradlab.errors import ActionError, ArgumentError
from gradlab.lab.outcome import Outcome, said
from gradlab.lab.saving import read
from gradlab.scenario.reading.place import open_path
from gradlab.source import did_you_mean

if TYPE_CHECKING:
    from gradlab.session import Lab


def _load(lab: Lab, file: FileName) -> Outcome:
    """Begin a run with what was saved."""
    state = read(lab, _found(lab, file), file.text)
    lab.begin_at(state.origin(lab.graph), lab.statement_text)
    return said("value", f"{lab.position}  goes on from `{file.text}`, seed {lab.run.seed}; `undo` brings back the run before")


def _found(lab: Lab, file: FileName) -> Path:
    """Return the path of a file: where this run has written it, or for a script beside the scenario. Raises ActionError."""
    path = lab.outputs.find(file.text, script=not file.typed)
    if path is not None:
        return path
    if not file.typed or lab.outputs.strange:
        try:
            return open_path(lab.scenario.document.folder, file.text)
        except ArgumentError as error:
            raise ActionError(str(error)) from None
    raise ActionError(f"there is no file `{file.text}`{_hint(file.text)}")


def _hint(name: str) -> str:
    path = Path(name).expanduser()
    try:
        near = did_you_mean(path.name, sorted(one.name for one in path.parent.iterdir() if one.suffix == ".npz"))
    except OSError:
        return ""
    return f"; {near}" if near else ""


ACTION = Action(
    "load", "FILE",
    "go on with a training that `save` wrote: its update, seed, parameters and all else that it needs are those of the file;"
    " there are no positions before it, until `undo` brings back the run that there was",
    file_name, _load, moves=True,
)  # fmt: skip
