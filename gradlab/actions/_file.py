"""The name of a file, as `save`, `load` and `agree` read it, and the file that it means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.errors import ActionError, ArgumentError
from gradlab.lab.arguments import Words
from gradlab.scenario.reading.place import open_path
from gradlab.source import did_you_mean

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class FileName:
    """The name of a file. typed: whether a person typed it; else it stands in a script."""

    text: str
    typed: bool


def file_name(words: Words) -> FileName:
    """Read the name of a file: the rest of the line, in quotes or without them. Raises ScenarioError."""
    text = words.text
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1]
    if not text:
        words.refuse("which file?")
    return FileName(text, words.typed)


def found_file(lab: Lab, file: FileName) -> Path:
    """Return the path of a file: where this run has written it, or beside the scenario. Raises ActionError."""
    path = lab.outputs.find(file.text, script=not file.typed)
    if path is not None:
        return path
    try:
        return open_path(lab.scenario.document.folder, file.text)
    except ArgumentError as error:
        if not file.typed or lab.outputs.strange:
            raise ActionError(str(error)) from None
    raise ActionError(f"there is no file `{file.text}`{_hint(file.text)}")


def _hint(name: str) -> str:
    path = Path(name).expanduser()
    try:
        near = did_you_mean(path.name, sorted(one.name for one in path.parent.iterdir() if one.suffix == ".npz"))
    except OSError:
        return ""
    return f"; {near}" if near else ""
