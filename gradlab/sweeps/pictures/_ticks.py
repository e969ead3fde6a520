"""Labels below or above columns, as many as have room."""

from __future__ import annotations

from collections.abc import Sequence

from gradlab.draw.ink import fit


def ticks(labels: Sequence[tuple[int, str]], width: int) -> str:
    """Return labels with their middles at columns, in a width: the first, the last, then those between that have room."""
    cells = [" "] * width
    inner = [*labels[:1], *labels[-1:], *labels[1:-1]]
    for column, text in inner:
        text = text if len(text) <= width else fit(text, width)
        start = max(0, min(width - len(text), column - (len(text) - 1) // 2))
        around = cells[max(0, start - 1) : start + len(text) + 1]
        if all(cell == " " for cell in around):
            cells[start : start + len(text)] = text
    return "".join(cells)
