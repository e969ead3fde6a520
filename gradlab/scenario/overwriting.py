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
    """Return a text with stretches written over.

    Two that lie within each other are both made, the inner one in the outer; of two of one stretch the second takes up what
    the first has made.
    """
    return _stretch(text, 0, len(text), list(dict.fromkeys(writes)))


def _stretch(text: str, start: int, stop: int, writes: Sequence[Overwrite]) -> str:
    """Return a stretch with those of the writes that lie in it. writes: in their order."""
    parts: list[str] = []
    at = start
    for number, one in sorted(enumerate(writes), key=lambda pair: (pair[1].start, -pair[1].stop, -pair[0])):
        if one.start >= at and one.stop <= stop:
            within = [w for n, w in enumerate(writes) if _is_within(w, one) and (n < number or not _is_within(one, w))]
            written = (piece if isinstance(piece, str) else _stretch(text, *piece, within) for piece in one.pieces)
            parts += [text[at : one.start], *written]
            at = one.stop
    return "".join([*parts, text[at:stop]])


def _is_within(inner: Overwrite, outer: Overwrite) -> bool:
    return outer.start <= inner.start and inner.stop <= outer.stop
