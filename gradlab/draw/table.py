"""Tables of numbers: the sign always, one width, row and column numbers, and heat that only repeats what the text says."""

from __future__ import annotations

from collections.abc import Callable, Container

import numpy as np
import numpy.typing as npt

from gradlab.draw.heat import level, role
from gradlab.draw.ink import Goal, Row, link, row
from gradlab.draw.number import fixed
from gradlab.lab.hidden import HIDDEN

Matrix = npt.NDArray[np.float64]
CELL = 9


def columns_in(width: int) -> int:
    """Return how many columns of numbers fit into a width."""
    return max(1, (width - 6) // (CELL + 1))


def head(col0: int, columns: int) -> Row:
    """Return the row of column numbers."""
    return row((" " * 6 + " ".join(str(col0 + c).rjust(CELL) for c in range(columns)), "dim"))


def table(
    values: Matrix,
    row0: int,
    col0: int,
    columns: int,
    cursor: tuple[int, int] | None = None,
    secret: Container[tuple[int, int]] = (),
    leads: Callable[[int, int], Goal] | None = None,
) -> list[Row]:
    """Return a window of a matrix as rows: column numbers, then a row number and the numbers.

    row0, col0: where the window begins in the whole.   cursor: the element (row, column of the whole) that is marked.
    secret: the elements that are not to be seen.   leads: where the number in a row and a column of the whole leads.
    """
    shown = values[:, :columns]
    finite = np.abs(shown[np.isfinite(shown)])
    top = float(finite.max()) if finite.size else 0.0
    rows = [head(col0, shown.shape[1])]
    for r, numbers in enumerate(shown):
        runs = [(str(row0 + r).rjust(5) + " ", "dim")]
        for c, value in enumerate(numbers):
            at = (row0 + r, col0 + c)
            here = cursor == at
            if at in secret:
                text, said = HIDDEN.rjust(CELL), "cursor" if here else "key"
            else:
                text, said = fixed(float(value), CELL), "cursor" if here else _role(float(value), top)
            runs.append((text, said) if leads is None else link(text, said, leads(*at)))
            runs.append(("◂" if here else " ", "cursor" if here else ""))
        rows.append(tuple(runs))
    return rows


def pending_table(height: int, columns: int, mark: str = "·") -> list[Row]:
    """Return the rows of numbers that do not exist yet: `·`, never 0."""
    line = row(("      " + " ".join(mark.rjust(CELL) for _ in range(columns)), "dim"))
    return [line for _ in range(height)]


def _role(value: float, top: float) -> str:
    """Return the role of a number in a table: bad, or its heat."""
    return "bad" if not np.isfinite(value) else role(level(value, top))


def element_text(shape: tuple[int, ...], element: int) -> str:
    """Return the place of a flat element in a shape: "3,14"."""
    places: list[int] = []
    for size in reversed(shape):
        element, place = divmod(element, max(1, size))
        places.insert(0, place)
    return ",".join(str(place) for place in places)
