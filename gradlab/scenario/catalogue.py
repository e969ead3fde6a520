"""The scenarios that come with gradlab, as far as their heads say what they are; nothing else of the files is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from gradlab.scenario import shelf
from gradlab.scenario.bounds import MAX_HEAD
from gradlab.scenario.characters import clean, harmless
from gradlab.scenario.head import Head, read_head

_HEADING = re.compile(r"^# +(.+?)[ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Shipped:
    """One scenario. name: `circuits/matmul`.   head: what its file says first; its title is never empty."""

    name: str
    path: Path
    head: Head

    @property
    def title(self) -> str:
        """What it teaches, in a line."""
        return self.head.title


def catalogue() -> list[Shipped]:
    """Return the scenarios that come with gradlab, by folder and name."""
    return list(_entries())


def _entries() -> Iterator[Shipped]:
    place = shelf.folder()
    for name in shelf.names() if place is not None else ():
        assert place is not None
        path = place / f"{name}.md"
        yield Shipped(name, path, head_of(path))


def head_of(path: Path) -> Head:
    """Return the head of a file, with the title of its first heading, or its name, where it has none of its own.

    Of a file that cannot be read, or whose head is wrong, it is as much as could be read.
    """
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            text = file.read(MAX_HEAD)
    except OSError:
        return Head(title=path.stem)
    source, _problems = clean(path.name, text)
    head, _lines, _problems = read_head(source)
    heading = _HEADING.search(text)
    return replace(head, title=harmless(head.title or (heading.group(1) if heading else "") or path.stem))
