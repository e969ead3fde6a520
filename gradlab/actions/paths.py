"""By which way a gradient came."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import reference
from gradlab.lab.numbers import signed
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.lab.why.paths import Paths, Way
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
    note = f"  ({found.note})" if found.note else ""
    what = f"∂{found.root}/∂{found.name}" if found.root else f"gradient of {found.name}"
    if not found.ways:
        yield f"{what}{note}"
        return
    yield f"{_size(what, found)} = {signed(found.total)}{note}"
    listed = sorted(sorted(found.ways, key=lambda way: -abs(way.part))[:MOST], key=found.ways.index)
    width = max(len(_title(way)) for way in listed)
    for way in listed:
        yield f"  {_title(way):<{width}}  {_bar(way.share)} {signed(way.part)}  {_percent(way.share)}".rstrip()
    if len(found.ways) > len(listed):
        rest = sum(way.part for way in found.ways if way not in listed)
        yield f"  {'other':<{width}}  {len(found.ways) - len(listed):,} more ways {signed(rest)}"
    yield f"  sum {signed(found.sum)} {'✓' if found.adds_up else f'differs by {signed(found.sum - found.total)}'}"


def _size(what: str, found: Paths) -> str:
    """A whole node's gradient is split along its own direction."""
    return f"‖{what}‖" if found.whole and found.total >= 0 else what


def _title(way: Way) -> str:
    return f"{way.kind:<6}  {way.label}" if way.kind else way.label


def _bar(share: float) -> str:
    return "█" * min(BAR, round(BAR * abs(share))) or "▏" if isfinite(share) else ""


def _percent(share: float) -> str:
    return f"{round(100 * share, 1) + 0.0:.1f} %" if isfinite(share) else ""


ACTION = Action("paths", "NODE[i, j]", "by which way a gradient came: skip or branch, layer, time step", reference, _paths)
