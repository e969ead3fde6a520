"""The name of a file, as `save` and `load` read it."""

from __future__ import annotations

from dataclasses import dataclass

from gradlab.lab.arguments import Words


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
