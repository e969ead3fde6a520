"""The scenarios that come with gradlab: where they lie, installed or in a checkout, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

_TRANSLATION = re.compile(r"(.+)\.([a-z]{2,3}(?:-[A-Za-z]{2,4})?)\.md")
PACKAGE = Path(__file__).resolve().parent.parent


def folder() -> Path | None:
    """Return the folder of the shipped scenarios, if there is one.

    A wheel has it inside the package. In a checkout it stands beside the package, which is looked at second: beside an
    installed package another project's `scenarios` may stand.
    """
    places = (PACKAGE / "_scenarios", PACKAGE.parent / "scenarios")
    return next((place for place in places if place.is_dir()), None)


def name_of(path: Path) -> str:
    """Return what a scenario's file is called: its name on the shelf, in whatever language, else its whole path."""
    path = (original(path) or path).resolve()
    place = folder()
    if place is not None and path.is_relative_to(place.resolve()):
        return path.relative_to(place.resolve()).with_suffix("").as_posix()
    return str(path)


def files_in(place: Path) -> Iterator[Path]:
    """Return the scenario files in a folder and below, in order.

    A README is none, nor is what stands in a hidden folder, nor a lesson in another language.
    """
    for path in sorted(place.rglob("*.md")):
        inner = path.relative_to(place).parts
        if path.name.lower() != "readme.md" and not any(part.startswith(".") for part in inner) and original(path) is None:
            yield path


def original(path: Path) -> Path | None:
    """Return the lesson that a file is in another language, `x.md` for `x.de.md`, or None for one that is none of those."""
    match = _TRANSLATION.fullmatch(path.name)
    there = None if match is None else path.with_name(f"{match.group(1)}.md")
    return there if there is not None and there.is_file() else None


def translations(path: Path) -> dict[str, Path]:
    """Return a lesson's files in other languages, by language: `x.de.md` beside `x.md`."""
    found = ((match, one) for one in sorted(path.parent.glob("*.md")) if (match := _TRANSLATION.fullmatch(one.name)))
    return {match.group(2): one for match, one in found if match.group(1) == path.stem}


def in_language(path: Path, language: str) -> Path:
    """Return a lesson's file in a language, `de` for one; the lesson itself where there is none."""
    return translations(path).get(language, path) if language else path


def names() -> list[str]:
    """Return the names of the shipped scenarios: `circuits/sigmoid-neuron`."""
    place = folder()
    return [] if place is None else [path.relative_to(place).with_suffix("").as_posix() for path in files_in(place)]


def find(name: str) -> Path | None:
    """Return the file of a shipped scenario by its name, with or without `.md`; the last part is enough where one has it."""
    wanted = name.replace("\\", "/").removesuffix(".md")
    place = folder()
    matches = [known for known in names() if known == wanted] or [n for n in names() if n.rpartition("/")[2] == wanted]
    return place / f"{matches[0]}.md" if place is not None and len(matches) == 1 else None
