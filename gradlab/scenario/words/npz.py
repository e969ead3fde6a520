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
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gradlab.arguments import REQUIRED
from gradlab.errors import ArgumentError
from gradlab.op import Array
from gradlab.scenario.bounds import mebibytes
from gradlab.scenario.call import Call
from gradlab.scenario.reading.arrays import list_npz, read_npz
from gradlab.scenario.tracing import Trace
from gradlab.scenario.values import Data, Value, kind_of
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._tables import FILE_OPTIONS, as_it_is, dealt_x, file_of, options_of, room_for, rows_of
from gradlab.source import did_you_mean

PARAMETERS = {"file": REQUIRED, **FILE_OPTIONS}


@dataclass(frozen=True, slots=True, eq=False)
class Archive:
    """An archive whose arrays are read by name. path: of its file; where there is none, `arrays` has them all."""

    call: Call
    path: Path | None
    name: str
    options: dict[str, Value]
    arrays: Mapping[str, Array] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "an archive"

    def member(self, trace: Trace, key: Value, at: ast.Subscript) -> Value:
        """Return an array by its name. Raises Wrong."""
        if not isinstance(key, str):
            raise trace.wrong(f"an array of an archive is chosen by its name, got {kind_of(key)}", at.slice)
        try:
            array = self._array(key, room_for(self.call, self.options))
        except ArgumentError as error:
            raise trace.wrong(str(error), at.slice) from None
        trace.budget.spend(array.nbytes)
        if as_it_is(self.call.word, self.options):
            return Data(array, self.call.word)
        if not array.ndim:
            raise trace.wrong(f"`{key}` is a single number and has no rows to deal out", at.slice)
        return dealt_x(self.call, rows_of(self.name, array), self.options)

    def _array(self, key: str, memory: int) -> Array:
        """Return an array as float64. Raises ArgumentError."""
        if self.path is not None:
            return read_npz(self.path, self.name, key, memory)
        if key not in self.arrays:
            raise ArgumentError(f"`{self.name}` has no array `{key}`; {did_you_mean(key, self.arrays)}".rstrip("; "))
        found = self.arrays[key]
        if found.nbytes > memory:
            size, left = map(mebibytes, (found.nbytes, memory))
            raise ArgumentError(f"`{self.name}`: `{key}` takes {size} MiB, left for it are {left} MiB: `max_memory` raises it")
        return found


def run(call: Call) -> Value:
    """Return an archive, after a look at what it is."""
    bound = call.bind(PARAMETERS)
    kept = call.trace.overrides.archives
    if isinstance(bound["file"], str) and bound["file"] in kept:
        return Archive(call, None, bound["file"], options_of(bound), kept[bound["file"]])
    try:
        path = file_of(call, bound["file"], PARAMETERS)
        list_npz(path, bound["file"])
    except ArgumentError as error:
        raise call.trace.wrong(str(error), call.place(PARAMETERS, "file")) from None
    return Archive(call, path, bound["file"], options_of(bound))


WORD = Word("npz", 'npz(file, batch=None, split=None, …)["name"]', run, __doc__, PARAMETERS)
