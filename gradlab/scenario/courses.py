"""Courses: paths through the lessons, made of what the heads of their files say, and what is wrong with these heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from gradlab.errors import Problem
from gradlab.scenario import shelf
from gradlab.scenario.catalogue import Shipped, head_of
from gradlab.scenario.head import Head
from gradlab.scenario.markdown import Document
from gradlab.source import did_you_mean

ABOVE = 4
"""Folders above a lesson in which those that it needs are looked for."""
_NEEDS = re.compile(r"^needs[ \t]*:.*$", re.MULTILINE)
Find = Callable[[str], Path | None]


@dataclass(frozen=True, slots=True)
class Course:
    """A course. name: as heads write it.   lessons: in the order in which they are taught."""

    name: str
    lessons: tuple[Shipped, ...]

    @property
    def title(self) -> str:
        """How it is called in a list."""
        return self.name.replace("-", " ").capitalize()

    @property
    def minutes(self) -> int:
        """How long it takes, as far as its lessons say."""
        return sum(entry.head.minutes for entry in self.lessons)

    @property
    def level(self) -> int:
        """The level that most of its lessons say, the lower one of two; 0 where none says one."""
        return usual_level(self.lessons)

    @property
    def names(self) -> frozenset[str]:
        """The names of its lessons."""
        return frozenset(entry.name for entry in self.lessons)

    @property
    def needs(self) -> frozenset[str]:
        """The lessons of other courses, or of none, that its lessons need."""
        return frozenset(name for entry in self.lessons for name in entry.head.needs) - self.names


def usual_level(entries: Iterable[Shipped]) -> int:
    """Return the level that most of some lessons say, the lower one of two; 0 where none says one."""
    said = Counter(entry.head.level for entry in entries if entry.head.level)
    return min(said, key=lambda level: (-said[level], level), default=0)


def courses(entries: Iterable[Shipped]) -> dict[str, Course]:
    """Return the courses by name, in the order in which they are taught.

    Easy ones come first; of one level those that need no lesson of a course behind them, and of these the one on which most
    lessons of other courses stand.
    """
    found: dict[str, list[tuple[int, Shipped]]] = {}
    for entry in entries:
        for stand in entry.head.course:
            found.setdefault(stand.course, []).append((stand.number, entry))
    left = [Course(name, tuple(e for _, e in sorted(listed, key=_place))) for name, listed in found.items()]
    taught: dict[str, Course] = {}
    while left:
        course = min(left, key=partial(_turn, left, frozenset().union(*(one.names for one in taught.values()))))
        left.remove(course)
        taught[course.name] = course
    return taught


def _turn(left: Sequence[Course], known: frozenset[str], course: Course) -> tuple[int, int, int, str]:
    """Return what is compared to find the course that is taught next. known: the lessons of those taught before."""
    others = [one for one in left if one is not course]
    ahead = frozenset().union(*(one.names for one in others)) - known
    wanted = sum(len(one.needs & course.names) for one in others)
    return course.level or 9, len(course.needs & ahead), -wanted, course.name


def in_teaching_order(entries: Iterable[Shipped]) -> list[Shipped]:
    """Return each scenario once: those of courses as they are taught, then the rest as they were given."""
    entries = list(entries)
    taught = (entry for course in courses(entries).values() for entry in course.lessons)
    return list({entry.name: entry for entry in (*taught, *entries)}.values())


def after(name: str, entries: Iterable[Shipped]) -> list[Shipped]:
    """Return the lessons that come next: those behind it in its courses, then those that need it, each once."""
    entries = list(entries)
    found: dict[str, Shipped] = {}
    for course in courses(entries).values():
        lessons = course.lessons
        found |= {b.name: b for a, b in pairwise(lessons) if a.name == name}
    found |= {entry.name: entry for entry in entries if name in entry.head.needs and entry.name not in found}
    return list(found.values())


def _place(listed: tuple[int, Shipped]) -> tuple[int, str]:
    return listed[0], listed[1].name


def head_problems(path: Path, document: Document) -> list[Problem]:
    """Return what is wrong with the lessons that a head needs: they do not exist, they need one another, they come later."""
    head, find = document.head, _finder(path)
    found = _NEEDS.search(document.source.text)
    if not head.needs or found is None:
        return []
    at = document.source.span(*found.span())
    return [Problem(message, at) for message in (*_missing(head, find), *_circle(head, find), *_late(head, find))]


def _finder(path: Path) -> Find:
    """Return what finds a lesson by name: on the shelf, or beside the file and in the folders above it."""
    folders = [*path.resolve().parents][:ABOVE]

    def find(name: str) -> Path | None:
        return next((there for folder in folders if (there := folder / f"{name}.md").is_file()), None) or shelf.find(name)

    return find


def _missing(head: Head, find: Find) -> Iterator[str]:
    for name in head.needs:
        if find(name) is None:
            near = did_you_mean(name, shelf.names())
            yield f"there is no lesson `{name}`" + (f"; {near}" if near else "")


def _circle(head: Head, find: Find) -> Iterator[str]:
    """Find a way from a lesson over those that it needs back to one of them. Every lesson is followed once."""
    done: set[str] = set()
    way: list[tuple[str, Iterator[str]]] = [("this", iter(head.needs))]
    while way:
        name = next(way[-1][1], None)
        if name is None:
            done.add(way.pop()[0])
        elif name in (names := [before for before, _ in way]):
            circle = [*names[names.index(name) :], name]
            yield f"lessons need each other in a circle: {' needs '.join(f'`{one}`' for one in circle)}"
            return
        elif name not in done:
            path = find(name)
            way.append((name, iter(() if path is None else head_of(path).needs)))


def _late(head: Head, find: Find) -> Iterator[str]:
    """Find a lesson that is needed and comes later in a course of this one."""
    here = {stand.course: stand.number for stand in head.course}
    for name in head.needs:
        path = find(name)
        for stand in () if path is None else head_of(path).course:
            mine = here.get(stand.course, stand.number + 1)
            if stand.number >= mine:
                yield f"`{name}` is number {stand.number} of the course `{stand.course}`, and this lesson number {mine}"
