"""What a lint of a lesson is, and what it looks at: the prose by pages, the numbers in it, the script, the answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from gradlab.lab.teach.pages import cut
from gradlab.scenario.markdown import Document
from gradlab.scenario.script import Statement

_NUMBER = re.compile(r"(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?(?:\s?%)?(?![\w.]*\w)")
_NOT_PROSE = re.compile(r"`[^`\n]*`|\]\([^)\n]*\)|https?://\S+")
_DECIMALS = re.compile(r"\.(\d+)")


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at again. line: in the file, from 1; 0 for the lesson as a whole."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as it is written. text: with sign and `%`.   value: what it says.   within: half a unit of its last digit."""

    text: str
    value: float
    within: float
    line: int

    def says(self, value: float) -> bool:
        """Return whether it is a number, with or without its sign, as far as its digits go; `95 %` is 0.95, too."""
        wanted = [value, 100 * value] if self.text.endswith("%") else [value]
        return any(abs(abs(self.value) - abs(one)) <= self.within * (1 + 1e-9) for one in wanted)


@dataclass(frozen=True, slots=True)
class Passage:
    """A page of prose. line: its first line in the file.   text: its Markdown."""

    line: int
    text: str

    @property
    def plain(self) -> str:
        """The text without code, links and headings."""
        return _NOT_PROSE.sub(lambda found: " " * len(found.group()), self.text)

    def numbers(self) -> Iterator[Figure]:
        """Yield the numbers in the prose, code and headings left out."""
        for offset, line in enumerate(self.plain.split("\n")):
            if not line.lstrip().startswith("#"):
                yield from numbers_in(line, self.line + offset)


def numbers_in(text: str, line: int) -> Iterator[Figure]:
    """Yield the numbers in a text that stands in one line of the file."""
    return (written(found.group(), line) for found in _NUMBER.finditer(text))


def written(text: str, line: int) -> Figure:
    """Return a number that stands in a text."""
    digits = text.replace(",", "").replace("−", "-").rstrip("% \u202f")
    mantissa, _, exponent = digits.lower().partition("e")
    decimals = _DECIMALS.search(mantissa)
    unit = 10.0 ** (int(exponent or 0) - (len(decimals.group(1)) if decimals else 0))
    return Figure(text, float(digits), unit / 2, line)


@dataclass(frozen=True, slots=True)
class MovedAnswer:
    """A question that is graded with one number and settled by another: the lines between them, and both numbers as shown."""

    train: int
    claim: int
    graded: str
    claimed: str


@dataclass(frozen=True)
class LessonPage:
    """A lesson as the lints see it. answers: what each question of the script is graded with, by its line; numbers alone.

    moved: the questions whose number a training moves before anything is claimed about it, by line.
    """

    document: Document
    script: tuple[Statement, ...]
    answers: Mapping[int, float] = field(default_factory=dict)
    moved: Mapping[int, MovedAnswer] = field(default_factory=dict)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The pages of prose, in order."""
        found: list[Passage] = []
        for block in self.document.blocks:
            if block.kind != "prose":
                continue
            line = block.span.line
            for begins, text in cut(block.text):
                if begins or not found:
                    found.append(Passage(line, text))
                else:
                    found[-1] = Passage(found[-1].line, found[-1].text + text)
                line += text.count("\n")
        return tuple(found)

    @cached_property
    def said(self) -> tuple[Figure, ...]:
        """The numbers of the model, of the script and of the answers: what the file itself works out or asserts."""
        code = (block for block in self.document.blocks if block.kind in ("model", "lab"))
        found = [number for block in code for number in numbers_in(block.text, block.span.line)]
        return (*found, *(Figure(str(value), value, 0.0, line) for line, value in self.answers.items()))

    def words(self, *names: str) -> tuple[Statement, ...]:
        """Return the statements of the script that begin with one of some words."""
        return tuple(statement for statement in self.script if statement.word in names)


@dataclass(frozen=True, slots=True)
class Lint:
    """One thing to look for in a lesson. find(page) yields what is to be looked at again."""

    name: str
    find: Callable[[LessonPage], Iterator[Remark]]
