"""`gradlab list`: the scenarios that come with gradlab, and the courses that lead through them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from gradlab.commands._output import as_json, show, show_json, table
from gradlab.errors import GradlabError

if TYPE_CHECKING:
    from gradlab.lab.teach.progress import Journey
    from gradlab.scenario.catalogue import Shipped
    from gradlab.scenario.courses import Course


@click.command("list")
@click.argument("text", required=False)
@click.option("--course", metavar="NAME", help="The lessons of one course, in the order in which they are taught.")
@click.option("--courses", is_flag=True, help="The courses, with how far you are.")
@as_json
def COMMAND(text: str | None, course: str | None, courses: bool, as_json: bool) -> int:
    """List the scenarios that come with gradlab, by course; with a TEXT, those whose name or title has it.

    Courses, and the lessons in each, stand in the order in which they are taught; what is in no course is last. A line has the
    name, the level (1 school calculus, 2 knows a network, 3 reads papers), the minutes, how far you are (`+` done, `-` begun),
    and the title.

    A result of --json is {"name", "title", "source", "path", "level", "minutes", "courses": [{"course", "number"}], "needs",
    "teaches", "tags", "progress": null or {"line", "lines", "right", "asked", "done"}}; with --courses it is {"course",
    "title", "level", "minutes", "lessons": names, "done": how many}.
    """
    from gradlab.lab.teach.progress import read_progress

    known = read_progress()
    found = [entry for entry in _chosen(course) if _has(entry, text)]
    if courses:
        _show_courses(found, known, as_json=as_json)
    elif as_json:
        show_json("list", True, [_record(entry, known) for entry in found])
    elif not found:
        show("no scenario has that text" if text else "no scenarios are installed")
    else:
        show("\n".join(table(_row(entry, known) for entry in found) if text or course else _by_course(found, known)))
    return 0


def print_scenarios() -> None:
    """Print all scenarios as text, by course."""
    from gradlab.lab.teach.progress import read_progress

    show("\n".join(_by_course(_chosen(None), read_progress())))


def _by_course(entries: Sequence[Shipped], known: Journey) -> Iterator[str]:
    """Yield a heading and a line for each lesson of each course, then those that are in none. Columns are those of all."""
    from gradlab.scenario.courses import courses

    lines = dict(zip([entry.name for entry in entries], table(_row(entry, known) for entry in entries), strict=True))
    for number, course in enumerate(courses(entries).values()):
        yield from ("",) if number else ()
        yield f"# {_heading(course, known)}"
        yield from (lines[entry.name] for entry in course.lessons)
    rest = [lines[entry.name] for entry in entries if not entry.head.course]
    yield from ("", "# In no course", *rest) if rest and len(rest) < len(lines) else rest


def _heading(course: Course, known: Journey) -> str:
    level = f"level {course.level}, " if course.level else ""
    minutes = f"{course.minutes} min, " if course.minutes else ""
    return f"{course.title}: {level}{minutes}{_done(course, known)} of {len(course.lessons)} done ({course.name})"


def _has(entry: Shipped, text: str | None) -> bool:
    return not text or text.lower() in f"{entry.name} {entry.title}".lower()


def _chosen(course: str | None) -> Sequence[Shipped]:
    """Return the scenarios of a course, or all, as they are taught. Raises GradlabError for a course that is unknown."""
    from gradlab.scenario.catalogue import catalogue
    from gradlab.scenario.courses import courses, in_teaching_order
    from gradlab.source import did_you_mean

    entries = in_teaching_order(catalogue())
    if course is None:
        return entries
    known = courses(entries)
    if course not in known:
        hint = did_you_mean(course, known) or (f"there are {', '.join(known)}" if known else "there are none yet")
        raise GradlabError(f"there is no course `{course}`; {hint}")
    return known[course].lessons


def _row(entry: Shipped, known: Journey) -> tuple[str, ...]:
    head = entry.head
    level, minutes = str(head.level or ""), f"{head.minutes} min" if head.minutes else ""
    return entry.name, level, minutes, known.mark(entry.name), entry.title


def _record(entry: Shipped, known: Journey) -> dict[str, Any]:
    head, reached = entry.head, known.of(entry.name)
    return {
        "name": entry.name, "title": entry.title, "source": head.source, "path": str(entry.path), "level": head.level,
        "minutes": head.minutes, "courses": [{"course": s.course, "number": s.number} for s in head.course],
        "needs": list(head.needs), "teaches": head.teaches, "tags": list(head.tags),
        "progress": None if reached is None else reached.record(),
    }  # fmt: skip


def _show_courses(entries: Sequence[Shipped], known: Journey, *, as_json: bool) -> None:
    from gradlab.scenario.courses import courses

    found = list(courses(entries).values())
    if as_json:
        show_json("list", True, [_course_record(course, known) for course in found])
    else:
        show("\n".join(table(_course_rows(found, known))) if found else "no scenario is part of a course")


def _course_rows(found: Sequence[Course], known: Journey) -> Iterator[tuple[str, ...]]:
    for course in found:
        done = f"{_done(course, known)} of {len(course.lessons)} done"
        yield course.name, str(course.level or ""), f"{course.minutes} min" if course.minutes else "", done, course.title


def _done(course: Course, known: Journey) -> int:
    return sum(known.done(entry.name) for entry in course.lessons)


def _course_record(course: Course, known: Journey) -> dict[str, Any]:
    return {
        "course": course.name, "title": course.title, "level": course.level, "minutes": course.minutes,
        "lessons": [entry.name for entry in course.lessons], "done": _done(course, known),
    }  # fmt: skip
