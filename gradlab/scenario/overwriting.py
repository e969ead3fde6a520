"""Writing over stretches of a text, one within another; what stands around them stays as it is, to the character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Piece = str | tuple[int, int]
"""A text, or a stretch of the old text from one offset to another, with what is written over within it."""


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What stands in the place of a stretch of a text: pieces, one after the other. start = stop: it is put in between."""

    start: int
    stop: int
    pieces: tuple[Piece, ...]


def overwritten(text: str, writes: Sequence[Overwrite]) -> str:
    """Return a text with stretches written over. Two that lie within each other are both made, the inner one in the outer."""
    ordered = sorted(set(writes), key=lambda one: (one.start, -one.stop))
    return _stretch(text, 0, len(text), ordered)


def _stretch(text: str, start: int, stop: int, writes: Sequence[Overwrite]) -> str:
    """Return a stretch with those of the writes that lie in it."""
    parts: list[str] = []
    at = start
    for one in writes:
        if one.start >= at and one.stop <= stop:
            parts += [text[at : one.start], _written(text, one, writes)]
            at = one.stop
    return "".join([*parts, text[at:stop]])


def _written(text: str, one: Overwrite, writes: Sequence[Overwrite]) -> str:
    within = [other for other in writes if other is not one and one.start <= other.start and other.stop <= one.stop]
    inner = [other for other in within if (other.start, other.stop) != (one.start, one.stop)]
    return "".join(piece if isinstance(piece, str) else _stretch(text, *piece, inner) for piece in one.pieces)
