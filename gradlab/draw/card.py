"""The card of a question that is open in a lesson."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradlab.draw.ink import Goal, Row, Run, link, row, spread, wrap
from gradlab.draw.number import number as told

BAR: Run = ("▌ ", "key")


@dataclass(frozen=True, slots=True)
class CardWay:
    """Something that can be done with a question. command: what its key does, where one press does it."""

    key: str
    words: str
    command: str = ""


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """What stands on a card.

    asked: the question, line by line.   hint: what the number is made of, or "".   graded: what was said to an answer.
    ways: what can be done.   number: of the line of the script, 0 for a question that was typed.
    """

    asked: Sequence[str]
    hint: str = ""
    graded: Sequence[Row] = ()
    ways: Sequence[CardWay] = ()
    number: int = 0


def card_rows(card: QuestionCard, width: int, roomy: bool = False) -> list[Row]:
    """Return the rows of a card. roomy: with an empty row around what can be done."""
    rows = [line for text in card.asked for line in _barred(row((text, "strong")), width - 4 * bool(card.number))]
    if card.number and rows:
        rows[0] = spread(rows[0], row((f"{card.number}", "dim")), width)
    rows += _barred(row((card.hint, "")), width) if card.hint else []
    rows += [line for graded in card.graded for line in _barred(graded, width)]
    gap = [row(BAR)] if roomy else []
    return [*gap, *rows, *gap, *_barred(tuple(_ways(card.ways)), width), *gap]


def _barred(text: Row, width: int) -> list[Row]:
    """Return a text in as many rows as it needs, each with the bar of the card before it."""
    return [row(BAR, *line) for line in wrap(text, width - 2)]


def _ways(ways: Sequence[CardWay]) -> Iterator[Run]:
    for place, way in enumerate(ways):
        goal = Goal(command=way.command)
        yield ("   " if place else "", "")
        yield link(way.key, "key", goal) if way.command else (way.key, "key")
        yield link(f" {way.words}", "dim", goal) if way.command else (f" {way.words}", "dim")


def goes_out(way_out: str) -> str:
    """Return what a key does with which a question is given up: "shows the answer" for "show the answer"."""
    verb, _, rest = way_out.partition(" ")
    return f"{verb}{'es' if verb.endswith('o') else 's'} {rest}"


def hint_of(name: str, expression: str, known: Sequence[tuple[str, float]]) -> str:
    """Return what a number is made of: its expression, and the numbers in it that are known."""
    return f"{name} = {expression}, and {', '.join(f'{what} = {told(value, 4)}' for what, value in known)}"
