"""An imported program as a scenario that can be run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gradlab.errors import GradlabError
from gradlab.importers.program import Program
from gradlab.importers.verdict import ValueVerdict
from gradlab.importers.writing import ARCHIVE, STATE, WrittenProgram, write
from gradlab.lab.archive import write_npz
from gradlab.outputs import written
from gradlab.scenario.bounds import MAX_MEMORY
from gradlab.scenario.model import Draft, draft_text
from gradlab.scenario.overrides import Overrides

EXPECTED = "expected.npz"
"""The file of what the framework gave."""
MOST_KEPT = 64 << 20
"""Bytes of it."""


@dataclass(frozen=True, slots=True)
class Built:
    """What an importer gives: the draft of a scenario, as it was written, and what its program was."""

    program: Program
    written: WrittenProgram
    draft: Draft


def built(program: Program, memory: int | None = None) -> Built:
    """Return the scenario of a program. memory: bytes that values and gradients may take; None: 2 GiB."""
    found = write(program)
    overrides = Overrides(memory=memory or MAX_MEMORY, archives={ARCHIVE: found.arrays, STATE: found.state})
    return Built(program, found, draft_text(found.text, program.title, None, overrides))


def add_script(path: Path, program: Program, verdict: ValueVerdict) -> None:
    """Write behind a scenario what runs it and compares it with what its framework gave, and keep that beside it."""
    kept, left = {}, MOST_KEPT
    for name, array in reversed(verdict.kept.items()):  # those at the end say most
        left -= array.nbytes
        if left >= 0:
            kept[name] = array
    lines = ["forward", *(["backward"] if program.root is not None else []), *([f"agree {EXPECTED}"] if kept else [])]
    if kept:
        with written(path.parent / EXPECTED) as made:
            write_npz(made, dict(reversed(kept.items())))
    with path.open("a", encoding="utf-8", newline="\n") as file:
        file.write("\n".join(("", "```lab", *lines, "```", "")))


def refuse_written(folder: Path, name: str = "model.md") -> None:
    """Raise GradlabError where a folder has one of the files already that `write_folder` and `add_script` write."""
    for one in (name, ARCHIVE, STATE, EXPECTED):
        if (folder / one).exists():
            raise GradlabError(f"`{folder / one}` is there already, and nothing is written over it: name another folder")


def write_folder(program: Program, folder: Path, name: str = "model.md") -> Path:
    """Write a program as a scenario and its arrays into a folder, and return the path of the scenario. Raises GradlabError."""
    found = write(program)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise GradlabError(f"cannot write `{folder}`: {(error.strerror or str(error)).lower()}") from None
    for file, arrays in ((ARCHIVE, found.arrays), (STATE, found.state)):
        if arrays:
            with written(folder / file) as made:
                write_npz(made, arrays)
    with written(folder / name) as made:
        made.write_text(found.text, encoding="utf-8", newline="\n")
    return folder / name
