"""Two runs beside each other: where they part, how each came there, and the layers of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from math import isfinite, log10
from typing import TYPE_CHECKING

from gradlab.draw.ink import Row, clip, fit, row, width_of, wrap
from gradlab.draw.number import PENDING, number, sized

if TYPE_CHECKING:
    from gradlab.lab.beside.comparing import Comparison, Difference
    from gradlab.train.statistics import LayerStats

BESIDE = 96
"""From so many cells on the two ledgers stand beside each other."""
MOST = 6
"""Names that are listed of nodes that only one run has."""


def parting_rows(found: Comparison, width: int) -> list[Row]:
    """Return where the graphs and the numbers first differ, with the way of each run to the number."""
    rows = _graphs(found, width)
    if found.first is None:
        updates = f"{found.updates:,} update{'s' * (found.updates != 1)}"
        return [*rows, row((f"no number differs in {updates}", "good"))]
    rows += _difference("first difference", found.first, width)
    if found.first_op is not None and found.first_op is not found.first:
        rows += _difference("first op that differs", found.first_op, width)
    elif found.first_op is None:
        rows.append(row(("no op differs", "dim")))
    return rows


def _graphs(found: Comparison, width: int) -> list[Row]:
    graphs = found.alignment
    rows: list[Row] = []
    for parting in graphs.origins[:MOST]:
        rows += wrap(row(("they part: ", "warn"), (parting.text, "strong")), width, 2)
    if rest := len(graphs.parted) - min(MOST, len(graphs.origins)):
        rows.append(row((f"{rest:,} more node{'s' * (rest > 1)} differ{'s' * (rest == 1)} in shape or op", "dim")))
    if found.roots is not None:
        rows += wrap(row(("they go backward from ", "warn"), f"{found.roots[0]} in A, {found.roots[1]} in B"), width, 2)
    rows.append(row((f"{len(graphs.pairs):,} nodes are aligned", "dim")))
    for side, only in zip("AB", (graphs.only_first, graphs.only_second), strict=True):
        if only:
            more = f" and {len(only) - MOST:,} more" if len(only) > MOST else ""
            rows += wrap(row((f"only in {side}: ", "warn"), f"{', '.join(only[:MOST])}{more}"), width, 11)
    return rows


def _difference(title: str, found: Difference, width: int) -> list[Row]:
    a, b = found.positions
    place = str(a) if a == b else f"{a} of A, {b} of B"
    many = f"  {found.count:,} of {found.size:,} numbers differ" if found.size > 1 else ""
    head = row((f"{title} ", "strong"), (place, "here"), (f"  {found.what} of ", ""), (found.name, "title"), (many, "dim"))
    half = (width - 3) // 2 if width >= BESIDE else width
    sides = [_side(*one, half) for one in zip("AB", told_apart(found.values), found.why, strict=True)]
    if width < BESIDE:
        return [*wrap(head, width, 2), *sides[0], *sides[1]]
    both = zip_longest(*sides, fillvalue=row(""))
    return [*wrap(head, width, 2), *(row(*_filled(left, half), (" │ ", "dim"), *right) for left, right in both)]


def told_apart(values: tuple[float, float]) -> tuple[str, str]:
    """Return two numbers with as many digits as it takes to see that they differ, at least nine."""
    for digits in range(9, 17):
        texts = (number(values[0], digits), number(values[1], digits))
        if texts[0] != texts[1]:
            return texts
    return repr(values[0]), repr(values[1])


def _side(letter: str, value: str, why: Sequence[str], width: int) -> list[Row]:
    """Return the number of one run and how it came to it."""
    rows = [row((f" {letter}  ", "strong"), (value, "value"))]
    return rows + [part for line in why for part in wrap(row((f"    {line}", "")), width, 8)]


def _filled(line: Row, width: int) -> Row:
    kept = clip(line, width)
    return (*kept, (" " * (width - width_of(kept)), ""))


QUANTITIES: Mapping[str, Callable[[LayerStats], float | None]] = {
    "std": lambda layer: None if layer.activations is None else layer.activations.numbers["std"],
    "|δ|": lambda layer: layer.delta,
    "upd/w": lambda layer: None if layer.ratio is None else 10.0**layer.ratio,
}
"""What layers are compared by: of the activations, of the gradient, and of the update over the weights."""


def pair_rows(first: Sequence[LayerStats], second: Sequence[LayerStats], quantity: str, width: int) -> list[Row]:
    """Return a row for each layer that both runs have: the quantity of each, B / A, and where both lie on one log scale."""
    read, other = QUANTITIES[quantity], {layer.name: layer for layer in second}
    pairs = [(layer.name, read(layer), read(other[layer.name])) for layer in first if layer.name in other]
    if not any(a is not None or b is not None for _, a, b in pairs):
        return [row((f"no layer of both runs has {quantity}", "dim"))]
    name = max(5, min(16, max(len(layer) for layer, _, _ in pairs)))
    room = max(0, width - name - 33)
    low, high = _decades([value for _, a, b in pairs for value in (a, b)])
    scale = f"{_size(10.0**low)} … {_size(10.0**high)}" if high > low else ""
    rows = [row((f"{fit('layer', name)} {f'{quantity} A':>9} {f'{quantity} B':>9} {'B / A':>9}  {fit(scale, room)}", "dim"))]
    for layer, a, b in pairs:
        ratio = b / a if a and b is not None else None
        rows.append(row(
            (fit(layer, name), "strong"), (f" {_size(a):>9} {_size(b):>9}", ""),
            (f" {'' if ratio is None else '×'}{_size(ratio)}".rjust(10), "value"),
            (f"  {_between(a, b, (low, high), room)}", "curve"),
        ))  # fmt: skip
    return rows


def _decades(values: Sequence[float | None]) -> tuple[float, float]:
    """Return the ends of a log scale that holds all sizes; both 0 where there is none."""
    logs = [log10(value) for value in values if value is not None and isfinite(value) and value > 0]
    return (min(logs), max(logs)) if logs else (0.0, 0.0)


def _between(a: float | None, b: float | None, ends: tuple[float, float], room: int) -> str:
    """Return a bar up to the smaller of two sizes, both letters where they lie, dots between them; `═` where that is one."""
    (low, high), cells = ends, [" "] * room
    found = [
        (letter, round((log10(value) - low) / (high - low) * (room - 1)) if high > low else 0)
        for letter, value in (("A", a), ("B", b))
        if value is not None and isfinite(value) and value > 0 and room > 1
    ]
    if not found:
        return "".join(cells)
    nearest, farthest = min(at for _, at in found), max(at for _, at in found)
    cells[:nearest] = "━" * nearest
    cells[nearest:farthest] = "┄" * (farthest - nearest)
    for letter, at in found:
        cells[at] = letter
    if len(found) > 1 and nearest == farthest:
        cells[nearest] = "═"
    return "".join(cells)


def head_row(found: Comparison, width: int) -> Row:
    """Return where two runs first differ, in one row: the place and the node with both numbers."""
    first = found.first
    if first is None:
        return row((f"no number differs in {found.updates:,} update{'s' * (found.updates != 1)}", "good"))
    a, b = told_apart(first.values)
    place = str(first.positions[0]) if first.positions[0] == first.positions[1] else f"{first.positions[0]} of A"
    return clip(row(("first difference  ", "dim"), (place, "here"), (f"  {first.what} of ", "dim"), (first.name, "title"),
                    ("   A ", "dim"), (a, "value"), ("   B ", "dim"), (b, "value")), width)  # fmt: skip


def taken_row(found: Comparison, width: int) -> Row:
    """Return where the numbers of the layers are from."""
    last = f"update {found.updates - 1:,}"
    return clip(row((f"layers, in {last}" + (f", the last of {found.updates:,}" if found.updates > 1 else ""), "dim")), width)


def _size(value: float | None) -> str:
    return PENDING if value is None else sized(value, 3) if isfinite(value) else number(value)
