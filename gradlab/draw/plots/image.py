"""Numbers as pictures: digits, filters, feature maps, reconstructions, masks, saliency.

The last two axes are a picture, each place of the others is one; a picture is a tile, and tiles lie side by side. Rows of
numbers are cut into pictures by `as 8x8` (rows x columns); an input of 16, 25, 36 … numbers a row is cut into squares.
`grid 4x6` makes 4 rows of 6 tiles, `by t` writes a label below each.

Blue is above 0 and orange below it, the more so the larger; 0 is dark. One scale is for all tiles, `each` gives each its own.
Without colours what is above 0 grows from the floor of its cells and what is below hangs from their ceiling; in a pipe
`. o O @` are above and `' " ^ %` below as soon as there is a number below 0, or with `signed`.

    plot image x
    plot image hidden.W.T as 8x8 grid 4x6 each
    plot image grad(x)[0] as 8x8 signed
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isqrt, prod
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.draw.ink import Row, fit, row
from gradlab.draw.number import short
from gradlab.draw.plots._asking import Plotted, numbers_of
from gradlab.draw.plots._glyphs import NONE, Codes, Floats, codes_of, halved, marked, shaded, steps_of, top_of
from gradlab.draw.plots._labels import labels_of
from gradlab.draw.plots._plot import Paper, Picture, Place, Spot, plot_kind
from gradlab.draw.plots._reading import flag, maybe, one, options, pair_of_sizes, shape_of
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words
from gradlab.lab.snapshot import NodeInfo
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab

GAP = 2
"""Cells between tiles that lie beside each other."""
LEAST = 16
"""Numbers of a row of an input that is taken for a square picture, at least."""
MOST = 1024
"""Tiles that are kept for a picture."""
SAID = 4
"""Sizes that would fit, of which an error names so many."""


@dataclass(frozen=True, slots=True)
class ImageWanted:
    """What is to be drawn. tile: rows and columns of a picture, None: as the axes say.   grid: of the tiles, None: as fits."""

    expression: Expression
    tile: Place | None
    grid: Place | None
    signed: bool
    each: bool
    by: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class ImagePicture(Picture):
    """Tiles. numbers: (n, rows, columns).   grid: rows and columns of tiles.   labels: of the tiles, or none."""

    numbers: Plotted
    grid: Place
    signed: bool
    each: bool
    labels: tuple[str, ...]

    @property
    def tile(self) -> Place:
        """Rows and columns of a tile."""
        return self.numbers.values.shape[1], self.numbers.values.shape[2]

    @property
    def size(self) -> Place:
        """All pixels, as they lie."""
        return self.grid[0] * self.tile[0], self.grid[1] * self.tile[1]

    @property
    def tops(self) -> Floats:
        """The size that is drawn darkest in each tile: (n, 1, 1)."""
        values = self.numbers.values
        if not self.each:
            return np.full((len(values), 1, 1), top_of(values))
        return np.array([top_of(one) for one in values]).reshape(-1, 1, 1)

    def spot(self, place: Place) -> Spot:
        """Return a pixel."""
        (r, y), (c, x) = divmod(place[0], self.tile[0]), divmod(place[1], self.tile[1])
        tile = r * self.grid[1] + c
        if tile >= len(self.numbers.values):
            return Spot("no tile lies here")
        found = self.numbers.spot(int(np.ravel_multi_index((tile, y, x), self.numbers.values.shape)))
        label = f"   label {self.labels[tile]}" if self.labels else ""
        return Spot(f"tile {tile}, pixel {y},{x}   {found.text}{label}", found.goal)


def read(words: Words) -> ImageWanted:
    """Read `EXPR [as 8x8] [grid 4x6] [by LABELS] [signed] [each]`. Raises ScenarioError."""
    head, given = options(words, "as", "grid", "by", "signed", "each")
    expression = one(head)
    tile, grid = maybe(given, "as", pair_of_sizes), maybe(given, "grid", pair_of_sizes)
    by = maybe(given, "by", one)
    shape = shape_of(head, expression)
    if shape is not None and (problem := _misfit(expression.text, shape, tile)):
        words.refuse(problem[0], given["as"].span if "as" in given else head.span, problem[1])
    return ImageWanted(expression, tile, grid, flag(given, "signed"), flag(given, "each"), by)


def _misfit(text: str, shape: tuple[int, ...], tile: Place | None) -> tuple[str, str] | None:
    """Return what speaks against drawing a shape as pictures, and what would fit; None where nothing does."""
    last = shape[-1] if shape else 1
    if tile is None and len(shape) >= 2:
        return None
    if tile is None:
        return f"`{text}` has shape {shape}, a picture has rows and columns", _fitting(last)
    if _boundary(shape, tile) is None:
        return f"`{text}` has shape {shape}, which is not cut into {tile[0]}x{tile[1]} = {prod(tile)} numbers each", _fitting(
            last
        )
    return None


def _fitting(n: int) -> str:
    """Return sizes that so many numbers have, the squarest first, as a sentence."""
    pairs = [(k, n // k) for k in range(isqrt(max(n, 1)), 0, -1) if n % k == 0 and n > 1]
    found = [f"`as {a}x{b}`" for a, b in pairs[:SAID]]
    return f"{n} numbers a row fit {', '.join(found)}" if found else "take a node of more numbers"


def _boundary(shape: tuple[int, ...], tile: Place) -> int | None:
    """Return the axis from which on the numbers are those of one tile; None where there is none."""
    return next((k for k in range(len(shape)) if prod(shape[k:]) == prod(tile)), None)


def ask(lab: Lab, wanted: ImageWanted, paper: Paper) -> ImagePicture:
    """Return the tiles. Raises ActionError, HiddenError."""
    numbers = numbers_of(lab, wanted.expression)
    shape = numbers.values.shape
    tile = wanted.tile or _square(lab, numbers)
    if problem := _misfit(wanted.expression.text, shape, tile):
        raise ActionError(": ".join(problem))
    high, wide = tile or shape[-2:]
    tiles = numbers.shaped((-1, high, wide))
    count = len(tiles.values)
    grid = wanted.grid or _grid(min(count, MOST), (high, wide), paper)
    shown = min(count, MOST, prod(grid))
    notes = [f"{shown:,} of {count:,} tiles are drawn"] if shown < count else []
    cut = f" as {high}x{wide}" if tile else ""
    labels = () if wanted.by is None else labels_of(lab, wanted.by, count)[:shown]
    title, drawn = f"{numbers.written}{cut}", tiles.at(slice(0, shown))
    return ImagePicture(title, (*notes, *numbers.remarks), drawn, grid, wanted.signed, wanted.each, labels)


def _square(lab: Lab, numbers: Plotted) -> Place | None:
    """Return the side of the square that a row of an input is, if it is one."""
    last = numbers.values.shape[-1] if numbers.values.ndim == 2 else 0
    is_input = numbers.node >= 0 and lab.graph.nodes[numbers.node].op.role == "input"
    side = isqrt(last)
    return (side, side) if is_input and last >= LEAST and side * side == last else None


def _grid(count: int, tile: Place, paper: Paper) -> Place:
    """Return rows and columns of as many tiles as fit beside each other."""
    wide = tile[1] * _wide(paper)
    columns = max(1, min(count, (paper.width + GAP) // (wide + GAP)))
    return ceil(count / columns), columns


def _wide(paper: Paper) -> int:
    """Return the cells of a pixel that lie beside each other."""
    return 1 if paper.ink == "colour" else 2


@dataclass(frozen=True, slots=True)
class _Layout:
    """How tiles are drawn. every: of how many pixels one is.   high, wide: pixels of a tile that are drawn.   gap: pixels.

    lines: rows of cells that a tile takes, its label included.   first, count: rows of tiles in sight.
    """

    every: int
    high: int
    wide: int
    gap: int
    lines: int
    first: int
    count: int


def _layout(images: ImagePicture, paper: Paper) -> _Layout:
    """Return how the tiles fit on a paper: the row of the cursor is in sight."""
    pixel, gap = _wide(paper), GAP // _wide(paper)
    room = max(1, (paper.width // pixel - gap * (images.grid[1] - 1)) // images.grid[1])
    per = 2 if paper.ink == "colour" else 1
    every = max(1, ceil(images.tile[1] / room), ceil(images.tile[0] / max(1, per * (paper.height - 1 - bool(images.labels)))))
    high, wide = (ceil(n / every) for n in images.tile)
    lines = ceil(high / per) + bool(images.labels)
    fits = max(1, paper.height // (lines + 1))
    at = paper.at(images.size)
    chosen = 0 if at is None else at[0] // images.tile[0]
    first = max(0, min(chosen - fits // 2, images.grid[0] - fits))
    return _Layout(every, high, wide, gap, lines, first, min(fits, images.grid[0] - first))


def rows(images: ImagePicture, paper: Paper) -> Sequence[Row]:
    """Return the tiles, row by row, and the scale below them."""
    layout = _layout(images, paper)
    signed = images.signed or bool((images.numbers.known < 0).any())
    steps = steps_of(paper.ink, signed=signed)
    part = slice(layout.first * images.grid[1], (layout.first + layout.count) * images.grid[1])
    hidden = images.numbers.hidden
    step = (slice(None), slice(None, None, layout.every), slice(None, None, layout.every))
    codes = codes_of(
        images.numbers.values[part][step], images.tops[part], steps, None if hidden is None else hidden[part][step]
    )
    found: list[Row] = []
    for k in range(layout.count):
        band = _band(codes[k * images.grid[1] : (k + 1) * images.grid[1]], layout, steps)
        lines = halved(band) if paper.ink == "colour" else shaded(band, paper.ink, 2, signed=signed)
        lines = _with_cursor(lines, images, layout, paper, layout.first + k)
        found += [tuple(line) for line in lines]
        found += [_label_row(images, layout, paper, layout.first + k)] if images.labels else []
        found += [row("")] if k + 1 < layout.count else []
    return [*found, row((_scale(images, layout, signed=signed), "dim"))]


def _band(codes: Codes, layout: _Layout, steps: int) -> Codes:
    """Return the tiles of one row beside each other, with gaps between them."""
    count, pitch = len(codes), layout.wide + layout.gap
    canvas = np.full((layout.high, count, pitch), steps + NONE, np.int16)
    canvas[:, :, : layout.wide] = codes.transpose(1, 0, 2)
    return canvas.reshape(layout.high, count * pitch)[:, : count * pitch - layout.gap]


def _with_cursor(lines: list[list[Any]], images: ImagePicture, layout: _Layout, paper: Paper, band: int) -> list[list[Any]]:
    at = paper.at(images.size)
    if at is None or at[0] // images.tile[0] != band:
        return lines
    (column, x), y = divmod(at[1], images.tile[1]), at[0] % images.tile[0]
    line = y // layout.every // (2 if paper.ink == "colour" else 1)
    start = (column * (layout.wide + layout.gap) + x // layout.every) * _wide(paper)
    if line < len(lines):
        lines[line] = marked(lines[line], start, _wide(paper), "◂" if paper.ink == "colour" else "")
    return lines


def _label_row(images: ImagePicture, layout: _Layout, paper: Paper, band: int) -> Row:
    pitch = (layout.wide + layout.gap) * _wide(paper)
    labels = images.labels[band * images.grid[1] : (band + 1) * images.grid[1]]
    return row(("".join(fit(label[:pitch], pitch) for label in labels).rstrip(), "dim"))


def _scale(images: ImagePicture, layout: _Layout, *, signed: bool) -> str:
    """Return what the darkest cell means, and what is left out."""
    top = short(top_of(images.numbers.values))
    ends = f"-{top} … +{top}" if signed else f"0 … {top}"
    own = "each tile has a scale of its own" if images.each else f"scale {ends}"
    left = f", one of {layout.every} x {layout.every} pixels is drawn" if layout.every > 1 else ""
    more = images.grid[0] - layout.count
    return f"{own}{left}" + (f", {more} more row{'s' * (more != 1)} of tiles" if more > 0 else "")


def figure(images: ImagePicture, axes: Any) -> None:
    """Draw the tiles in one picture, with a line of nothing between them."""
    (high, wide), (down, across) = images.tile, images.grid
    canvas = np.full((down * (high + 1) - 1, across * (wide + 1) - 1), np.nan)
    tops = images.tops[:, 0, 0]
    for k, tile in enumerate(images.numbers.values):
        r, c = divmod(k, across)
        shown = tile / tops[k] if images.each and tops[k] > 0 else tile
        canvas[r * (high + 1) : r * (high + 1) + high, c * (wide + 1) : c * (wide + 1) + wide] = shown
    top = top_of(canvas) or 1.0
    signed = images.signed or bool((canvas < 0).any())
    shown = axes.imshow(
        canvas, cmap="RdBu" if signed else "Blues", vmin=-top if signed else 0.0, vmax=top, interpolation="nearest"
    )
    axes.figure.colorbar(shown, ax=axes)
    axes.set_xticks([])
    axes.set_yticks([])


def fits(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[int, str] | None:
    """Return pictures for inputs that are some, for feature maps, and for rows of numbers that make a square."""
    last = node.shape[-1] if node.shape else 0
    if len(node.shape) >= 3 and min(node.shape[-2:]) >= 3:
        return (0 if len(node.shape) == 4 else 3), f"image {node.name}"
    side = isqrt(last)
    if len(node.shape) == 2 and last >= LEAST and side * side == last:
        return (0, f"image {node.name}") if node.role == "input" else (4, f"image {node.name} as {side}x{side}")
    first = node.shape[0] if len(node.shape) == 2 else 0
    side = isqrt(first)
    if node.is_leaf and first >= LEAST and side * side == first:
        return 1, f"image {node.name}.T as {side}x{side}"
    return None


PLOT = plot_kind(
    ask, "EXPR [as 8x8] [grid 4x6] [by LABELS] [signed] [each]", "numbers as pictures, tile beside tile",
    example="image x as 8x8 signed", read=read, rows=rows, figure=figure, fits=fits,
)  # fmt: skip
