"""A lesson piece by piece: its prose page by page, its script line by line, and what the lines said."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from gradlab.errors import ScenarioError
from gradlab.lab.hidden import HIDDEN
from gradlab.lab.outcome import Line
from gradlab.lab.teach.pages import cut
from gradlab.lab.teach.question import OpenQuestion
from gradlab.lab.teach.veil import Veil
from gradlab.scenario.assertions import read_assertion
from gradlab.scenario.expressions import Expression
from gradlab.scenario.markdown import Document
from gradlab.scenario.script import Statement, split_at

Part = Literal["line", "claim", "question", "aside", "note"]
"""What a statement is in a lesson.

line: the lesson stops at it.   claim: no stop; claims in a row are folded.   question: what is behind it is shown when it is
over.   aside: done in passing, and not shown.   note: for the teacher.
"""
PASSING: tuple[Part, ...] = ("claim", "aside", "note")
"""What is no stop."""
WITH_A_PAGE: tuple[Part, ...] = ("claim", "note")
"""What runs together with the page before it: the stage is set when that has been read."""
Place = tuple[Literal["page", "line"], int]
"""A stop: the number of a page, or of a statement in the script."""


@dataclass(frozen=True, slots=True)
class Role:
    """What a statement is in its lesson. text: as it reads there.   asked: what is worked out for the answer, or None."""

    part: Part
    text: str
    asked: Expression | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a lesson.

    kind: "prose", "model" or "code" with its text, "gap", "rest" (how much is not shown yet), or what a line of the script
    is: "line", "claim", "question", "note".   number: of its statement in the script; -1 for a line without one.   page:
    number of the page it is on, -1 for none.   said: what the laboratory said to it.
    """

    kind: str
    text: str
    number: int = -1
    page: int = -1
    said: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """The pieces, which statement comes next (as many as there are when all have run), and the stop at which the reader is.

    open: the number of the statement whose question is open; -1 for a question that was typed, None where none is open.
    ahead: the stop that comes next; None at the end.
    """

    pieces: tuple[Piece, ...]
    cursor: int
    total: int
    here: Place = ("line", -1)
    open: int | None = None
    ahead: Place | None = None


@dataclass(frozen=True, slots=True)
class ReadSoFar:
    """How far a lesson has been read.

    cursor: statements that have run.   here: the stop at which the reader is.   ahead: the one that comes next, or None.
    said: what the laboratory said to statements, by their numbers.   question: the one that is open.   notes: whether the
    teacher's notes are shown.
    """

    cursor: int
    here: Place
    ahead: Place | None
    said: Mapping[int, tuple[Line, ...]]
    question: OpenQuestion | None = None
    notes: bool = False


def lesson(
    all_pieces: Sequence[Piece], roles: Sequence[Role], reading: ReadSoFar, script: Sequence[Statement], veil: Veil | None
) -> Lesson:
    """Return a lesson as far as it may be seen. veil: what the open question hides.

    Behind a question that is open or to come nothing is shown. A claim of the script about what is asked shows no number: of
    the open question everywhere, of one to come behind it.
    """
    question = reading.question
    asked = None if question is None else question.asked.expression
    shut = closed_claims(script, roles, reading.cursor, asked)
    found = (_line(piece, roles, reading, shut) for piece in all_pieces)
    seen = [piece for piece in found if piece is not None]
    if veil is not None:
        number = -1 if question is None else question.number
        seen = [piece if piece.number in shut else _veiled(piece, veil, number) for piece in seen]
    shown = tuple(_open_part(seen, reading))
    return Lesson(
        shown, reading.cursor, len(script), reading.here, None if question is None else question.number, reading.ahead
    )


def _line(piece: Piece, roles: Sequence[Role], reading: ReadSoFar, shut: Mapping[int, str]) -> Piece | None:
    """Return a line of the script as it reads; None for one that is not shown."""
    if piece.number < 0:
        return piece
    role = roles[piece.number]
    if role.part == "aside" or (role.part == "note" and not reading.notes):
        return None
    text = shut.get(piece.number) or (piece.text if role.part == "claim" else role.text)
    return replace(piece, kind=role.part, text=text, said=reading.said.get(piece.number, ()))


def _veiled(piece: Piece, veil: Veil, asked: int) -> Piece:
    """Return a piece without what is hidden. asked: number of the open question, which keeps what was answered to it."""
    if piece.kind == "model":
        return piece
    own = piece.number == asked
    said = tuple(veil.of(line) if own else replace(line, text=veil.text(line.text)) for line in piece.said)
    return replace(piece, text=veil.text(piece.text), said=said)


