"""Two runs beside each other: where they part, how each came there, and the layers of both."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from math import isfinite, nan
from typing import TYPE_CHECKING

from gradlab.draw.bars import ladder
from gradlab.draw.ink import Row, clip, fit, fit_right, row, width_of, wrap
from gradlab.draw.number import PENDING, number, sized
from gradlab.train.measures import Measure, columns

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


def ladder_rows(first: Sequence[LayerStats], second: Sequence[LayerStats], width: int) -> list[Row]:
    """Return a row for each layer that both runs have: measures of the activations, |δ| of each on one log scale, and B / A."""
    other = {layer.name: layer for layer in second}
    pairs = [(layer, other[layer.name]) for layer in first if layer.name in other and layer.activations is not None]
    if not pairs:
        return []
    name = max(5, min(14, max(len(layer.name) for layer, _ in pairs)))
    measures = columns("compare")
    steps = max(0, min(24, (width - name - 31 - 18 * len(measures)) // 2))
    rungs = ladder([nan if layer.delta is None else layer.delta for pair in pairs for layer in pair], steps)
    heads = "".join(f" {fit_right(f'{m.title} {side}', 8)}" for m in measures for side in "AB")
    lead = f"{fit('layer', name)}{heads} {'|δ| A':>8} {fit('', steps)} {'|δ| B':>8} {fit('', steps)}"
    rows = [row((f"{lead} {'B / A':>8}", "dim"))]
    for k, (a, b) in enumerate(pairs):
        ratio = b.delta / a.delta if a.delta and b.delta is not None else None
        rows.append(row(
            (fit(a.name, name), "strong"), ("".join(f" {_number(m, one):>8}" for m in measures for one in (a, b)), ""),
            (f" {_size(a.delta):>8} {rungs[2 * k]}", "curve"), (f" {_size(b.delta):>8} {rungs[2 * k + 1]}", "delta"),
            (f" {'' if ratio is None else '×'}{_size(ratio)}".rjust(9), "value"),
        ))  # fmt: skip
    return rows


def _number(measure: Measure, layer: LayerStats) -> str:
    return PENDING if layer.activations is None else _size(layer.activations.numbers[measure.name])


def _size(value: float | None) -> str:
    return PENDING if value is None else sized(value, 3) if isfinite(value) else number(value)
