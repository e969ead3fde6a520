"""Numbers of an array, one file each: `MEASURES` has them by name."""

from __future__ import annotations

from functools import cache

from gradlab.registry import Registry, collect
from gradlab.train.measure import Measure, StripKind, View

MEASURES: Registry[Measure] = collect(__name__, "MEASURE")


@cache
def ordered() -> tuple[Measure, ...]:
    """Return all measures in the order of their columns."""
    return tuple(sorted(MEASURES.values(), key=lambda measure: measure.order))


def columns(view: View) -> tuple[Measure, ...]:
    """Return the measures that have a column in a view."""
    return tuple(measure for measure in ordered() if view in measure.views)


def strips() -> tuple[StripKind, ...]:
    """Return what is drawn of the measures through time."""
    return tuple(strip for measure in ordered() for strip in measure.strips)


__all__ = ["MEASURES", "Measure", "columns", "ordered", "strips"]
