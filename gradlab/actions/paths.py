"""By which way a gradient came."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import reference
from gradlab.lab.numbers import signed
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.lab.why.paths import Paths, percent
from gradlab.scenario.assertions import Reference

if TYPE_CHECKING:
    from gradlab.session import Lab


BAR = 22
MOST = 20
"""Ways that have a line of their own; LSTMs over long texts have hundreds."""


def _paths(lab: Lab, given: Reference) -> Outcome:
    """Say one line a way, the largest 20 in the order in which they run forward, and the sum."""
    found = lab.paths(lab.known.nodes[given.name], given.index)
    return told((Line("value", text) for text in _lines(found)), found=found)


def _lines(found: Paths) -> Iterator[str]:
    yield found.title
    if not found.ways:
        return
    listed = sorted(sorted(found.ways, key=lambda way: -abs(way.part))[:MOST], key=found.ways.index)
    width = max(len(way.title) for way in listed)
    for way in listed:
        yield f"  {way.title:<{width}}  {_bar(way.share)} {signed(way.part)}  {percent(way.share)}".rstrip()
    if len(found.ways) > len(listed):
        rest = sum(way.part for way in found.ways if way not in listed)
        yield f"  {'other':<{width}}  {len(found.ways) - len(listed):,} more ways {signed(rest)}"
    yield f"  {found.total_text}"


def _bar(share: float) -> str:
    return "█" * min(BAR, round(BAR * abs(share))) or "▏" if isfinite(share) else ""


ACTION = Action(
    "paths", "NODE[i, j]", "by which way a gradient came: skip or branch, layer, time step", reference, _paths, stands=True
)
