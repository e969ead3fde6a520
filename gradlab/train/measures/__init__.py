"""Numbers of an array, one file each: `MEASURES` has them by name, in the order of their columns."""

from __future__ import annotations

from gradlab.registry import collect
from gradlab.train.measure import Measure, StripKind, View

MEASURES: dict[str, Measure] = dict(sorted(collect(__name__, "MEASURE").items(), key=lambda item: item[1].order))
STRIPS: tuple[StripKind, ...] = tuple(strip for measure in MEASURES.values() for strip in measure.strips)


def columns(view: View) -> tuple[Measure, ...]:
    """Return the measures that have a column in a view."""
    return tuple(measure for measure in MEASURES.values() if view in measure.views)


__all__ = ["MEASURES", "STRIPS", "Measure", "columns"]
