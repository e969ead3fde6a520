"""The graph as SVG: boxes and lines where the terminal has them, a cell 8 by 18 units; the page writes the numbers in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from html import escape

from gradlab.draw.canvas_box import Plate, name_of, shape_text
from gradlab.draw.ink import safe
from gradlab.draw.layout import Layout
from gradlab.draw.scene import Scene

CELL, LINE = 8, 18


def picture(scene: Scene) -> str:
    """Return the graph, its boxes empty but for their names. Box `k` is the group `bk`, its value `vk`, its gradient `dk`."""
    drawn = scene.canvas.layout
    wide, high = drawn.columns * CELL, drawn.rows * LINE
    parts = [
        f'<svg role="group" aria-label="computational graph" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">',
        f'<path class="edges" d="{_lines(drawn)}"/>',
        *(_box(drawn, box, plate) for box, plate in enumerate(scene.canvas.plates)),
        "</svg>",
    ]
    return "\n".join(parts)


def _lines(drawn: Layout) -> str:
    """Return all lines as one path, each from the middle of a cell to the middle of another."""
    return "".join(f"M{_x(x0)} {_y(y0)}L{_x(x1)} {_y(y1)}" for _, x0, y0, x1, y1 in drawn.segments.tolist())


def _box(drawn: Layout, box: int, plate: Plate) -> str:
    left, top = int(drawn.x[box]), int(drawn.y[box])
    wide, high = (int(drawn.width[box]) - 1) * CELL, (int(drawn.height[box]) - 1) * LINE
    name = escape(safe(plate.title))
    rows = _texts(plate, box, int(drawn.width[box]), (left + 2) * CELL, _y(top))
    return (
        f'<g id="b{box}" class="box"><title>{name}</title>'
        f'<rect x="{_x(left)}" y="{_y(top)}" width="{wide}" height="{high}" rx="4"/>{"".join(rows)}</g>'
    )


def _texts(plate: Plate, box: int, width: int, x: int, y: int) -> Iterator[str]:
    """Yield name, shape and the places of the numbers of a box.

    width: of the box in cells.   x: where texts begin.   y: the upper border.
    """
    title, note = map(escape, name_of(replace(plate, note=plate.note or plate.figures), width))
    yield f'<text class="name" x="{x}" y="{y + 5}">{title}<tspan class="r-dim">{note}</tspan></text>'
    ids = [f"v{box}", f"d{box}"]
    for place, name in enumerate(ids, 1):
        yield f'<text id="{name}" x="{x}" y="{y + place * LINE + 5}"></text>'
    if plate.shape != ():
        yield f'<text class="name r-dim" x="{x}" y="{y + (plate.height - 1) * LINE + 5}">{shape_text(plate.shape)}</text>'


def _x(column: int) -> int:
    return column * CELL + CELL // 2


def _y(line: int) -> int:
    return line * LINE + LINE // 2
