"""What is another one in a text: the lines, and a patch of the file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

from gradlab.scenario.markdown import Document


def changed_lines(before: Document, after: Document) -> Iterator[str]:
    """Yield the lines that went, with `-` and their numbers, and those that came, with `+`."""
    old, new = before.source.text.split("\n"), after.source.text.split("\n")
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            yield from (f"- {number + 1:>4}  {old[number]}" for number in range(a, b))
            yield from (f"+ {number + 1:>4}  {new[number]}" for number in range(c, d))


def patch(document: Document, text: str) -> str:
    """Return what makes of the file of a document one with another text, as `patch -p0` and `git apply` take it.

    Line ends, and the mark at the beginning of the file, stay as they are there. Of a text without a file the text is taken.
    """
    name = document.source.name
    before = _raw(document)
    after = _with_ends(before, text)
    hunks = difflib.unified_diff(before, after, name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in hunks)


def _raw(document: Document) -> list[str]:
    """Return the lines of the file with their ends, as they are there; those of the text where the file says something else."""
    text = document.source.text
    try:
        found = Path(document.source.name).read_bytes().decode("utf-8")
    except (OSError, ValueError):
        found = text
    same = found.removeprefix("\ufeff").replace("\r\n", "\n") == text
    return _lines(found if same else text)


def _lines(text: str) -> list[str]:
    return [line for line in text.replace("\n", "\n\0").split("\0") if line]


def _with_ends(before: Sequence[str], text: str) -> list[str]:
    """Return the lines of a text with the ends that the lines in their place have in a file."""
    new = _lines(text)
    plain = [line.removeprefix("\ufeff").replace("\r\n", "\n") for line in before]
    found: list[str] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, plain, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += before[a:b]
            continue
        beside = before[a] if a < len(before) else before[-1] if before else ""
        end = "\r\n" if beside.endswith("\r\n") else "\n"
        lead = "\ufeff" if a == 0 and b and beside.startswith("\ufeff") else ""
        found += [
            (lead if k == c else "") + new[k].removesuffix("\n") + (end if new[k].endswith("\n") else "") for k in range(c, d)
        ]
    return found
