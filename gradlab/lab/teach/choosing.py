"""Questions that are answered by choosing: one of some words, an order, or a bet that is settled later."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import isnan
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.lab.arguments import Words
from gradlab.lab.numbers import bare
from gradlab.lab.outcome import Line
from gradlab.lab.teach.question import GradedQuestion, LessonQuestion, OpenQuestion, Slip, Worth
from gradlab.scenario.expressions import Expression
from gradlab.source import did_you_mean

if TYPE_CHECKING:
    from gradlab.lab.teach.teaching import Teaching

EVEN = 1e-9
"""Relative distance up to which two numbers may stand in either order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionsQuestion(LessonQuestion):
    """A question with some words to choose from."""

    options: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words of the question, else the options."""
        return self.title or "|".join(self.options)

    @property
    def card(self) -> tuple[str, ...]:
        """The question, and the options behind what is typed for each."""
        return (*([self.title] if self.title else []), *labelled(self.options))

    @property
    def labels(self) -> tuple[str, ...]:
        """The number, or the letter, of each option."""
        return tuple(label.split(" ")[0] for label in labelled(self.options))

    @property
    def sign(self) -> str:
        """The options."""
        return f"{'   '.join(labelled(self.options))}: "

    def names(self) -> tuple[str, ...]:
        """Return the words of the question, and its options."""
        return (*LessonQuestion.names(self), "|".join(self.options))

    def read(self, words: Words) -> str:
        """Read one of the options: the word, its beginning, or its number from 1. Raises ScenarioError."""
        found = chosen(words.text, self.options)
        if found is None:
            near = did_you_mean(words.text, self.options)
            words.refuse(f"`{words.text}` is not one of {', '.join(self.options)}", label=near or "choose one of them")
        return self.options[found]


def labelled(options: tuple[str, ...]) -> tuple[str, ...]:
    """Return options behind what is typed for each: its number, or a letter where an option reads as another one's number."""
    taken = {str(place) for place in range(1, len(options) + 1)}
    if not any(option in taken and option != str(place) for place, option in enumerate(options, 1)):
        return numbered(options)
    return tuple(f"{letter} {option}" for letter, option in zip(ascii_lowercase, options, strict=False))


def numbered(options: tuple[str, ...]) -> tuple[str, ...]:
    """Return options behind their numbers."""
    return tuple(f"{number} {option}" for number, option in enumerate(options, 1))


def chosen(text: str, options: tuple[str, ...]) -> int | None:
    """Return the place of the option that a text means: all of it, else its label, its number from 1, its beginning."""
    plain = [" ".join(option.split()).casefold() for option in options]
    given = " ".join(text.strip().strip("\"'").split()).casefold()
    if given in plain:
        return plain.index(given)
    labels = [label.split(" ")[0] for label in labelled(options)]
    if given in labels:
        return labels.index(given)
    if given.isdecimal():
        return int(given) - 1 if 1 <= int(given) <= len(options) else None
    begun = [place for place, option in enumerate(plain) if given and option.startswith(given)]
    return begun[0] if len(begun) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceQuestion(OptionsQuestion, GradedQuestion):
    """Choose one; the author wrote which is right."""

    key: str

    def judge(self, lab: Teaching, question: OpenQuestion, given: Any) -> Worth:
        """Return whether it is the right one."""
        return Worth(given == self.key, str(given), self.key, remark_on(question, given))

    def last_word(self, found: Worth) -> str:
        """Return what is said to a wrong choice when no try is left: the mistake, then the right one."""
        return f"not {found.given}{f': {found.remark}' if found.remark else ''}; the answer is {found.answer}"

    def marking(self, lab: Teaching, question: OpenQuestion) -> dict[str, Any]:
        """Return the options, and which is right."""
        slips = [(self.options.index(slip.given), slip.text) for slip in question.slips]
        return {"choices": list(self.options), "right": self.options.index(self.key), "slips": slips}

    def solution(self, lab: Teaching, question: OpenQuestion) -> tuple[Line, ...]:
        """Return the right one."""
        return (Line("value", f"{self.text} {self.key}" if self.title else self.key),)


