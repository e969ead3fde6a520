"""All layers of a network on one screen: one row each."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan, nan
from typing import TYPE_CHECKING

from gradlab.tui.renderables.bars import ladder
from gradlab.tui.renderables.histogram import histogram, onto
from gradlab.tui.renderables.ink import Row, Run, fit, row
from gradlab.tui.renderables.number import PENDING, fixed, number, sized, whole_percent

if TYPE_CHECKING:
    from gradlab.train.statistics import LayerStats, Summary

QUANTITIES = ("activations", "gradients", "weights", "updates")
ALARM = 0.3
_COMMON = ("activations", "weights")


def health_rows(layers: Sequence[LayerStats], quantity: str, width: int) -> list[Row]:
    """Give the head and one row a layer; the histogram is of the quantity."""
    name = max(5, min(14, max((len(layer.name) for layer in layers), default=5)))
    spare = width - name - 49
    plot, steps = max(8, min(32, spare * 3 // 5)), max(4, min(20, spare * 2 // 5))
    shown = [getattr(layer, quantity) for layer in layers]
    blocks, span = _histograms(shown, quantity in _COMMON, plot)
    sizes = [_or_nan(layer.delta) for layer in layers]
    rungs = ladder(sizes, steps)
    rows = [_head(name, quantity, span, plot, steps)]
    for layer, summary, block, size, rung in zip(layers, shown, blocks, sizes, rungs, strict=True):
        rows.append(_layer(layer, summary, name, (block, size, rung)))
    return rows


def _or_nan(value: float | None) -> float:
    return nan if value is None else value


def _head(name: int, quantity: str, span: str, plot: int, steps: int) -> Row:
    lead = f"{fit('layer', name)} {'mean':>9} {'std':>8} {'dead':>4} {'sat.':>4}"
    text = f"{lead} {fit(f'{quantity} {span}', plot)} {'|δ|':>7} {fit('in ◂ δ ◂ out', steps)} upd/w"
    return row((text, "dim"))


def _layer(layer: LayerStats, summary: Summary | None, name: int, drawn: tuple[str, float, str]) -> Row:
    """Give the row of one layer."""
    block, size, rung = drawn
    ratio = _or_nan(layer.ratio)
    shown = sized(size, 3) if isfinite(size) else PENDING if layer.delta is None else number(size)
    return row(
        (fit(layer.name, name), "strong"),
        *_figures(summary),
        (f" {block}", "curve"),
        (f" {shown:>7} ", "delta"),
        (rung, "delta"),
        (f" {PENDING if layer.ratio is None else f'{ratio:+.1f}':>5}", _speed(ratio)),
    )


def _figures(summary: Summary | None) -> list[Run]:
    """Give mean, std, dead and saturated of the quantity that is shown."""
    if summary is None:
        return [(f" {PENDING:>9} {PENDING:>8} {PENDING:>4} {PENDING:>4}", "dim")]
    dead, saturated = _or_nan(summary.dead), _or_nan(summary.saturated)
    return [
        (f" {fixed(summary.mean, 9)} {sized(summary.std, 3):>8}", "" if isfinite(summary.std) else "bad"),
        (f" {whole_percent(dead):>4}", "warn" if dead >= ALARM else "dim"),
        (f" {whole_percent(saturated):>4}", "warn" if saturated >= ALARM else "dim"),
    ]


def _speed(ratio: float) -> str:
    """Give the role of an update ratio: steps of a tenth of the weights are large, of a millionth small."""
    return "dim" if isnan(ratio) or -5.5 <= ratio <= -1 else "warn"


def _histograms(shown: Sequence[Summary | None], common: bool, width: int) -> tuple[list[str], str]:
    """Give a histogram each, on a common scale or on their own, and the words for the scale."""
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
