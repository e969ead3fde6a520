"""The layers in numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import nothing
from gradlab.lab.numbers import bare
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.train.statistics import LayerStats, Summary

if TYPE_CHECKING:
    from gradlab.session import Lab


def _stats(lab: Lab, _: None) -> Outcome:
    """Say one row a layer."""
    rows = lab.stats()
    return told(_lines(rows), found=rows)


def _lines(rows: Sequence[LayerStats]) -> Iterator[Line]:
    width = max((len(row.name) for row in rows), default=5)
    head = f"{'mean':>10}  {'std':>10}  {'zeros':>6}  {'sat.':>6}  {'|delta|':>10}  {'upd/w':>6}  {'noise':>6}"
    yield Line("value", f"{'layer':<{width}}  {head}  forth, back")
    for row in rows:
        yield Line("value", f"{row.name:<{width}}  {_activations(row.activations)}  {_flow(row)}")


def _activations(summary: Summary | None) -> str:
    if summary is None:
        return f"{'·':>10}  {'·':>10}  {'·':>6}  {'·':>6}"
    saturated = "" if summary.saturated is None else f"{100 * summary.saturated:.0f} %"
    return f"{_narrow(summary.mean):>10}  {_narrow(summary.std):>10}  {f'{100 * summary.zeros:.0f} %':>6}  {saturated:>6}"


def _narrow(number: float) -> str:
    """Return a number in at most ten characters, never without its exponent."""
    text = bare(number)
    return text if len(text) <= 10 else f"{number:.4g}"


def _flow(row: LayerStats) -> str:
    delta = "·" if row.delta is None else f"{row.delta:.3e}"
    ratio = "·" if row.ratio is None else f"{row.ratio:+.1f}"
    noise = "·" if row.noise is None else f"{row.noise:.3g}"
    changes = ", ".join(f"{change.label} ×{change.factor:.3g}" for change in (row.forth, row.back) if change is not None)
    return f"{delta:>10}  {ratio:>6}  {noise:>6}  {changes}".rstrip()


ACTION = Action("stats", "", "the layers in numbers", nothing, _stats)
