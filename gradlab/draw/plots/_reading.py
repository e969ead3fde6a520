"""Arguments of plots: what stands behind which word, lists, sizes and stretches of numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gradlab.lab.arguments import Words, expression, integer
from gradlab.scenario.expressions import Expression
from gradlab.scenario.rehearsal import shape_on_zeros
from gradlab.scenario.script import stripped

_PIECE = re.compile(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[\[({]|[\])}]|.""", re.DOTALL)
_SIZE = re.compile(r"(\d{1,6})\s*[x×]\s*(\d{1,6})")
_NUMBER = r"[-+]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?"
_STRETCH = re.compile(rf"(.*?)\s+({_NUMBER})\.\.({_NUMBER})", re.DOTALL)
T = TypeVar("T")


def options(words: Words, *marks: str) -> tuple[Words, dict[str, Words]]:
    """Return what stands before the first of some words, and what stands behind each of them. Raises ScenarioError."""
    head, mark, rest = _cut(words, marks)
    found: dict[str, Words] = {}
    while rest is not None:
        part, following, behind = _cut(rest, marks)
        if mark in found:
            words.refuse(f"`{mark}` stands here twice", part.span)
        found[mark] = part
        mark, rest = following, behind
    return head, found


def _cut(words: Words, marks: Sequence[str]) -> tuple[Words, str, Words | None]:
    """Cut at the first of some words that stand by themselves."""
    cuts = [(*words.split(mark), mark) for mark in marks]
    head, tail, mark = min(cuts, key=lambda cut: (cut[1] is None, cut[0].span.stop))
    return (head, mark, tail) if tail is not None else (words.within(stripped(words.span)), "", None)


def flag(given: dict[str, Words], mark: str) -> bool:
    """Return whether a word that takes nothing was said. Raises ScenarioError."""
    behind = given.get(mark)
    if behind is not None and behind.text:
        behind.refuse(f"unexpected `{behind.text}`", behind.span)
    return behind is not None


def maybe(given: dict[str, Words], mark: str, read: Callable[[Words], T]) -> T | None:
    """Return what stands behind a word, read, or None where the word was not said."""
    return read(given[mark]) if mark in given else None


def commas(words: Words) -> list[Words]:
    """Return what stands between commas outside brackets and quotes. Raises ScenarioError for nothing between two."""
    text, depth, start = words.span.text, 0, 0
    parts: list[Words] = []
    for match in _PIECE.finditer(text):
        piece = match.group()
        depth += (len(piece) == 1 and piece in "[({") - (len(piece) == 1 and piece in "])}")
        if piece == "," and depth <= 0:
            parts.append(words.within(stripped(words.span.part(start, match.start()))))
            start = match.end()
    parts.append(words.within(stripped(words.span.part(start, len(text)))))
    for part in parts:
        if not part.text:
            words.refuse("something is missing here" if text.strip() else "of what?", part.span if text.strip() else words.span)
    return parts


def one(words: Words) -> Expression:
    """Read one expression. Raises ScenarioError."""
    if not words.text:
        words.refuse("of what?", words.span)
    return expression(words)


def pair_of_sizes(words: Words) -> tuple[int, int]:
    """Read `8x8`: rows and columns, from 1. Raises ScenarioError."""
    match = _SIZE.fullmatch(words.text)
    if match is None or "0" in (match[1].lstrip("0") or "0", match[2].lstrip("0") or "0"):
        words.refuse(
            f"`{words.text}` is no size" if words.text else "a size is needed", words.span, "rows x columns, such as `8x8`"
        )
    return int(match[1]), int(match[2])


def two_axes(words: Words) -> tuple[int, int]:
    """Read `0 1`: two columns, counted from 0. Raises ScenarioError."""
    given = list(words)
    if len(given) != 2:
        words.refuse("two axes are needed", words.span, "for example `axes 0 1`")
    return integer(words, given[0]), integer(words, given[1])


@dataclass(frozen=True, slots=True)
class Along:
    """An expression and the stretch of numbers that it goes through; None where that is to be found."""

    expression: Expression
    stretch: tuple[float, float] | None


def along(words: Words) -> Along:
    """Read `EXPR LOW..HIGH`, or an expression alone. Raises ScenarioError."""
    match = _STRETCH.fullmatch(words.span.text)
    if match is None:
        if ".." in words.text:
            words.refuse(f"`{words.text}` is no stretch", words.span, "for example `x[:, 0] -2..2`")
        return Along(one(words), None)
    low, high = float(match[2]), float(match[3])
    if not low < high:
        words.refuse(f"{match[2]}..{match[3]} is no stretch: the first number has to be the smaller one", words.span)
    return Along(one(words.within(words.span.part(0, match.end(1)))), (low, high))


def shape_of(words: Words, read: Expression) -> tuple[int, ...] | None:
    """Return the shape that an expression will have; None where that is not known before the run."""
    return None if words.known is None else shape_on_zeros(read, words.known)
