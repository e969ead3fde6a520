"""Attention as a map: a row for each place that looks, a column for each that is looked at, with the signs that stand there.

3  1  4  1   ▸ looks at
3   ██
1   ▅▅ ▃▃
4   ▂▂ ▃▃ ▃▃
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gradlab.draw.ink import Row, clip, fit_right, row, wrap
from gradlab.draw.number import short

Matrix = npt.NDArray[np.float64]
BLOCKS = " ▁▂▃▄▅▆▇█"
CELL = 3
LARGEST = 64
"""Places that a map has at most."""
EXACT = 1e-3
"""By how much the weights of a row may miss 1."""


@dataclass(frozen=True, slots=True)
class AttentionMap:
    """The weights of one head. weights: (places, places).   signs: of the places.   of: which of the tensor they are."""

    weights: Matrix
    signs: tuple[str, ...]
    of: str


def is_attention(weights: Matrix) -> bool:
    """Return whether each row divides 1 among the columns, as weights of attention do."""
    square = weights.ndim == 2 and weights.shape[0] == weights.shape[1] and 1 < len(weights) <= LARGEST
    return bool(square and np.all(np.isfinite(weights)) and np.all(weights >= 0) and np.allclose(weights.sum(1), 1, atol=EXACT))


def attention_rows(found: AttentionMap, at: tuple[int, int], width: int, height: int) -> list[Row]:
    """Return the map in about `height` rows, those around the chosen number, and what the chosen place looks at."""
    side = max(2, *map(len, found.signs))
    cell = max(CELL, side + 1)
    across, down = max(1, (width - side - 4) // cell), max(1, height - 4)
    many = len(found.weights)
    row0, col0 = (max(0, min(place - room // 2, many - room)) for place, room in zip(at, (down, across), strict=True))
    columns = range(col0, min(many, col0 + across))
    heads = "".join(fit_right(found.signs[c], cell - 1) + " " for c in columns)
    rows = [
        clip(row((found.of, "strong")), width),
        clip(row((f"{'':{side + 3}}{heads} ", "dim"), ("▸ looks at", "dim")), width),
    ]
    for r in range(row0, min(many, row0 + down)):
        marks = [_cell(float(found.weights[r, c]), cell, (r, c) == at) for c in columns]
        rows.append(row((f" {found.signs[r]:>{side}}  ", "here" if r == at[0] else "dim"), *marks))
    left = many - min(many, row0 + down)
    return [*rows, *([row((f" {'…':>{side}}  {left} more", "dim"))] if left else []), *_chosen(found, at, width)]


def _cell(weight: float, cell: int, chosen: bool) -> tuple[str, str]:
    """Return a weight as blocks, half a cell at least where it is not 0."""
    step = 0 if weight == 0 else max(1, round(weight * (len(BLOCKS) - 1)))
    text = BLOCKS[step] * (cell - 1) + " "
    return text, "cursor" if chosen else "curve"


def _chosen(found: AttentionMap, at: tuple[int, int], width: int) -> list[Row]:
    """Return the chosen weight, and how its row is divided, the largest first."""
    r, c = at
    order: Sequence[int] = sorted(np.flatnonzero(found.weights[r]).tolist(), key=lambda place: -found.weights[r, place])
    shares = "  ".join(f"{found.signs[place]} {short(float(found.weights[r, place]), 2)}" for place in order)
    head = f"[{r},{c}] {short(float(found.weights[r, c]), 2)}"
    return wrap(row((head, "value"), (f"   of {found.signs[r]}: ", "dim"), (shares, "")), width, 2)[:2]
