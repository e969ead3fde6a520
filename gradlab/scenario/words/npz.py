"""Arrays from a NumPy archive beside the scenario or below it.

The options behind the name are those of `dataset`. Equal options of one file deal out the same rows, so that x and t stay side
by side.

Example:
    x = npz("points.npz", split="train", batch=2)["x"]
    t = npz("points.npz", split="train", batch=2)["t"]
    W = param(npz("points.npz")["W"])
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from gradlab.arguments import REQUIRED
from gradlab.errors import ArgumentError
from gradlab.scenario.call import Call
from gradlab.scenario.files import list_npz, open_path, read_npz
from gradlab.scenario.tracing import Trace
from gradlab.scenario.values import Data, Value, kind_of
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._tables import DEALT, FILE_OPTIONS, IN_ARENA, as_it_is, dealt

PARAMETERS = {"file": REQUIRED, **FILE_OPTIONS}


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """An archive whose arrays are read by name."""

    call: Call
    path: Path
    name: str
    options: dict[str, Value]

    def __repr__(self) -> str:
        return "an archive"

    def member(self, trace: Trace, key: Value, at: ast.Subscript) -> Value:
        """Return an array by its name. Raises Wrong."""
        if not isinstance(key, str):
            raise trace.wrong(f"an array of an archive is chosen by its name, got {kind_of(key)}", at.slice)
        try:
            room = trace.budget.left // (IN_ARENA if as_it_is(self.options) else DEALT)
            array = read_npz(self.path, self.name, key, room)
        except ArgumentError as error:
            raise trace.wrong(str(error), at.slice) from None
        trace.budget.spend(array.nbytes)
        if as_it_is(self.options):
            return Data(array, "npz")
        if not array.ndim:
            raise trace.wrong(f"`{key}` is a single number and has no rows to deal out", at.slice)
        return dealt(self.call, self.name, array, self.options)


def run(call: Call) -> Value:
    """Return an archive, after a look at what it is."""
    bound = call.bind(PARAMETERS)
    name = bound["file"]
    if not isinstance(name, str):
        raise call.trace.wrong(f"`npz` takes the name of a file, got {kind_of(name)}", call.place(PARAMETERS, "file"))
    try:
        path = open_path(call.trace.document.folder, name)
        list_npz(path, name)
    except ArgumentError as error:
        raise call.trace.wrong(str(error), call.place(PARAMETERS, "file")) from None
    return Archive(call, path, name, {option: bound[option] for option in FILE_OPTIONS})


WORD = Word("npz", 'npz(file, batch=None, split=None, …)["name"]', run, __doc__, PARAMETERS)
