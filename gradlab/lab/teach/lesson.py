"""A lesson piece by piece: its prose as it is, its script line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gradlab.lab.hidden import HIDDEN
from gradlab.lab.teach.veil import Veil
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


def lesson(document: Document, script: Sequence[Statement], cursor: int, question: str, veil: Veil | None) -> Lesson:
    """Return a lesson; veil: what the open question hides. A claim about what is asked shows no number behind `~=`."""
    found = tuple(pieces(document, script))
    if veil is not None:
        found = tuple(_veiled(piece, script, question, veil) for piece in found)
    return Lesson(found, cursor, len(script))


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


def _veiled(piece: Piece, script: Sequence[Statement], question: str, veil: Veil) -> Piece:
    if piece.kind == "model":
        return piece
    if piece.number >= 0:
        statement = script[piece.number]
        left, right = split_at(statement.rest, "~=")
        if statement.word == "expect" and right is not None and _same(left.text, question):
            return replace(piece, text=f"{statement.word} {left.text.strip()} ~= {HIDDEN}")
    return replace(piece, text=veil.text(piece.text))


def _same(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())
