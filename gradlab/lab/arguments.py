"""Arguments of actions: cut into words, read, and checked before anything runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from gradlab.axis.timeline import UNITS
from gradlab.errors import Problem, ScenarioError
from gradlab.scenario.assertions import Reference, read_reference
from gradlab.scenario.expressions import Expression, Known, read_expression
from gradlab.scenario.script import TYPED, split_at
from gradlab.source import Span, did_you_mean

LARGEST = 2**63 - 1
COUNTED, MOST = ("op", "layer", "phase"), 1_000_000
"""Units that are counted one by one to find the position, and how many of them that may be."""
_NUMBER = re.compile(r"(\d[\d_]{0,18})(?:\*\*(\d{1,2}))?")
_WHOLE = re.compile(r"[-+]?\d[\d_]*(\*\*\d[\d_]*)?")
"""What is a whole number, and may be too large or too small to be meant."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Words:
    """What stands behind the word of an action. known: the names there are; None when the model could not be read.

    usage: the arguments that the action takes, for what is said when they are wrong.
    """

    span: Span
    known: Known | None
    usage: str = ""

    def __iter__(self) -> Iterator[Span]:
        """Return the words one by one."""
        for match in re.finditer(r"\S+", self.span.text):
            yield self.span.part(match.start(), match.end())

    def within(self, span: Span) -> Words:
        """Return a part of them."""
        return Words(span, self.known, self.usage)

    def split(self, mark: str) -> tuple[Words, Words | None]:
        """Cut at a word that stands by itself."""
        head, tail = split_at(self.span, mark)
        return self.within(head), None if tail is None else self.within(tail)

    @property
    def typed(self) -> bool:
        """Whether a person typed them; else they stand in a script."""
        return self.span.source.name == TYPED

    @property
    def text(self) -> str:
        """The words as they were written."""
        return self.span.text.strip()

    def refuse(self, message: str, span: Span | None = None, label: str = "") -> NoReturn:
        """Raise a problem at a place."""
        raise ScenarioError([Problem(message, span or self.span, label or self._takes())])

    def _takes(self) -> str:
        return f"it takes {self.usage}" if self.usage else "it takes nothing"


class MovesRun:
    """The mark of arguments with which an action changes the state, where with others it does not."""

    __slots__ = ()


def together(*readers: Callable[[], object]) -> None:
    """Run several checks and raise all their problems at once."""
    problems: list[Problem] = []
    for reader in readers:
        try:
            reader()
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)


def nothing(words: Words) -> None:
    """Take no arguments."""
    for word in words:
        words.refuse(f"unexpected `{word.text}`", word)


def integer(words: Words, span: Span, low: int = 0, high: int = LARGEST) -> int:
    """Read a whole number within limits: `12`, `1_000`, `10**9`. Raises ScenarioError."""
    match = _NUMBER.fullmatch(span.text)
    if match is None and _WHOLE.fullmatch(span.text) is None:
        words.refuse(f"`{span.text}` is not a whole number", span)
    value = -1 if match is None else int(match[1]) ** int(match[2] or 1)
    if not low <= value <= high:
        words.refuse(f"`{span.text}` is out of range", span, f"allowed are {low} to {high}")
    return value


@dataclass(frozen=True, slots=True)
class Move:
    """How far: a number of units."""

    number: int = 1
    unit: str = "op"


def move(words: Words) -> Move:
    """Read `[N] [UNIT]`."""
    return _amount(words, UNITS, Move())


def amount_of_updates(words: Words) -> Move:
    """Read `N [updates|epochs]`."""
    if not words.text:
        words.refuse("how many updates?", words.span)
    return _amount(words, ("update", "epoch"), Move(1, "update"))


def _amount(words: Words, units: Sequence[str], default: Move) -> Move:
    given = list(words)
    number = default.number
    if given and given[0].text.removeprefix("-")[:1].isdigit():
        number = integer(words, given.pop(0), 1)
    unit = default.unit
    if given:
        word = given.pop(0)
        unit = word.text if word.text in units else word.text.removesuffix("s")
        if unit not in units:
            label = did_you_mean(word.text, units) or f"one of {', '.join(units)}"
            words.refuse(f"`{word.text}` is not a unit", word, label)
    for word in given:
        words.refuse(f"unexpected `{word.text}`", word)
    if unit in COUNTED and number > MOST:
        words.refuse(f"{number} is too many {unit}s at once", words.span, f"allowed are 1 to {MOST}; an update has all its ops")
    return Move(number, unit)


def choice(*allowed: str) -> Callable[[Words], str]:
    """Return the reader of one word of several."""

    def read(words: Words) -> str:
        if words.text not in allowed:
            words.refuse(f"`{words.text}` is not one of {', '.join(allowed)}", label=did_you_mean(words.text, allowed))
        return words.text

    return read


def number(words: Words) -> int:
    """Read one whole number."""
    return integer(words, words.span)


def text(words: Words) -> str:
    """Take the line as it is."""
    return words.text


def expression(words: Words) -> Expression:
    """Read an expression and check its names."""
    read = read_expression(words.span)
    _raise(read.check(words.known) if words.known is not None else [])
    return read


def reference(words: Words) -> Reference:
    """Read `NODE` or `NODE[i, j]` and check that the node is there."""
    read = read_reference(words.span)
    known = words.known
    if known is not None and read.name not in known.nodes:
        what = "a layer" if read.name in known.layers else "a number of the model" if read.name in known.numbers else ""
        message = f"`{read.name}` is {what}, not a node" if what else f"unknown name `{read.name}`"
        raise ScenarioError([Problem(message, read.span, did_you_mean(read.name, known.nodes))])
    return read


def node(words: Words) -> str:
    """Read the name of a node."""
    read = reference(words)
    if read.index is not None:
        words.refuse("a whole node is needed here, not an element of it")
    return read.name


def optional(reader: Callable[[Words], T]) -> Callable[[Words], T | None]:
    """Return the reader of something that may be left out."""

    def read(words: Words) -> T | None:
        return reader(words) if words.text else None

    return read


def _raise(problems: Sequence[Problem]) -> None:
    if problems:
        raise ScenarioError(problems)
