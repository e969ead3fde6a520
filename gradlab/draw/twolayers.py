"""One layer in two runs: its numbers beside each other with their difference, and both histograms on one scale."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from gradlab.draw.histogram import onto, rebin
from gradlab.draw.ink import Row, fit, row, spread
from gradlab.draw.layer import without_blanks
from gradlab.draw.number import PENDING, number, sized, whole_percent
from gradlab.draw.spark import spark
from gradlab.lab.hidden import is_unseen
from gradlab.train.measures import columns

if TYPE_CHECKING:
    from gradlab.train.measure import Form, Quantity
    from gradlab.train.statistics import LayerStats, Summary

FIGURE = 11
TALLEST = 8
"""Rows of a histogram."""
Pair = tuple[float | None, float | None]


def two_layer_rows(first: LayerStats, second: LayerStats, quantity: Quantity, width: int, height: int) -> list[Row]:
    """Return the figures of a layer in both runs, B - A and B / A, and the histograms of a quantity, in about `height` rows."""
    head = "".join(f"{word:>{FIGURE}}" for word in ("A", "B", "B - A", "B / A"))
    rows = [spread(row((first.name, "title"), (f"  {quantity}", "dim")), row(("both runs", "dim")), width)]
    rows.append(row((f"{'':<9}{head}", "dim")))
    rows += [_figure(title, pair, form) for title, pair, form in _pairs(first, second, quantity)]
    found: tuple[Summary | None, Summary | None] = getattr(first, quantity), getattr(second, quantity)
    return [*rows, row(""), *_histograms(found, width, min(TALLEST, max(2, (height - len(rows) - 2) // 2)))]


def _pairs(first: LayerStats, second: LayerStats, quantity: Quantity) -> Iterator[tuple[str, Pair, Form]]:
    """Yield the title of each figure, the figure in both runs, and how it is written."""
    a, b = getattr(first, quantity), getattr(second, quantity)
    for measure in columns("health"):
        pair = tuple(None if one is None else one.numbers[measure.name] for one in (a, b))
        if pair != (None, None):
            yield measure.title, (pair[0], pair[1]), measure.form
    yield "|δ|", (first.delta, second.delta), "size"
    ratios = [None if one.ratio is None else 10.0**one.ratio for one in (first, second)]
    if ratios != [None, None]:
        yield "update/w", (ratios[0], ratios[1]), "size"


def _figure(title: str, pair: Pair, form: Form) -> Row:
    a, b = pair
    known = a is not None and b is not None and not is_unseen(a) and not is_unseen(b) and isfinite(a) and isfinite(b)
    apart = "" if not known or a is None or b is None else _text(b - a, form, signed=True)
    factor = f"×{sized(b / a, 3)}" if known and a and b and a * b > 0 and form != "share" else ""
    texts = (_text(a, form), _text(b, form), apart, factor)
    cells = [(f"{text:>{FIGURE}}", role) for text, role in zip(texts, ("", "", "value", "dim"), strict=True)]
    return row((fit(title, 9), "dim"), *cells)


def _text(value: float | None, form: Form, signed: bool = False) -> str:
    if value is None:
        return PENDING
    if form == "share" and isfinite(value):
        return f"{value:+.0%}" if signed and value else whole_percent(value)
    return sized(value, 4) if form == "size" and not signed and isfinite(value) else number(value, 4)


def _histograms(found: tuple[Summary | None, Summary | None], width: int, tall: int) -> list[Row]:
    """Return both histograms, A above B, over the range of both."""
    bars = [one.histogram for one in found if one is not None and len(one.histogram.counts)]
    if len(bars) < 2:
        return [row(("not computed yet, or a run has none", "dim"))]
    low, high = min(one.low for one in bars), max(one.high for one in bars)
    rows: list[Row] = []
    for letter, one in zip("AB", bars, strict=True):
        counts = onto(one.counts, one.edges, low, high, width - 3) if high > low else rebin(one.counts, width - 3)
        top = max(counts, default=0.0)
        drawn = spark(counts, 0.0, top, tall) if top > 0 else [" " * (width - 3)]
        for place, line in enumerate(drawn):
            foot = place == len(drawn) - 1
            rows.append(row((f"{letter if foot else ' '}  ", "strong"), (without_blanks(line, counts, foot), "curve")))
    left, right = number(low, 4), number(high, 4)
    return [*rows, row((f"   {left}{right:>{max(1, width - 3 - len(left))}}", "dim"))]
