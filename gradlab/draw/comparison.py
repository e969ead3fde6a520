"""A comparison as lines: what differs first, the losses over each other, the layers beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from gradlab.lab.beside.comparing import Comparison, Difference, Losses
from gradlab.lab.numbers import bare, long
from gradlab.train.measures import Measure, columns
from gradlab.train.statistics import LayerStats

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 48
MOST = 6
"""Names that are listed of nodes that only one run has."""


def comparison_lines(found: Comparison, names: tuple[str, str]) -> Iterator[str]:
    """Return the comparison; names: what each run is called."""
    yield from (f"{side}  {name}" for side, name in zip("AB", names, strict=True))
    yield from _graphs(found)
    if found.first is None:
        yield f"no number differs in {found.updates:,} update{'s' * (found.updates != 1)}"
    else:
        yield from _difference("first difference", found.first)
        if found.first_op is not None and found.first_op is not found.first:
            yield from _difference("first op that differs", found.first_op)
        elif found.first_op is None:
            yield "no op differs"
    yield from _curves(found.losses)
    yield from _ladders(*found.layers)


def _graphs(found: Comparison) -> Iterator[str]:
    graphs = found.alignment
    for parting in graphs.origins[:MOST]:
        yield f"they part: {parting.text}"
    if rest := len(graphs.parted) - min(MOST, len(graphs.origins)):
        yield f"{rest:,} more node{'s' * (rest > 1)} differ{'s' * (rest == 1)} in shape or op"
    if found.roots is not None:
        yield f"they go backward from {found.roots[0]} in A, {found.roots[1]} in B"
    yield f"{len(graphs.pairs):,} nodes are aligned"
    for side, only in zip("AB", (graphs.only_first, graphs.only_second), strict=True):
        if only:
            more = f" and {len(only) - MOST:,} more" if len(only) > MOST else ""
            yield f"only in {side}: {', '.join(only[:MOST])}{more}"


def _difference(title: str, found: Difference) -> Iterator[str]:
    a, b = found.positions
    place = str(a) if a == b else f"{a} of A, {b} of B"
    many = f", {found.count:,} of {found.size:,} numbers" if found.size > 1 else ""
    yield f"{title}: at {place}, {found.what} of {found.name}{many}"
    for side, value, why in zip("AB", found.values, found.why, strict=True):
        yield f"  {side}  {found.name} = {long(value)}"
        yield from (f"     {line}" for line in why)


def _curves(losses: tuple[Losses, Losses]) -> Iterator[str]:
    """Return both curves on one scale, and their ends."""
    numbers = [loss for curve in losses for _, loss in curve if isfinite(loss)]
    if not numbers or max(map(len, losses)) < 2:
        return
    low, high = min(numbers), max(numbers)
    yield f"loss, drawn on one scale: {bare(low)} at the bottom, {bare(high)} at the top"
    for side, curve in zip("AB", losses, strict=True):
        values = [loss for _, loss in curve]
        yield f"  {side}  {_spark(values, low, high)}  {bare(values[0])} → {bare(values[-1])}"


def _spark(values: Sequence[float], low: float, high: float) -> str:
    """Return a line of blocks; × stands for what is not finite."""
    step = max(1.0, len(values) / WIDTH)
    picked = [values[min(int(i * step), len(values) - 1)] for i in range(min(WIDTH, len(values)))]
    scale = (len(BLOCKS) - 1) / (high - low) if high > low else 0.0
    return "".join(BLOCKS[round((value - low) * scale)] if isfinite(value) else "×" for value in picked)


def _ladders(first: Sequence[LayerStats], second: Sequence[LayerStats]) -> Iterator[str]:
    """Return the layers that both have, beside each other."""
    other = {row.name: row for row in second}
    pairs = [(row, other[row.name]) for row in first if row.name in other and row.activations is not None]
    if not pairs:
        return
    width = max(5, *(len(row.name) for row, _ in pairs))
    measures = columns("compare")
    heads = [f"{title} {side}" for title in (*(m.title for m in measures), "|delta|") for side in "AB"]
    yield f"{'layer':<{width}}  {'  '.join(f'{head:>10}' for head in heads)}  {'B / A':>9}"
    for row, twin in pairs:
        deltas = row.delta, twin.delta
        ratio = deltas[1] / deltas[0] if deltas[0] and deltas[1] is not None else None
        cells = [_number(m, one) for m in measures for one in (row, twin)] + [_short(delta) for delta in deltas]
        yield f"{row.name:<{width}}  {'  '.join(f'{cell:>10}' for cell in cells)}  {_short(ratio):>9}"


def _number(measure: Measure, row: LayerStats) -> str:
    return _short(None if row.activations is None else row.activations.numbers[measure.name])


def _short(number: float | None) -> str:
    return "·" if number is None else f"{number:.3e}"
