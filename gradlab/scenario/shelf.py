"""The scenarios that come with gradlab: where they lie, installed or in a checkout, and what they are called."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def folder() -> Path | None:
    """Return the folder of the shipped scenarios, if there is one.

    A wheel has it inside the package. In a checkout it stands beside the package, which is looked at second: beside an
    installed package another project's `scenarios` may stand.
    """
    places = (PACKAGE / "_scenarios", PACKAGE.parent / "scenarios")
    return next((place for place in places if place.is_dir()), None)


def files_in(place: Path) -> Iterator[Path]:
    """Return the scenario files in a folder and below, in order. A README is none, nor is what stands in a hidden folder."""
    for path in sorted(place.rglob("*.md")):
        inner = path.relative_to(place).parts
        if path.name.lower() != "readme.md" and not any(part.startswith(".") for part in inner):
            yield path


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
