"""Where a gradient comes from, as rows to draw: a view of it, the picture that the laboratory gives of it, and its entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.draw.ledger import Foot, Part, Subtotal
from gradlab.draw.ways import WayRow
from gradlab.lab.hidden import UNSEEN, is_unseen
from gradlab.lab.why.ledger import Ledger, LedgerRow, Listed, grouped

if TYPE_CHECKING:
    from gradlab.lab.why.paths import Paths, Way

MOST = 20
"""Groups and ways that have a row of their own, the largest."""
MODES = ("parts", "sample", "unit")


@dataclass(frozen=True, slots=True)
class GradientView:
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
class Onward:
    """Where enter leads: to a node and an element of it, or closer to what came through some nodes.   name: of it."""

    name: str
    node: int = -1
    element: int = 0
    through: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyPicture:
    """A gradient as one view shows it: the parts, or the ways; `name` as a person writes it."""

    origin: GradientView
    ledger: Ledger | None = None
    paths: Paths | None = None

    @property
    def note(self) -> str:
        """What is special about it, or why there is nothing."""
        return self.ledger.note if self.ledger is not None else self.paths.note if self.paths is not None else ""

    @property
    def dated(self) -> bool:
        """Whether it says itself of which update it is, so that it stays true while the run goes on."""
        return self.note.startswith("past, of update ")


def parts_of(picture: WhyPicture) -> tuple[list[Part | Subtotal], list[Onward], Foot]:
    """Return the rows of a ledger, where enter leads from each, and what stands below them."""
    found = picture.ledger
    assert found is not None
    drawn = grouped(found, picture.origin.mode != "parts")
    entries, goals = [_shown(row) for row in drawn.rows], [_goal(row, picture) for row in drawn.rows]
    drilled = bool(picture.origin.through)
    total = sum(group.part for group in found.groups) if drilled else found.total
    hidden = is_unseen(found.total)
    return entries, goals, Foot(UNSEEN if hidden else total, drawn.other, drawn.more, found.total, drilled)


def _shown(row: Listed) -> Part | Subtotal:
    one = row.one
    if isinstance(one, LedgerRow):
        return Part(one.name, one.upstream, one.local, one.part, one.share, row.depth)
    return Subtotal(one.name, row.terms, one.part, one.share)


def _goal(row: Listed, picture: WhyPicture) -> Onward:
    """Return where enter leads: into a sum of several numbers; from anything else to the number, or to the largest one."""
    if picture.origin.mode == "parts" and row.terms > 1:
        return Onward(row.one.name, through=(row.one.consumer,))
    return Onward(row.one.name, row.one.consumer, row.one.place)


def ways_of(picture: WhyPicture) -> tuple[list[WayRow], list[Onward], tuple[int, float]]:
    """Return the rows of the ways, where enter leads from each, and how many ways have no row, with their sum."""
    found = picture.paths
    assert found is not None
    listed: list[Way] = sorted(sorted(found.ways, key=lambda way: -abs(way.part))[:MOST], key=found.ways.index)
    rows = [WayRow(way.label, way.kind, way.part, way.share) for way in listed]
    rest = sum(way.part for way in found.ways if way not in listed)
    return rows, [Onward(way.label, through=way.consumers) for way in listed], (len(found.ways) - len(listed), rest)
