"""A number as one cell that needs no colour: positive grows from the floor, negative hangs from the ceiling.

▁ ▂ ▃ ▄ ▅ ▆ ▇   positive, the larger the higher; never the full cell, which would look the same for both signs
▇ ▆ ▅ ▄ ▃ ▂ ▁   negative, in reverse video: what is left free at the foot becomes less
(blank)         0
!               NaN or infinite
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from math import isfinite

import numpy as np
import numpy.typing as npt

from gradlab.draw.glyphs import HANGING, STEPS
from gradlab.draw.ink import Row, Run


def ramp(value: float, scale: float) -> Run:
    """Return the glyph and the role of a number. scale: the size that is drawn highest, as is anything beyond it.

    What is not 0 is at least a step high. Where the scale is no positive number, it is that of the number itself.
    """
    if not isfinite(value):
        return "!", "bad"
    if value == 0:
        return " ", ""
    share = min(abs(value) / scale, 1.0) if isfinite(scale) and scale > 0 else 1.0
    step = max(1, min(len(STEPS), round(share * len(STEPS))))
    return (STEPS[step - 1], "positive") if value > 0 else (STEPS[-step], HANGING)


def ramp_row(values: Iterable[float], scale: float) -> Row:
    """Return numbers as one row, a cell each, blank ones at its end included."""
    cells = (ramp(float(value), scale) for value in values)
    return tuple(("".join(glyph for glyph, _ in run), role) for role, run in groupby(cells, lambda cell: cell[1]))


def ramp_rows(values: npt.NDArray[np.float64]) -> list[Row]:
    """Return a matrix with a cell for each number; its largest finite size is the highest."""
    scale = largest(values)
    return [ramp_row(line, scale) for line in values]


def largest(values: npt.NDArray[np.float64]) -> float:
    """Return the largest finite size, 0 where there is none."""
    finite = np.abs(values[np.isfinite(values)])
    return float(finite.max()) if finite.size else 0.0