def remark_on(question: OpenQuestion, given: Any) -> str:
    """Return what the author says to a wrong answer, or ""."""
    return next((slip.text for slip in question.slips if slip.given == given), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuestion(GradedQuestion):
    """Put in order, the smallest first. numbers: what is to be ordered, as one expression.   items: its parts as written."""

    numbers: Expression
    items: tuple[str, ...]
    of: str = ""

    @property
    def text(self) -> str:
        """The question as it is written."""
        return f"order {', '.join(self.items)}"

    @property
    def card(self) -> tuple[str, ...]:
        """What to do, with what, and how it is answered."""
        return (self.title or "put in order", *numbered(self.items), "the smallest first, by their numbers")

    @property
    def labels(self) -> tuple[str, ...]:
        """The number of each of them."""
        return tuple(str(number) for number in range(1, len(self.items) + 1))

    @property
    def sign(self) -> str:
        """What to do."""
        return "smallest first, commas between: "

    @property
    def expression(self) -> Expression:
        """The list of the numbers."""
        return self.numbers

    @property
    def root(self) -> str:
        """The node that gradients are asked of, or ""."""
        return self.of

    def read(self, words: Words) -> tuple[int, ...]:
        """Read the items in another order, with commas, or their numbers from 1. Raises ScenarioError."""
        parts = _parts(words.text)
        plain = ["".join(item.split()) for item in self.items]
        places = tuple(_place(part, plain) for part in parts)
        if sorted(places) != list(range(len(plain))):
            words.refuse(
                f"`{words.text}` is no order: each number once, commas between",
                label=f"the numbers are {', '.join(self.items)}",
            )
        return places

    def judge(self, lab: Teaching, question: OpenQuestion, given: Any) -> Worth:
        """Return whether no number stands behind a larger one; what is equal may stand either way."""
        truth, why = lab.truth_of(question)
        if truth is None:
            return Worth(None, "", why)
        numbers = [float(number) for number in truth.value.reshape(-1)]
        if len(numbers) != len(self.items):
            return Worth(None, "", "each of them has to be one number")
        lost = [item for item, number in zip(self.items, numbers, strict=True) if isnan(number)]
        if lost:
            return Worth(None, "", f"`{lost[0]}` is NaN, which has no place in an order")
        right = all(_fits(numbers[one], numbers[other]) for one, other in pairwise(given))
        named = ", ".join(self.items[place] for place in given)
        return Worth(right, named, self._sorted(numbers), remark_on(question, given))

    def marking(self, lab: Teaching, question: OpenQuestion) -> dict[str, Any]:
        """Return the items, and the numbers by which they are ordered."""
        truth, _ = lab.truth_of(question)
        if truth is None or truth.value.size != len(self.items) or not np.isfinite(truth.value).all():
            return {}
        return {"order": list(self.items), "numbers": truth.value.reshape(-1).tolist()}

    def solution(self, lab: Teaching, question: OpenQuestion) -> tuple[Line, ...]:
        """Return the items in their order, with their numbers."""
        truth, why = lab.truth_of(question)
        if truth is None:
            return (Line("value", f"this cannot be graded yet: {why}"),)
        return (Line("value", self._sorted([float(number) for number in truth.value.reshape(-1)])),)

    def _sorted(self, numbers: list[float]) -> str:
        ranked = sorted(range(len(numbers)), key=numbers.__getitem__)
        return ", ".join(f"{self.items[place]} {bare(numbers[place])}" for place in ranked)


def _parts(text: str) -> list[str]:
    """Cut at commas outside brackets; numbers alone at spaces, too."""
    if all(word.isdecimal() for word in text.split()):
        return text.split()
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append("")
        elif not character.isspace():
            parts[-1] += character
    return parts


def _place(part: str, items: list[str]) -> int:
    if part in items:
        return items.index(part)
    return int(part) - 1 if part.isdecimal() else -1


def _fits(smaller: float, larger: float) -> bool:
    return smaller <= larger or smaller - larger <= EVEN * max(abs(smaller), abs(larger))


@dataclass(frozen=True, slots=True, kw_only=True)
class BetQuestion(OptionsQuestion):
    """Commit to one now; `settle` says later how it came out."""

    name: str

    @property
    def text(self) -> str:
        """The name of the bet."""
        return f"bet {self.name}"

    def names(self) -> tuple[str, ...]:
        """Return its name, and the words of the question."""
        return (self.name, *OptionsQuestion.names(self))

    def marking(self, lab: Teaching, question: OpenQuestion) -> dict[str, Any]:
        """Return the options, none of which is right yet."""
        return {"choices": list(self.options)}

    def reply(self, lab: Teaching, question: OpenQuestion, given: Any) -> tuple[Line, ...]:
        """Keep what was chosen."""
        question.tries = 0
        lab.bets[self.name] = Placed(self, str(given))
        return (Line("bet", f"your bet: {given}"),)


@dataclass(frozen=True, slots=True)
class Placed:
    """A bet that was offered, and what the student chose, "" for nothing."""

    bet: BetQuestion
    chosen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyQuestion(LessonQuestion):
    """A reason in the student's own words, which are kept and not graded. author: what the author says, or ""."""

    author: str = ""

    @property
    def sign(self) -> str:
        """What to do."""
        return "in your words: "

    @property
    def way_out(self) -> str:
        """The author's words are shown, if there are any."""
        return "show the author's words" if self.author else "go on without"

    def read(self, words: Words) -> str:
        """Take the words as they are. Raises ScenarioError for none."""
        if not words.text:
            words.refuse("an answer needs at least one word")
        return words.text

    def reply(self, lab: Teaching, question: OpenQuestion, given: Any) -> tuple[Line, ...]:
        """Keep the words, and show them beside those of the author."""
        question.tries = 0
        lab.reasons[self.title] = str(given)
        return (Line("say", f"you: {given}"), *self._authors())

    def solution(self, lab: Teaching, question: OpenQuestion) -> tuple[Line, ...]:
        """Return the author's words."""
        return self._authors() or LessonQuestion.skipped(self)

    def skipped(self) -> tuple[Line, ...]:
        """Return that nobody answered, and the author's words."""
        return (*LessonQuestion.skipped(self), *self._authors())

    def _authors(self) -> tuple[Line, ...]:
        return (Line("say", f"the author: {self.author}"),) if self.author else ()


__all__ = [
    "BetQuestion",
    "ChoiceQuestion",
    "OptionsQuestion",
    "OrderQuestion",
    "Placed",
    "Slip",
    "WhyQuestion",
    "chosen",
    "numbered",
]
