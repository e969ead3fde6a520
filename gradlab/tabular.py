"""Objects that read as a table: in a terminal, in a notebook, and where they are printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import rich.table


MOST_POINTS = 400
"""Points of a line."""


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of texts. The first column stands to the left, all others to the right.   foot: a line below, or ""."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    foot: str = ""


class Tabular:
    """What has a `table` can be printed, and shows itself in rich and in a notebook."""

    __slots__ = ()

    def table(self) -> TextTable:
        """Return the table."""
        raise NotImplementedError

    def __str__(self) -> str:
        """Return the table in plain text."""
        found = self.table()
        lines = [found.columns, *found.rows] if found.rows else []
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        placed = ("  ".join(_placed(line, widths)).rstrip() for line in lines)
        return "\n".join(filter(None, [found.title, *placed, found.foot]))

    def __rich__(self) -> rich.table.Table:
        """Return the table as rich draws it. Its texts are plain, never markup."""
        from rich.table import Table as RichTable
        from rich.text import Text

        found = self.table()
        drawn = RichTable(title=Text(found.title), caption=Text(found.foot), title_justify="left", caption_justify="left")
        for k, column in enumerate(found.columns):
            drawn.add_column(Text(column), justify="right" if k else "left")
        for row in found.rows:
            drawn.add_row(*map(Text, row))
        return drawn

    def _repr_html_(self) -> str:
        """Return the table as a notebook shows it."""
        from html import escape

        found = self.table()
        head = "".join(f"<th>{escape(column)}</th>" for column in found.columns)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in found.rows)
        foot = f"<p>{escape(found.foot)}</p>" if found.foot else ""
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if found.rows else ""
        return f"<p>{escape(found.title)}</p>{table}{foot}"


def _placed(line: tuple[str, ...], widths: list[int]) -> list[str]:
    first, *others = zip(line, widths, strict=True)
    return [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]


def polyline(x: Iterable[float], y: Iterable[float], width: int = 400, height: int = 120) -> str:
    """Return the numbers y over x as a line in SVG; "" for fewer than two finite ones."""
    points = [(float(a), float(b)) for a, b in zip(x, y, strict=True) if isfinite(b)]
    points = points[:: max(1, len(points) // MOST_POINTS)]
    if len(points) < 2:
        return ""
    (left, low), (right, high) = (tuple(map(f, zip(*points, strict=True))) for f in (min, max))
    wide, tall = (right - left) or 1.0, (high - low) or 1.0
    told = " ".join(f"{width * (a - left) / wide:.1f},{height * (high - b) / tall:.1f}" for a, b in points)
    return (
        f'<svg viewBox="-2 -2 {width + 4} {height + 4}" width="{width}" height="{height}" role="img" aria-label="curve">'
        f'<polyline points="{told}" fill="none" stroke="currentColor"/></svg>'
    )
