"""The page of all lessons, by course in the order in which they are taught, made of what the heads of their files say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gradlab.scenario.catalogue import Shipped, catalogue
from gradlab.scenario.courses import Course, courses

PATH = Path(__file__).parent.parent / "scenarios" / "README.md"
INTRODUCTION = """\
# Lessons

Each lesson is one Markdown file: read it here, or play it in the lab, for example `gradlab open {first}`. Courses stand in
the order in which they are taught, and so do the lessons in each. Level 1 takes school calculus, level 2 that you know what a
network is, level 3 that you read papers. `gradlab list` shows the same, with how far you are; `gradlab help lessons` says how
lessons are written.
"""


def page() -> str:
    """Return the page as Markdown."""
    entries = catalogue()
    taught = list(courses(entries).values())
    rest = [entry for entry in entries if not entry.head.course]
    parts = [INTRODUCTION.format(first=taught[0].lessons[0].name), "\n".join(map(_line, taught)) + "\n", *map(_course, taught)]
    return "\n".join([*parts, *(["## In no course\n", _table(rest)] if rest else [])])


def _line(course: Course) -> str:
    """Return what the list at the top says of a course."""
    return f"- [{course.title}](#{course.name}): {_size(course)}"


def _course(course: Course) -> str:
    return f"## {course.title}\n\n{_size(course)[0].upper()}{_size(course)[1:]}\n\n{_table(course.lessons)}"


def _size(course: Course) -> str:
    hours, minutes = divmod(course.minutes, 60)
    time = " ".join(part for part in (f"{hours} h" * bool(hours), f"{minutes} min" * bool(minutes)) if part)
    return f"level {course.level}, {len(course.lessons)} lessons, {time}."


def _table(entries: Sequence[Shipped]) -> str:
    return "\n".join(["| lesson | level | min | what it teaches |", "|---|---|---|---|", *map(_row, entries)]) + "\n"


def _row(entry: Shipped) -> str:
    head = entry.head
    cells = (f"[{entry.title}]({entry.name}.md)", str(head.level or ""), str(head.minutes or ""), head.teaches)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
