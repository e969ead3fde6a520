"""All layers of a network on one screen: one row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, isnan, nan
from typing import TYPE_CHECKING

from gradlab.draw.bars import ladder
from gradlab.draw.histogram import histogram, onto
from gradlab.draw.ink import Row, Run, fit, fit_right, row
from gradlab.draw.number import PENDING, fixed, number, sized, whole_percent
from gradlab.draw.signal import CHANGE, NOISE, change_runs, noise_text
from gradlab.train.measure import ADDED, Form
from gradlab.train.measures import Measure, columns

if TYPE_CHECKING:
    from gradlab.train.measure import Quantity
    from gradlab.train.statistics import LayerStats, Summary

COMMON: tuple[Quantity, ...] = ("activations", "weights")
"""Quantities whose layers are drawn on one scale."""
FIGURES: Mapping[Form, int] = {"number": 9, "size": 8, "share": 4}
"""How wide the column of a measure is."""
LEAST = 8
"""Cells that a histogram has at least; a ladder has half as many."""


@dataclass(frozen=True, slots=True)
class _Widths:
    """How wide the columns are, and which measures have one.

    changes: of the signal forth and back, none, one or both of them.   noise: 0 for no column.
    """

    measures: tuple[Measure, ...]
    name: int
    plot: int
    steps: int
    changes: int
    noise: int


def _widths(layers: Sequence[LayerStats], width: int) -> _Widths:
    """Return the widths: histogram and ladder need 22 cells, then come the changes of the signal, then the noise."""
    name = max(5, min(14, max((len(layer.name) for layer in layers), default=5)))
    measures = _fitting(width - name)
    spare = width - name - _figures_width(measures) - 20
    changes = min(2, max(0, spare - 22) // (CHANGE + 1))
    spare -= changes * (CHANGE + 1)
    noise = NOISE + 1 if changes == 2 and spare >= 22 + NOISE + 1 else 0
    spare -= noise
    plot, steps = max(LEAST, min(32, spare * 3 // 5)), max(LEAST // 2, min(20, spare * 2 // 5))
    return _Widths(measures, name, plot, steps, changes, noise)


def _fitting(width: int) -> tuple[Measure, ...]:
    """Return the measures that have a column; of those that were added to gradlab's own as many as there is room for."""
    shown = columns("health")
    while shown[-1].order >= ADDED and width - _figures_width(shown) - 20 < LEAST + LEAST // 2:
        shown = shown[:-1]
    return shown


def _figures_width(measures: Sequence[Measure]) -> int:
    return sum(1 + FIGURES[measure.form] for measure in measures)


def health_rows(layers: Sequence[LayerStats], quantity: str, width: int) -> list[Row]:
    """Return the head and a row for each layer with a histogram of the quantity, and what changed the signal if it fits."""
    widths = _widths(layers, width)
    shown = [getattr(layer, quantity) for layer in layers]
    blocks, span = histograms(shown, quantity in COMMON, widths.plot)
    rungs = ladder([_or_nan(layer.delta) for layer in layers], widths.steps)
    rows = [_head(widths, quantity, span)]
    for layer, summary, block, rung in zip(layers, shown, blocks, rungs, strict=True):
        rows.append(_layer(layer, summary, widths, (block, rung)))
    return rows


def _or_nan(value: float | None) -> float:
    return nan if value is None else value


def _head(widths: _Widths, quantity: str, span: str) -> Row:
    heads = "".join(f" {fit_right(m.title, FIGURES[m.form])}" for m in widths.measures)
    lead = f"{fit('layer', widths.name)}{heads}"
    title = f"{quantity} {span}" if len(quantity) + 1 + len(span) <= widths.plot else span
    text = f"{lead} {fit(title, widths.plot)} {'|δ|':>7} {fit('in ◂ δ ◂ out', widths.steps)} upd/w"
    changes = "".join(f" {fit(word, CHANGE)}" for word in ("forth ▸", "◂ back")[: widths.changes])
    return row((text + changes + (f" {'noise':>{NOISE}}" if widths.noise else ""), "dim"))


def _layer(layer: LayerStats, summary: Summary | None, widths: _Widths, drawn: tuple[str, str]) -> Row:
    """Return the row of one layer."""
    block, rung = drawn
    ratio, size = _or_nan(layer.ratio), _or_nan(layer.delta)
    shown = sized(size, 3) if isfinite(size) else PENDING if layer.delta is None else number(size)
    changes = [run for one in (layer.forth, layer.back)[: widths.changes] for run in ((" ", ""), *change_runs(one, CHANGE))]
    return row(
        (fit(layer.name, widths.name), "strong"),
        *(_figure(measure, summary) for measure in widths.measures),
        (f" {block}", "curve"),
        (f" {shown:>7} ", ""),
        (rung, "curve"),
        (f" {PENDING if layer.ratio is None else f'{ratio:+.1f}':>5}", _speed(ratio)),
        *changes,
        (f" {fit_right(noise_text(layer.noise), NOISE)}" if widths.noise else "", "dim"),
    )


def _figure(measure: Measure, summary: Summary | None) -> Run:
    """Return a measure of the quantity that is shown."""
    width = FIGURES[measure.form]
    if summary is None:
        return f" {PENDING:>{width}}", "dim"
    value = _or_nan(summary.numbers[measure.name])
    if measure.form == "share":
        return f" {whole_percent(value):>{width}}", "warn" if value >= measure.alarm else "dim"
    text = fixed(value, width) if measure.form == "number" else f"{sized(value, 3):>{width}}"
    return f" {text}", "" if isfinite(value) else "bad"


def _speed(ratio: float) -> str:
    """Return the role of an update ratio: steps of a tenth of the weights are large, of a millionth small."""
    return "dim" if isnan(ratio) or -5.5 <= ratio <= -1 else "warn"


def histograms(shown: Sequence[Summary | None], common: bool, width: int) -> tuple[list[str], str]:
    """Return a histogram each, on a common scale or on their own, and the words for the scale."""
    bars = [s.histogram for s in shown if s is not None]
    if not bars:
        return [" " * width for _ in shown], ""
    low, high = min(h.low for h in bars), max(h.high for h in bars)
    if not common or not high > low:
        return [histogram(s.histogram.counts, width) if s else " " * width for s in shown], "own scale"
    drawn = [
        histogram(onto(s.histogram.counts, s.histogram.edges, low, high, width), width) if s else " " * width for s in shown
    ]
    return drawn, f"{low:+.2g}…{high:+.2g}"
