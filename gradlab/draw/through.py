"""The layers through time: a strip for each layer over the updates that were measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, isnan, nan

import numpy as np

from gradlab.draw.ink import Row, fit, row
from gradlab.draw.number import number, sized, whole_percent
from gradlab.draw.spark import spark
from gradlab.train.measure import Floats, StripKind


@dataclass(frozen=True, slots=True)
class Through:
    """A strip of every layer, thinned. layers: name and the numbers.   updates: first and last one.   measured: how many."""

    kind: StripKind
    layers: tuple[tuple[str, tuple[float, ...]], ...]
    updates: tuple[int, int] = (0, 0)
    measured: int = 0


def thinned(values: Floats, width: int) -> tuple[float, ...]:
    """Return at most `width` numbers for a series: the mean of every stretch, NaN where a number in it is not finite."""
    if len(values) <= width:
        return tuple(float(value) for value in values)
    cuts = [k * len(values) // width for k in range(width + 1)]
    with np.errstate(all="ignore"):
        return tuple(float(np.mean(values[a:b])) for a, b in pairwise(cuts))


def through_rows(found: Through, width: int, height: int) -> list[Row]:
    """Return the strips with their ranges, and the updates at the ends below them; strips grow to fill `height` rows."""
    name = max(5, min(14, max((len(layer) for layer, _ in found.layers), default=5)))
    cells = strip_width(width, name)
    tall = max(1, min(4, (height - 3) // max(1, len(found.layers)) - (1 if height > 4 * len(found.layers) else 0)))
    bounds = [_bounds(values, found.kind) for _, values in found.layers]
    if found.kind.common and bounds:
        bounds = [(min(low for low, _ in bounds), max(high for _, high in bounds))] * len(bounds)
    rows = [row((f"{fit('layer', name)} {fit('from', 8)} {fit('', cells)} {'now':>8}  lowest … highest", "dim"))]
    for (layer, values), (low, high) in zip(found.layers, bounds, strict=True):
        rows += _layer(fit(layer, name), values, (low, high, tall, cells), found.kind)
        rows += [row("")] if tall > 1 else []
    first, last = f"update {found.updates[0]:,}", f"{found.updates[1]:,}"
    lead = " " * (name + 10)
    rows.append(row((f"{lead}{first}{last.rjust(max(0, cells - len(first)))}", "dim")))
    return rows


def strip_width(width: int, name: int = 14) -> int:
    """Return the cells of a strip in a panel of a width."""
    return max(8, width - name - 42)


def _layer(name: str, values: tuple[float, ...], place: tuple[float, float, int, int], kind: StripKind) -> list[Row]:
    """Return the rows of one strip; figures stand on its lowest one."""
    low, high, tall, cells = place
    drawn = _drawn(values, kind)
    spread_out = [drawn[k * len(drawn) // cells] for k in range(cells)] if drawn else []
    known = [value for value in values if isfinite(value)]
    least, most = (min(known), max(known)) if known else (nan, nan)
    begin, end = (_figure(values[0], kind), _figure(values[-1], kind)) if values else ("", "")
    rows = []
    for r, line in enumerate(spark(spread_out, low, high, tall)):
        foot = r == tall - 1
        rows.append(row(
            (name if foot else " " * len(name), "strong"), (f" {begin if foot else '':>8} ", ""), (line, "curve"),
            (f" {end if foot else '':>8}", "value"),
            (f"  {_figure(least, kind)} … {_figure(most, kind)}" if foot else "", "dim"),
        ))  # fmt: skip
    return rows


def _drawn(values: Sequence[float], kind: StripKind) -> list[float]:
    """Return what decides the height: the logarithm of a size on a log scale."""
    if not kind.decades:
        return list(values)
    with np.errstate(all="ignore"):
        return [float(value) for value in np.log10(np.asarray(values, np.float64))]


def _bounds(values: Sequence[float], kind: StripKind) -> tuple[float, float]:
    if kind.form == "share":
        return 0.0, 1.0
    known = [value for value in _drawn(values, kind) if isfinite(value)]
    return (min(known), max(known)) if known else (np.inf, -np.inf)


def _figure(value: float, kind: StripKind) -> str:
    if isnan(value):
        return "NaN"
    if kind.form == "share":
        return whole_percent(value)
    return sized(value, 3) if kind.form == "size" and isfinite(value) else number(value, 3)
