"""A lesson piece by piece: its prose as it is, its script line by line."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from gradlab.errors import ScenarioError
from gradlab.lab.hidden import HIDDEN
from gradlab.lab.teach.veil import Veil
from gradlab.scenario.assertions import read_assertion
from gradlab.scenario.expressions import Expression, read_expression
from gradlab.scenario.markdown import Document
from gradlab.scenario.script import Statement, split_at


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a lesson: "prose", "model" or "code" with its text, "gap", or "line": one of the script.

    number: of a line, its statement's number in the script; -1 for a line without one.
    """

    kind: str
    text: str
    number: int = -1


@dataclass(frozen=True, slots=True)
class Lesson:
    """The pieces, and which statement comes next (as many as there are when all have run)."""

    pieces: tuple[Piece, ...]
    cursor: int
    total: int


def lesson(
    document: Document, script: Sequence[Statement], cursor: int, question: Expression | None, veil: Veil | None
) -> Lesson:  # fmt: skip
    """Return a lesson. question, veil: the one that is open, and what it hides.

    A claim of the script about what is asked shows no number: of the open question everywhere, of one to come behind it.
    """
    shut = closed_claims(script, cursor, question)
    found = (replace(piece, text=shut.get(piece.number, piece.text)) for piece in pieces(document, script))
    if veil is not None:
        found = (_veiled(piece, veil) if piece.number not in shut else piece for piece in found)
    return Lesson(tuple(found), cursor, len(script))


def _veiled(piece: Piece, veil: Veil) -> Piece:
    return piece if piece.kind == "model" else replace(piece, text=veil.text(piece.text))


def closed_claims(script: Sequence[Statement], cursor: int, question: Expression | None) -> dict[int, str]:
    """Return the claims that would tell what is asked, by their number in the script: their texts without it."""
    asked = [] if question is None else [_ways(question.tree)]
    found = {}
    for number, statement in enumerate(script):
        if statement.word == "quiz" and number >= cursor:
            asked.append(_asked(statement))
        elif statement.word == "expect" and (text := _closed(statement, asked)):
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


@lru_cache(maxsize=1024)
def _asked(question: Statement) -> frozenset[str]:
    try:
        return _ways(read_expression(question.rest).tree)
    except ScenarioError:
        return frozenset()


def _ways(asked: ast.expr) -> frozenset[str]:
    """Return what a claim that tells an answer has in it: the question itself, or the tensor that it asks for a number of."""
    whole = asked.value if isinstance(asked, ast.Subscript) else asked
    return frozenset({ast.dump(asked), ast.dump(whole)})


def _parts(tree: ast.expr) -> frozenset[str]:
    return frozenset(ast.dump(part) for part in ast.walk(tree) if isinstance(part, ast.expr))


def pieces(document: Document, script: Sequence[Statement]) -> Iterator[Piece]:
    """Cut a lesson into pieces."""
    numbers = {statement.span.line: number for number, statement in enumerate(script)}
    for block in document.blocks:
        if block.kind != "lab":
            yield Piece(block.kind, block.text)
            continue
        first = document.source.place(block.starts[0])[0] if block.starts else 0
        for offset, text in enumerate(block.text.split("\n")):
            yield Piece("line", text.rstrip(), numbers.get(first + offset, -1))
        yield Piece("gap", "")
