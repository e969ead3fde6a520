"""The layers in numbers: the rows of `stats`, which read as a table wherever they are shown."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

from gradlab.lab.hidden import is_unseen
from gradlab.lab.numbers import bare
from gradlab.tabular import Tabular, TextTable
from gradlab.train.measure import Form
from gradlab.train.measures import Measure, columns
from gradlab.train.signal import SignalChange
from gradlab.train.statistics import LayerStats, Summary

WIDTHS: Mapping[Form, int] = {"number": 10, "size": 10, "share": 6}
"""How wide the column of a measure is, at least."""


class LayerTable(tuple[LayerStats, ...], Tabular):
    """One row for each layer; a tuple of `LayerStats`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<LayerTable: {len(self)} layer{'s' * (len(self) != 1)}>"

    def table(self) -> TextTable:
        """Return the numbers of each layer, and the op that changed the signal most, forth and back."""
        return TextTable("", tuple(cell.strip() for cell in head()), tuple(tuple(map(str.strip, cells(row))) for row in self))


def head() -> tuple[str, ...]:
    """Return the titles of the columns, each as wide as its numbers."""
    measures = (f"{measure.title:>{WIDTHS[measure.form]}}" for measure in columns("stats"))
    return ("layer", *measures, f"{'|delta|':>10}", f"{'upd/w':>6}", f"{'noise':>6}", "forth, back")


def cells(row: LayerStats) -> tuple[str, ...]:
    """Return the cells of a layer; a dot where there is nothing yet."""
    figures = (f"{_figure(row.activations, measure):>{WIDTHS[measure.form]}}" for measure in columns("stats"))
    delta = "·" if row.delta is None else "NaN" if _nan(row.delta) else f"{row.delta:.3e}"
    ratio = "·" if row.ratio is None else f"{row.ratio:+.1f}"
    noise = "·" if row.noise is None else f"{row.noise:.3g}"
    changes = ", ".join(_change(change) for change in (row.forth, row.back) if change is not None)
    return (row.name, *figures, f"{delta:>10}", f"{ratio:>6}", f"{noise:>6}", changes)


def _figure(summary: Summary | None, measure: Measure) -> str:
    """Return a measure of what leaves a layer; nothing where it means nothing, a dot for a share of nothing."""
    value = None if summary is None else summary.numbers[measure.name]
    if value is None:
        return "·" if summary is None else ""
    if measure.form == "share":
        return "·" if _nan(value) else f"{value:.0%}".replace("%", " %")
    return _narrow(value)


def _nan(value: float) -> bool:
    return isnan(value) and not is_unseen(value)


def _narrow(number: float) -> str:
    """Return a number in at most ten characters, never without its exponent."""
    text = bare(number)
    return text if len(text) <= 10 else f"{number:.4g}"


def _change(change: SignalChange) -> str:
    """Return what an op did, and what the whole layer did where that is something else: "W ×0.57 (layer ×0.53)"."""
    own, whole = f"×{change.factor:.3g}", "" if change.whole is None else f"×{change.whole:.3g}"
    return f"{change.label} {own}" if whole in ("", own) else f"{change.label} {own} (layer {whole})"
