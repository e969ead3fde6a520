"""What stands out among the layers, in a row: the smallest gradient beside the largest, and units that are all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from gradlab.draw.ink import Goal, Row, Run, clip, link, row
from gradlab.draw.number import sized, whole_percent
from gradlab.lab.hidden import is_unseen
from gradlab.train.measures import columns

if TYPE_CHECKING:
    from gradlab.train.statistics import LayerStats

FAR = 1e3
"""How many times smaller than the largest a gradient is that is told of."""
HALF = 0.5
"""The share of units from which on it is told of."""
MOST = 3
"""Layers that are named."""


def extreme_rows(layers: Sequence[LayerStats], goal_of: Callable[[str], Goal | None], width: int) -> list[Row]:
    """Return a row of units that do not vary and one of gradients, where there is such a thing; names lead to layers."""
    found = [_units(layers, goal_of), _gradients(layers, goal_of)]
    return [clip(line, width) for line in found if line]


def _units(layers: Sequence[LayerStats], goal_of: Callable[[str], Goal | None]) -> Row:
    """Return which layers have half of their units dead, or in the flat part, those nearest to the input."""
    for measure in columns("health"):
        shares = [
            (layer.name, share) for layer in layers
            if measure.form == "share" and layer.activations is not None
            and (share := layer.activations.numbers[measure.name]) is not None and share >= HALF
        ]  # fmt: skip
        if shares:
            named = [
                run for name, share in shares[:MOST] for run in (*_named(name, goal_of), (f" {whole_percent(share)}  ", "warn"))
            ]
            rest = [(f"and {len(shares) - MOST} more", "dim")] if len(shares) > MOST else []
            return row((f"{measure.title}  ", "dim"), *named, *rest)
    return ()


def _gradients(layers: Sequence[LayerStats], goal_of: Callable[[str], Goal | None]) -> Row:
    """Return the smallest gradient that is not 0 and the largest, if they are far apart."""
    sizes = [
        (layer.delta, layer.name) for layer in layers
        if layer.delta is not None and not is_unseen(layer.delta) and isfinite(layer.delta) and layer.delta > 0
    ]  # fmt: skip
    if len(sizes) < 2:
        return ()
    (least, small), (most, large) = min(sizes), max(sizes)
    if most < FAR * least:
        return ()
    return row(
        ("least |δ|  ", "dim"), *_named(small, goal_of), (f" {sized(least, 3)}", "warn"),
        (f"  ×{most / least:.2g} below ", "dim"), *_named(large, goal_of), (f" {sized(most, 3)}", ""),
    )  # fmt: skip


def _named(name: str, goal_of: Callable[[str], Goal | None]) -> tuple[Run, ...]:
    goal = goal_of(name)
    return ((name, "strong"),) if goal is None else (link(name, "strong", goal),)
