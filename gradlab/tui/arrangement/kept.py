"""The layouts that a person changed or named: `layouts.toml` beside `keys.toml`.

    [debug]
    L = "graph 58 | (health / why)"     # in place of the layout of the perspective for that class of size

    [named]
    mine = "graph | lesson"             # `layout mine`

A line that cannot be read is told and left as it is; the others hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from gradlab.draw.ink import safe
from gradlab.tui.arrangement.perspectives import PERSPECTIVES
from gradlab.tui.arrangement.tree import Tree, read_layout, text_of
from gradlab.tui.keys import file as keys_file

NAMED = "named"
LARGEST = 1 << 16
NAME = re.compile(r"[A-Za-z][\w-]{0,30}")
Lines = Mapping[str, Mapping[str, Any]]


@dataclass
class KeptLayouts:
    """What the file says. changed: by perspective and class of size.   named: by name.   problems: what is wrong with it."""

    file: Path
    changed: dict[tuple[str, str], Tree] = field(default_factory=dict)
    named: dict[str, Tree] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def change(self, perspective: str, size: str, tree: Tree | None) -> str:
        """Keep a layout, or none; return what keeps that from being written, or ""."""
        if tree is None:
            self.changed.pop((perspective, size), None)
        else:
            self.changed[perspective, size] = tree
        return self._write(perspective, size, tree)

    def name(self, name: str, tree: Tree) -> str:
        """Keep a layout under a name; return what speaks against it, or ""."""
        if not NAME.fullmatch(name) or name in PERSPECTIVES:
            return (
                f"`{safe(name)}` cannot be the name of a layout: letters, digits and `-`, and none of {', '.join(PERSPECTIVES)}"
            )
        self.named[name] = tree
        return self._write(NAMED, name, tree)

    def _write(self, section: str, name: str, tree: Tree | None) -> str:
        """Write one line, beside those that stand in the file by now."""
        lines, problem = _lines(self.file)
        if problem:
            return f"{problem}; this layout holds until gradlab ends"
        found = {key: dict(values) for key, values in lines.items()}
        if tree is None:
            found.get(section, {}).pop(name, None)
        else:
            found.setdefault(section, {})[name] = text_of(tree)
        try:
            _replace(self.file, _text(found))
        except OSError as error:
            return f"`{self.file}` cannot be written: {error.strerror}; this layout holds until gradlab ends"
        return ""


def layouts_file() -> Path:
    """Return where the layouts of a person are kept."""
    return keys_file().with_name("layouts.toml")


def read_layouts(path: Path | None = None) -> KeptLayouts:
    """Return the layouts that a person changed; what cannot be read is among the problems."""
    where = path or layouts_file()
    lines, problem = _lines(where)
    found = KeptLayouts(where)
    problems = [problem] if problem else []
    for section, values in lines.items():
        for name, text in values.items():
            if told := _take(found, section, name, text):
                problems.append(f"`{where}`, [{safe(section)}] {safe(name)}: {told}")
    found.problems = tuple(problems)
    return found


def _take(found: KeptLayouts, section: str, name: str, text: object) -> str:
    """Take one line; return what is wrong with it, or ""."""
    if not isinstance(text, str):
        return "a layout is a text in quotes"
    try:
        tree = read_layout(text)
    except ValueError as error:
        return str(error)
    if section == NAMED and NAME.fullmatch(name):
        found.named[name] = tree
    elif section in PERSPECTIVES and name in PERSPECTIVES[section].trees:
        found.changed[section, name] = tree
    else:
        return f"sections are {', '.join(PERSPECTIVES)} with S, M, L, XL, and {NAMED}"
    return ""


def _lines(path: Path) -> tuple[Lines, str]:
    """Return the lines of the file by section, and what is wrong with it as a whole."""
    import tomllib

    try:
        with path.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
        if len(raw) > LARGEST:
            return {}, f"`{path}` is larger than {LARGEST:,} bytes"
        parsed = tomllib.loads(raw.decode("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}, ""
    except OSError as error:
        return {}, f"`{path}` cannot be read: {error.strerror}"
    except ValueError as error:
        return {}, f"`{path}` is not TOML: {safe(str(error))}"
    bare = next((key for key, values in parsed.items() if not isinstance(values, dict)), "")
    return ({}, f"`{path}`: `{safe(bare)}` stands in no section") if bare else (parsed, "")


def _text(lines: Lines) -> str:
    """Return the file. Only lines of strings are written by this program; others are given back as they were read."""
    from json import dumps

    sections = []
    for section, values in lines.items():
        rows = [f"{_key(name)} = {dumps(value, ensure_ascii=False)}" for name, value in values.items()]
        sections.append("\n".join([f"[{_key(section)}]", *rows]) + "\n")
    return "\n".join(sections)


def _key(name: str) -> str:
    from json import dumps

    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else dumps(name, ensure_ascii=False)


def _replace(path: Path, text: str) -> None:
    """Write a file so that it is whole at any time. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=".layouts-", delete=False) as stream:
        stream.write(text)
    try:
        Path(stream.name).replace(path)
    except OSError:
        Path(stream.name).unlink()
        raise
