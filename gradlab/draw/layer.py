"""One layer by itself: the histogram of one of its quantities, as high as there is room, and its figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import TYPE_CHECKING

from gradlab.draw.histogram import rebin
from gradlab.draw.ink import Goal, Row, Run, clip, link, row, spread, wrap
from gradlab.draw.number import PENDING, number, sized, whole_percent
from gradlab.draw.signal import factor_text
from gradlab.draw.spark import spark
from gradlab.train.measures import columns

if TYPE_CHECKING:
    from gradlab.train.measure import Quantity
    from gradlab.train.signal import SignalChange
    from gradlab.train.statistics import LayerStats, Summary


def layer_rows(layer: LayerStats, quantity: Quantity, width: int, height: int) -> list[Row]:
    """Return the figures of a quantity of a layer, and its histogram over its own range, in about `height` rows."""
    found: Summary | None = getattr(layer, quantity)
    title = row((layer.name, "title"), (f"  {quantity}", "dim"))
    if found is None:
        return [title, row(("not computed yet, or the layer has none", "dim"))]
    return summary_rows(title, found, width, height)


@dataclass(frozen=True, slots=True)
class LayerWay:
    """Where one may go from a layer. label: its word.   goal: what it leads to."""

    label: str
    goal: Goal


def ways_row(ways: Sequence[LayerWay], chosen: int, width: int) -> Row:
    """Return where one may go from a layer, the chosen way marked."""
    runs: list[Run] = []
    for place, way in enumerate(ways):
        mark, role = ("▸", "title") if place == chosen else (" ", "key")
        runs += [(mark, "here"), link(way.label, role, way.goal), (" ", "")]
    return clip(row(*runs), width)


def cause_rows(layer: LayerStats, name_of: Callable[[int], str], width: int) -> list[Row]:
    """Return what the layer does to the signal and to the gradient, and how far its weights moved."""
    rows = [_change("signal ▸  ", layer.forth, name_of), _change("gradient ◂", layer.back, name_of)]
    size = PENDING if layer.delta is None else sized(layer.delta, 3)
    ratio = PENDING if layer.ratio is None else f"{layer.ratio:+.1f}"
    sizes = row(
        ("|δ| ", "dim"), (size, ""), ("   upd/w ", "dim"), (ratio, ""), ("  log10" if layer.ratio is not None else "", "dim")
    )
    return [part for line in (*rows, sizes) if line for part in wrap(line, width, 11)]


def _change(word: str, change: SignalChange | None, name_of: Callable[[int], str]) -> Row:
    if change is None:
        return ()
    whole = "" if change.whole is None else f"{factor_text(change.whole)}, "
    place = link(name_of(change.node), "title", Goal(change.node))
    return row(
        (f"{word}  ", "dim"),
        (f"{whole}most ", ""),
        (f"{change.label} {factor_text(change.factor)}", "value"),
        (" at ", "dim"),
        place,
    )


def summary_rows(title: Row, found: Summary, width: int, height: int) -> list[Row]:
    """Return a title, the figures of an array, and its histogram over its own range, in about `height` rows."""
    rows = [spread(title, row((f"{found.count:,} number{'s' * (found.count != 1)}", "dim")), width), *_figures(found, width)]
    bars = found.histogram
    tall = max(2, min(16, height - len(rows) - 2))
    counts = rebin(bars.counts, width) if len(bars.counts) else []
    top = max(counts, default=0.0)
    if found.numbers["std"] == 0 and top > 0:
        mean = found.numbers["mean"]
        return [*rows, row((f"every number is {number(mean, 6)}" if mean is not None else "", ""))]
    if not top > 0:
        return [*rows, row(("no number of it is finite", "warn"))]
    drawn = [without_blanks(line, counts, n == tall - 1) for n, line in enumerate(spark(counts, 0.0, top, tall))]
    return [*rows, *(row((line, "curve")) for line in drawn), _axis(bars.low, bars.high, width)]


def without_blanks(line: str, counts: Sequence[float], foot: bool) -> str:
    """Return a row of blocks; at the foot a cell without a count is blank."""
    return "".join(" " if foot and count <= 0 else block for block, count in zip(line, counts, strict=True))


def _figures(found: Summary, width: int) -> list[Row]:
    """Return the measures of an array, and how many numbers in it are not finite."""
    runs = []
    for measure in columns("health"):
        value = found.numbers[measure.name]
        if value is not None:
            told = whole_percent(value) if measure.form == "share" else number(value, 4)
            runs += [(f"{measure.title} ", "dim"), (f"{told}   ", "" if isfinite(value) else "bad")]
    for word, many in (("NaN", found.nans), ("infinite", found.infs)):
        runs += [(f"{many:,} {word}   ", "bad")] if many else []
    return wrap(row(*runs), width)


def _axis(low: float, high: float, width: int) -> Row:
    """Return the ends of the range; 0 stands where it is, if it lies between them and there is room."""
    left, right = number(low, 4), number(high, 4)
    line = [*left.ljust(width - len(right)), *right]
    at = round((0 - low) / (high - low) * (width - 1)) if high > low else -1
    if len(left) + 1 < at < width - len(right) - 2:
        line[at] = "0"
    return row(("".join(line), "dim"))


def with_layer_links(rows: Sequence[Row], goal_of: Callable[[str], Goal | None]) -> list[Row]:
    """Return rows whose first stretch, where it is the name of a layer, leads to it."""
    found = []
    for line in rows:
        text, role = line[0] if line else ("", "")
        goal = goal_of(text.strip()) if role == "strong" else None
        found.append(line if goal is None else (link(text, role, replace(goal)), *line[1:]))
    return found
