"""The layers in numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from math import isnan
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import nothing
from gradlab.lab.numbers import bare
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.train.measure import Form
from gradlab.train.measures import Measure, columns
from gradlab.train.signal import SignalChange
from gradlab.train.statistics import LayerStats, Summary

if TYPE_CHECKING:
    from gradlab.session import Lab

WIDTHS: Mapping[Form, int] = {"number": 10, "size": 10, "share": 6}
"""How wide the column of a measure is."""


def _stats(lab: Lab, _: None) -> Outcome:
    """Say one row a layer."""
    rows = lab.stats()
    return told(_lines(rows), found=rows)


def _lines(rows: Sequence[LayerStats]) -> Iterator[Line]:
    width = max((len(row.name) for row in rows), default=5)
    head = f"{_columns(lambda measure: measure.title)}  {'|delta|':>10}  {'upd/w':>6}  {'noise':>6}"
    yield Line("value", f"{'layer':<{width}}  {head}  forth, back")
    for row in rows:
        yield Line("value", f"{row.name:<{width}}  {_columns(partial(_figure, row.activations))}  {_flow(row)}")


def _columns(text: Callable[[Measure], str]) -> str:
    """Return a text for each measure, each in its column."""
    return "  ".join(f"{text(measure):>{WIDTHS[measure.form]}}" for measure in columns("stats"))


def _figure(summary: Summary | None, measure: Measure) -> str:
    """Return a measure of what leaves a layer; nothing where it means nothing, a dot for a share of nothing."""
    value = None if summary is None else summary.numbers[measure.name]
    if value is None:
        return "·" if summary is None else ""
    if measure.form == "share":
        return "·" if isnan(value) else f"{100 * value:.0f} %"
    return _narrow(value)


def _narrow(number: float) -> str:
    """Return a number in at most ten characters, never without its exponent."""
    text = bare(number)
    return text if len(text) <= 10 else f"{number:.4g}"


def _flow(row: LayerStats) -> str:
    delta = "·" if row.delta is None else "NaN" if isnan(row.delta) else f"{row.delta:.3e}"
    ratio = "·" if row.ratio is None else f"{row.ratio:+.1f}"
    noise = "·" if row.noise is None else f"{row.noise:.3g}"
    changes = ", ".join(_change(change) for change in (row.forth, row.back) if change is not None)
    return f"{delta:>10}  {ratio:>6}  {noise:>6}  {changes}".rstrip()


def _change(change: SignalChange) -> str:
    """Return what an op did, and what the whole layer did where that is something else: "W ×0.57 (layer ×0.53)"."""
    own, whole = f"×{change.factor:.3g}", "" if change.whole is None else f"×{change.whole:.3g}"
    return f"{change.label} {own}" if whole in ("", own) else f"{change.label} {own} (layer {whole})"


ACTION = Action("stats", "", "the layers in numbers", nothing, _stats)
