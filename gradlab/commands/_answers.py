"""Answers to the questions of a lesson, from a file: `EXPR = ANSWER`, a line each; `#` begins a remark."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gradlab.errors import GradlabError, Problem, ScenarioError
from gradlab.scenario.script import Statement, read_text, split_at
from gradlab.source import Span, did_you_mean

MOST = 1 << 20
"""Bytes that a file of answers may have."""


class Answers:
    """The answers that are left. A question that is asked twice takes one answer after the other."""

    def __init__(self, path: Path, script: Sequence[Statement]) -> None:
        """Read a file. Raises GradlabError with all lines that are no answer, or that answer what the script does not ask."""
        asked = [_plain(statement.rest) for statement in script if statement.word == "quiz"]
        self._left: dict[str, list[str]] = {}
        problems: list[Problem] = []
        for line in read_text(_read(path), str(path)):
            question, answer = split_at(line.span, "=")
            if answer is None or not answer.text:
                problems.append(Problem("this is no answer", line.span, "write `EXPR = ANSWER`"))
            elif _plain(question) not in asked:
                label = did_you_mean(_plain(question), asked) or f"the script asks {len(asked)} questions"
                problems.append(Problem(f"nobody asks `{question.text}`", question, label))
            else:
                self._left.setdefault(_plain(question), []).append(answer.text)
        if problems:
            raise ScenarioError(problems)

    def take(self, question: Statement) -> str | None:
        """Return the answer to a question, if there is one left."""
        left = self._left.get(_plain(question.rest))
        return left.pop(0) if left else None


def _plain(question: Span) -> str:
    """Return a question without spaces, which do not count."""
    return "".join(question.text.split())


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
