"""Numbers as cells: half blocks in colours, eighths of a cell that grow or hang, or characters of ASCII.

Whole arrays at once: a picture of 20,000 numbers is drawn ten times a second. Signs are never told by colour alone, nor by
characters that read as signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from gradlab.draw.glyphs import CEILING, FLOOR, HANGING, STEPS, spelled
from gradlab.draw.ink import Row, Run
from gradlab.draw.plots._plot import Ink
from gradlab.lab.hidden import HIDDEN

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int16]

EIGHTHS = STEPS + "█"
COLOURS = 4
BAD, SECRET, NONE = 1, 2, 3
"""Codes behind the largest step: no number, a hidden one, no cell."""


def top_of(values: Floats) -> float:
    """Return the largest finite size of some numbers, 0 of none."""
    with np.errstate(all="ignore"):
        sizes = np.abs(values)
    finite = sizes[np.isfinite(sizes)]
    return float(finite.max()) if finite.size else 0.0


def steps_of(ink: Ink, *, signed: bool = True) -> int:
    """Return how many sizes can be told apart: in a pipe letters tell a sign; a full cell would look the same for both."""
    if ink in ("colour", "ascii") or (ink == "plain" and signed):
        return COLOURS
    return len(EIGHTHS) - signed


def codes_of(values: Floats, top: float | Floats, steps: int, hidden: Flags | None = None) -> Codes:
    """Return a code for each number: -steps … steps by size and sign, 0 for 0 alone, and what `table_of` has behind these."""
    with np.errstate(all="ignore"):
        share = np.minimum(np.abs(values) / np.where(np.asarray(top) > 0, top, 1.0), 1.0)
        sizes = np.clip(np.rint(share * steps), 1, steps)
        codes = np.where(np.isfinite(values), np.where(values == 0, 0, np.where(values < 0, -sizes, sizes)), steps + BAD)
    if hidden is not None:
        codes = np.where(hidden, steps + SECRET, codes)
    return codes.astype(np.int16)


def blank_codes(shape: tuple[int, int], steps: int) -> Codes:
    """Return a canvas on which nothing is drawn."""
    return np.full(shape, steps + NONE, np.int16)


@cache
def table_of(ink: Ink, *, signed: bool) -> tuple[Run, ...]:
    """Return the cell of each code of `codes_of`, from the most negative on."""
    steps = steps_of(ink, signed=signed)
    up, down = _glyphs(ink, steps, signed=signed)
    plus = [(glyph, "" if ink != "colour" else f"heat{k:+d}") for k, glyph in enumerate(up, 1)]
    minus = [(glyph, role) for glyph, role in down]
    return (*reversed(minus), (" ", ""), *plus, ("!", "bad"), (HIDDEN, "key"), (" ", ""))


def _glyphs(ink: Ink, steps: int, *, signed: bool) -> tuple[Sequence[str], Sequence[Run]]:
    """Return the glyphs of positive sizes, and the cells of negative ones."""
    if ink == "ascii" or (ink == "plain" and signed):
        return FLOOR, [(letter, "") for letter in CEILING]
    if ink == "colour":
        return EIGHTHS[1::2], [(STEPS[5 - 2 * k], HANGING) for k in range(COLOURS - 1)] + [(EIGHTHS[-1], "negative")]
    return EIGHTHS[:steps], [(STEPS[6 - k], HANGING) for k in range(steps)]


def shaded(codes: Codes, ink: Ink, wide: int = 1, *, signed: bool = True) -> list[list[Run]]:
    """Return a row of runs for each row of codes, each number `wide` cells wide."""
    table = table_of(ink, signed=signed)
    offset = steps_of(ink, signed=signed)
    cells = [(glyph * wide, role) for glyph, role in table]
    return [_runs(line, cells) for line in codes.astype(np.int64) + offset]


def _runs(line: npt.NDArray[np.int64], cells: Sequence[Run]) -> list[Run]:
    """Return a line of codes as runs: neighbours of one code are one run."""
    if not line.size:
        return []
    stops = np.append(np.flatnonzero(line[1:] != line[:-1]) + 1, line.size)
    sizes = np.diff(stops, prepend=0).tolist()
    return [(cells[code][0] * n, cells[code][1]) for code, n in zip(line[stops - 1].tolist(), sizes, strict=True)]


@cache
def _halves() -> tuple[Run, ...]:
    """Return the cell of each pair of codes in half blocks, the upper one first."""
    names = [*(f"{k:+d}" if k else "0" for k in range(-COLOURS, COLOURS + 1)), "bad", "?", "none"]
    return tuple(_half(upper, lower) for upper in names for lower in names)


def _half(upper: str, lower: str) -> Run:
    if "?" in (upper, lower):
        return HIDDEN, "key"
    return (" ", "") if upper == lower == "none" else ("▀", f"map {upper} {lower}")


def halved(codes: Codes) -> list[list[Run]]:
    """Return codes in half blocks: two rows of numbers in one row of cells."""
    if codes.shape[0] % 2:
        codes = np.concatenate([codes, blank_codes((1, codes.shape[1]), COLOURS)])
    wide = codes.astype(np.int64) + COLOURS
    count = 2 * COLOURS + 1 + NONE
    return [_runs(line, _halves()) for line in wide[::2] * count + wide[1::2]]


def marked(line: Iterable[Run], start: int, wide: int, text: str = "") -> list[Run]:
    """Return a row with some cells as the cursor, and a text in their place if there is one."""
    found: list[Run] = []
    at = 0
    for cells, role in line:
        low, high = max(0, min(len(cells), start - at)), max(0, min(len(cells), start + wide - at))
        inside = text[: high - low] if text else cells[low:high]
        found += [part for part in ((cells[:low], role), (inside, "cursor"), (cells[high:], role)) if part[0]]
        at += len(cells)
    return found


def written(line: Iterable[Run], start: int, text: str, role: str) -> list[Run]:
    """Return a row with a text over some of its cells."""
    found: list[Run] = []
    at, stop = 0, start + len(text)
    for cells, its in line:
        end = at + len(cells)
        if end <= start or at >= stop:
            found.append((cells, its))
        else:
            kept = [(cells[: max(0, start - at)], its), (text[max(0, at - start) : end - start], role)]
            found += [*kept, (cells[max(0, stop - at) :], its)]
        at = end
    return [part for part in found if part[0]]


def in_ascii(rows: Iterable[Row]) -> list[Row]:
    """Return rows in characters of ASCII."""
    return [tuple((spelled(text, "ascii", role), role) for text, role in line) for line in rows]
