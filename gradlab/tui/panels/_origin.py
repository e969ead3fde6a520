"""What the why panel shows: a view of a gradient, the picture that the laboratory gives of it, and its rows. No widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan
from typing import TYPE_CHECKING, cast

from gradlab.axis.position import State
from gradlab.draw.ledger import Foot, Part, Subtotal
from gradlab.draw.ways import WayRow
from gradlab.lab.snapshot import Snapshot
from gradlab.tui.moment import Look

if TYPE_CHECKING:
    from gradlab.lab import Lab
    from gradlab.lab.why.ledger import Group, Ledger, LedgerRow
    from gradlab.lab.why.paths import Paths, Way

MOST = 20
"""Groups and ways that have a row of their own, the largest."""
MODES = ("parts", "sample", "unit")


@dataclass(frozen=True, slots=True)
class Origin:
    """How a gradient is looked at.

    mode: "parts" number by number, added up by "sample" or by "unit", or "ways".   whole: the ways of the whole node.
    through: only what came through these nodes, if not empty; it holds for the node and element `of` alone.
    """

    mode: str = "parts"
    whole: bool = False
    through: tuple[int, ...] = ()
    of: tuple[int, int] = (-1, 0)

    def narrowed(self, node: int, element: int) -> tuple[int, ...]:
        """Return through which nodes only, for a node and an element."""
        return self.through if self.of == (node, element) else ()


@dataclass(frozen=True, slots=True)
class Goal:
    """Where enter leads: to a node and an element of it, or closer to what came through some nodes.   name: of it."""

    name: str
    node: int = -1
    element: int = 0
    through: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyPicture:
    """A gradient as one view shows it: the parts, or the ways; `name` as a person writes it."""

    origin: Origin
    ledger: Ledger | None = None
    paths: Paths | None = None

    @property
    def note(self) -> str:
        """What is special about it, or why there is nothing."""
        return self.ledger.note if self.ledger is not None else self.paths.note if self.paths is not None else ""


def ask(lab: Lab, look: Look, origin: Origin) -> WhyPicture | None:
    """Ask for the ledger or for the ways, if the gradient is there."""
    from gradlab.lab.views import ledger_of
    from gradlab.lab.why.ledger import Drill

    states = look.snapshot.grad_states
    if not 0 <= look.focus < len(states) or states[look.focus] == State.PENDING:
        return None
    if origin.mode == "ways":
        return WhyPicture(origin, paths=lab.paths(look.focus, None if origin.whole else look.element))
    through = origin.narrowed(look.focus, look.element)
    by = "" if origin.mode == "parts" else origin.mode
    found = ledger_of(lab, look.focus, look.element, Drill(through[0] if len(through) == 1 else None, by))
    return WhyPicture(replace(origin, through=through), ledger=_through(found, through))


def _through(found: Ledger, nodes: Sequence[int]) -> Ledger:
    """Return only what came through some of the consumers."""
    if len(nodes) < 2:
        return found
    rows = tuple(one for one in found.rows if one.consumer in nodes)
    groups = tuple(group for group in found.groups if group.consumer in nodes)
    rest = sum(group.part for group in groups) - sum(one.part for one in rows)
    terms, size = sum(group.terms for group in groups), sum(group.magnitude for group in groups)
    return replace(found, rows=rows, groups=groups, other=rest if terms > len(rows) else 0.0, terms=terms, magnitude=size)


def parts_of(picture: WhyPicture, snapshot: Snapshot) -> tuple[list[Part | Subtotal], list[Goal], Foot]:
    """Return the rows of a ledger, where enter leads from each, and what stands below them."""
    found = picture.ledger
    assert found is not None
    listed = _by_group(found) if picture.origin.mode != "parts" else _by_consumer(found)
    secret = snapshot.hides(found.node, "grad", found.element)
    entries, goals = [_shown(one, depth, snapshot, secret) for one, depth in listed], [_goal(one, picture) for one, _ in listed]
    covered = [one for one, depth in listed if depth or not _headed(one, listed)]
    total = sum(group.part for group in found.groups) if picture.origin.through else found.total
    other = sum(group.part for group in found.groups) - sum(one.part for one in covered) if found.groups else found.other
    more = found.terms - sum(_terms(one) for one in covered)
    foot = Foot(total, other if more else 0.0, more, found.total, bool(picture.origin.through))
    return entries, goals, replace(foot, total=None, other=None if more else 0.0, whole=None) if secret else foot


Listed = tuple["Group | LedgerRow", int]


def _by_group(found: Ledger) -> list[Listed]:
    return [(group, 0) for group in _largest(found.groups)]


def _largest(groups: Sequence[Group]) -> list[Group]:
    """Return the largest groups in their order."""
    places = sorted(range(len(groups)), key=lambda k: -abs(groups[k].part))[:MOST]
    return [groups[k] for k in sorted(places)]


def _by_consumer(found: Ledger) -> list[Listed]:
    """Return the rows, under the sum of their consumer where there are several consumers of several numbers."""
    if len(found.groups) < 2 or found.terms <= len(found.groups):
        return [(one, 0) for one in found.rows]
    listed: list[Listed] = []
    for group in _largest(_merged(found.groups)):
        rows = [one for one in found.rows if one.consumer == group.consumer]
        listed += [(rows[0], 0)] if group.terms == 1 and rows else [(group, 0), *((one, 1) for one in rows)]
    return listed


def _merged(groups: Sequence[Group]) -> list[Group]:
    """Return one group a consumer: one that reads a node twice has a group for each of the two."""
    found: dict[int, Group] = {}
    for one in groups:
        had = found.get(one.consumer)
        found[one.consumer] = one if had is None else replace(
            had, part=had.part + one.part, share=had.share + one.share, terms=had.terms + one.terms,
            place=max((had, one), key=lambda group: abs(group.part)).place,
        )  # fmt: skip
    return list(found.values())


def _headed(one: Group | LedgerRow, listed: Sequence[Listed]) -> bool:
    """Whether rows stand below a sum, which are counted instead of it."""
    return any(depth and other.consumer == one.consumer for other, depth in listed)


def _terms(one: Group | LedgerRow) -> int:
    return getattr(one, "terms", 1)


def _shown(one: Group | LedgerRow, depth: int, snapshot: Snapshot, secret: bool) -> Part | Subtotal:
    part = None if secret else one.part
    if not hasattr(one, "upstream"):
        return Subtotal(one.name, _terms(one), part, one.share)
    line = cast("LedgerRow", one)
    upstream = None if snapshot.hides(line.consumer, "grad", line.place) else line.upstream
    return Part(line.name, upstream, line.local, None if upstream is None else part, line.share, depth)


def _goal(one: Group | LedgerRow, picture: WhyPicture) -> Goal:
    """A sum of several numbers is gone into; anything else leads to the number, or to the largest one."""
    if picture.origin.mode == "parts" and _terms(one) > 1:
        return Goal(one.name, through=(one.consumer,))
    return Goal(one.name, one.consumer, one.place)


def ways_of(picture: WhyPicture, snapshot: Snapshot) -> tuple[list[WayRow], list[Goal], tuple[int, float]]:
    """Return the rows of the ways, where enter leads from each, and how many ways have no row, with their sum."""
    found = picture.paths
    assert found is not None
    secret = snapshot.hides(found.node, "grad")
    listed: list[Way] = sorted(sorted(found.ways, key=lambda way: -abs(way.part))[:MOST], key=found.ways.index)
    rows = [WayRow(way.label, way.kind, None if secret else way.part, way.share) for way in listed]
    rest = sum(way.part for way in found.ways if way not in listed)
    return rows, [Goal(way.label, through=way.consumers) for way in listed], (len(found.ways) - len(listed), rest)


def cancelled(found: Ledger) -> str:
    """Say that parts cancel, if they do."""
    if found.terms < 2 or isnan(found.total) or found.cancellation >= 0.5:
        return ""
    return f"parts of size {found.magnitude:.3g} cancel to {100 * found.cancellation:.2g} % of it"
