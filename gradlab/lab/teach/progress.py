"""How far a person has come in each lesson, kept in the user's state folder between two sessions.

The file is small JSON that others may read: {"version": 1, "lessons": {NAME: {"line", "lines", "right", "asked", "done"}}}.
Where nothing can be written nothing is kept. A file that cannot be read is put aside, not written over.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from gradlab.folders import state_folder
from gradlab.lab.outcome import Line
from gradlab.lab.teach.question import GradedQuestion, LessonQuestion

VERSION = 1
LARGEST = 4 << 20
"""Bytes of the file that are read."""


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one lesson was followed.

    line, lines: statements of its script that ran, and that there are.   right, asked: quizzes of the best run.
    done: whether it was ever followed to its end.
    """

    line: int = 0
    lines: int = 0
    right: int = 0
    asked: int = 0
    done: bool = False

    def record(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return asdict(self)

    def after(self, latest: Reached) -> Reached:
        """Return what is known after another run: the latest place, the better score."""
        best = max(self, latest, key=lambda one: (one.right, -one.asked))
        return replace(latest, right=best.right, asked=best.asked, done=self.done or latest.done)


@dataclass(frozen=True, slots=True)
class Journey:
    """All lessons that were begun, by name."""

    lessons: Mapping[str, Reached] = field(default_factory=dict)

    def of(self, name: str) -> Reached | None:
        """Return how far a lesson was followed, or None when it never was."""
        return self.lessons.get(name)

    def done(self, name: str) -> bool:
        """Return whether a lesson was followed to its end."""
        return name in self.lessons and self.lessons[name].done

    def mark(self, name: str) -> str:
        """Return `+` for a lesson that is done, `-` for one that was begun, a space for others."""
        return "+" if self.done(name) else "-" if name in self.lessons else " "


@dataclass(slots=True)
class Score:
    """One run of a lesson. name: what it is kept under.   right, asked: quizzes answered rightly, and all closed ones."""

    name: str
    right: int = 0
    asked: int = 0

    def close(self, question: LessonQuestion, lines: Iterable[Line]) -> None:
        """Count a question that is closed now, unless it has no right answer. lines: what was said to it."""
        if not isinstance(question, GradedQuestion):
            return
        self.asked += 1
        self.right += any(line.kind == "right" for line in lines)

    def keep(self, line: int, lines: int) -> None:
        """Keep how far the lesson was followed. line, lines: statements of its script that ran, and that there are."""
        note(self.name, Reached(line, lines, self.right, self.asked, done=line >= lines > 0))


def progress_file() -> Path:
    """Return the file that it is kept in."""
    return state_folder() / "progress.json"


def read_progress() -> Journey:
    """Return what is kept; nothing where there is no file, or none that can be read."""
    try:
        with progress_file().open(encoding="utf-8") as file:
            return _read(file.read(LARGEST))
    except (OSError, ValueError):
        return Journey()


def _read(text: str) -> Journey:
    """Return what a text says. Raises ValueError."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("brackets within brackets without end") from None
    if not isinstance(found, dict) or found.get("version") != VERSION or not isinstance(found.get("lessons"), dict):
        raise ValueError("no progress of this version")
    return Journey({str(name): _reached(one) for name, one in found["lessons"].items() if isinstance(one, dict)})


def _reached(one: Mapping[str, Any]) -> Reached:
    numbers = {key: one[key] for key in ("line", "lines", "right", "asked") if type(one.get(key)) is int and one[key] >= 0}
    return Reached(**numbers, done=one.get("done") is True)


def note(name: str, reached: Reached) -> None:
    """Keep how far a lesson was followed. Other lessons, and what another gradlab wrote meanwhile, stay."""
    file = progress_file()
    with contextlib.suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _put_aside(file)
        known = dict(read_progress().lessons)
        known[name] = known.get(name, Reached()).after(reached)
        text = json.dumps({"version": VERSION, "lessons": {key: one.record() for key, one in sorted(known.items())}}, indent=1)
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        fresh.write_text(text + "\n", encoding="utf-8")
        fresh.replace(file)


def _put_aside(file: Path) -> None:
    """Rename a file that cannot be read, so that nothing of it is lost."""
    try:
        _read(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    except ValueError:
        file.replace(file.with_name("progress.broken.json"))
