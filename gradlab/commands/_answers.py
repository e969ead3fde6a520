"""Answers to the questions of a lesson, from a file, a line each: `EXPR = ANSWER`; `#` begins a remark.

A choice is called `a|b|c`, an order `order a, b, c`, a bet by its name, and each of them, like a `why`, also by its words in
quotes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gradlab.errors import GradlabError, Problem, ScenarioError
from gradlab.lab.teach.question import LessonQuestion
from gradlab.scenario.script import read_text, split_at
from gradlab.source import did_you_mean

MOST = 1 << 20
"""Bytes that a file of answers may have."""


class Answers:
    """The answers that are left. A question that is asked twice takes one answer after the other."""

    def __init__(self, path: Path, asked: Sequence[LessonQuestion]) -> None:
        """Read a file. Raises GradlabError with all lines that are no answer, or that answer what the script does not ask.

        asked: the questions of the script. One is called by its expression, its options, its words or the name of its bet.
        """
        names = {_plain(name) for question in asked for name in question.names()}
        self._left: dict[str, list[str]] = {}
        problems: list[Problem] = []
        for line in read_text(_read(path), str(path)):
            question, answer = split_at(line.span, "=")
            name = _plain(question.text)
            if answer is None or not answer.text:
                problems.append(Problem("this is no answer", line.span, "write `EXPR = ANSWER`"))
            elif name not in names:
                label = did_you_mean(name, names) or f"the script asks {len(asked)} questions"
                problems.append(Problem(f"nobody asks `{question.text}`", question, label))
            else:
                self._left.setdefault(name, []).append(answer.text)
        if problems:
            raise ScenarioError(problems)

    def take(self, question: LessonQuestion) -> str | None:
        """Return the answer to a question, if there is one left."""
        waiting = (self._left.get(_plain(name)) for name in question.names())
        return next((left.pop(0) for left in waiting if left), None)


def _plain(name: str) -> str:
    """Return the name of a question without spaces, which do not count."""
    return "".join(name.split())


def _read(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise GradlabError(f"`{path}` is a {'folder' if path.is_dir() else 'special file'}, not a file of answers")
        with path.open("rb") as file:
            data = file.read(MOST + 1)
        if len(data) > MOST:
            raise GradlabError(f"`{path}` is larger than {MOST >> 20} MiB")
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except OSError as error:
        raise GradlabError(f"cannot read `{path}`: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError as error:
        raise GradlabError(f"`{path}` is no UTF-8 text: byte {error.start}") from None