def _open_part(seen: Sequence[Piece], reading: ReadSoFar) -> Iterator[Piece]:
    """Yield the pieces up to the first question that is not over, and how much follows it."""
    end = _end(seen, reading)
    yield from seen[:end]
    rest = seen[end:]
    lines = sum(piece.number >= 0 for piece in rest)
    pages = len({piece.page for piece in rest if piece.page >= 0 and piece.kind == "prose"} - {p.page for p in seen[:end]})
    if told := " and ".join([*_count(lines, "line"), *_count(pages, "paragraph")]):
        yield Piece("rest", f"{told} follow{'s' * (lines + pages == 1)} your answer")


def _end(seen: Sequence[Piece], reading: ReadSoFar) -> int:
    """Return how many pieces are shown."""
    opened = reading.question
    for place, piece in enumerate(seen):
        if opened is not None and opened.number < 0 and piece.number >= reading.cursor:
            return place
        if opened is not None and opened.number >= 0 and piece.number == opened.number:
            return place + 1
        if piece.kind == "question" and piece.number >= reading.cursor:
            return place + 1
    return len(seen)


def _count(number: int, word: str) -> list[str]:
    return [f"{number} {word}{'s' * (number != 1)}"] if number else []


def closed_claims(
    script: Sequence[Statement], roles: Sequence[Role], cursor: int, question: Expression | None
) -> dict[int, str]:  # fmt: skip
    """Return the claims that would tell what is asked, by their number in the script: their texts without it."""
    asked = [] if question is None else [_ways(question.tree)]
    found = {}
    for number, (statement, role) in enumerate(zip(script, roles, strict=True)):
        if role.asked is not None and number >= cursor:
            asked.append(_ways(role.asked.tree))
        elif role.part == "claim" and (text := _closed(statement, asked)):
            found[number] = text
    return found


def _closed(claim: Statement, asked: Sequence[frozenset[str]]) -> str:
    """Return a claim without what it tells about a question; "" when it tells nothing."""
    left, right = _claimed(claim)
    if not any(ways & (left | right) for ways in asked):
        return ""
    if not right or any(ways & right for ways in asked):
        return f"{claim.word} {HIDDEN}"
    return f"{claim.word} {split_at(claim.rest, '~=')[0].text} ~= {HIDDEN}"


@lru_cache(maxsize=1024)
def _claimed(claim: Statement) -> tuple[frozenset[str], frozenset[str]]:
    """Return what stands in both sides of a claim; nothing where it cannot be read."""
    try:
        read = read_assertion(claim.rest)
    except ScenarioError:
        return frozenset(), frozenset()
    return _parts(read.left.tree), frozenset() if read.right is None else _parts(read.right.tree)


def _ways(asked: ast.expr) -> frozenset[str]:
    """Return what a claim that tells an answer has in it: the question itself, or the tensor that it asks for a number of."""
    listed = asked.elts if isinstance(asked, ast.Tuple) else [asked]
    whole = [part.value if isinstance(part, ast.Subscript) else part for part in listed]
    return frozenset(ast.dump(part) for part in (*listed, *whole))


def _parts(tree: ast.expr) -> frozenset[str]:
    return frozenset(ast.dump(part) for part in ast.walk(tree) if isinstance(part, ast.expr))


def pieces(document: Document, script: Sequence[Statement]) -> Iterator[Piece]:
    """Cut a lesson into pieces; what is no prose belongs to the page above it, if no script stands between them."""
    numbers = {statement.span.line: number for number, statement in enumerate(script)}
    page, fresh = -1, True
    for block in document.blocks:
        if block.kind == "lab":
            yield from _script_lines(document, block.text, block.starts, numbers)
            fresh = True
            continue
        for begins, text in cut(block.text) if block.kind == "prose" else [(False, block.text)]:
            page += begins or fresh
            fresh = False
            yield Piece(block.kind, text, page=page)


def _script_lines(document: Document, text: str, starts: Sequence[int], numbers: Mapping[int, int]) -> Iterator[Piece]:
    first = document.source.place(starts[0])[0] if starts else 0
    for offset, line in enumerate(text.split("\n")):
        yield Piece("line", line.rstrip(), numbers.get(first + offset, -1))
    yield Piece("gap", "")


def stops(all_pieces: Sequence[Piece]) -> tuple[Place, ...]:
    """Return the pages and the statements of a lesson in their order."""
    found: dict[Place, None] = {}
    for piece in all_pieces:
        if piece.number >= 0:
            found["line", piece.number] = None
        elif piece.page >= 0:
            found["page", piece.page] = None
    return tuple(found)
