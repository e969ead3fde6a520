"""Which panels are in sight, for a size of the terminal and a choice. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gradlab.tui.panels import PanelKind

WIDE = 120
SMALLEST = (40, 10)
ROOM_FOR_DEMAND = 26


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The panels in sight by name; `solo` when one has the whole area, `tiny` when there is no room for any."""

    visible: frozenset[str]
    solo: bool
    tiny: bool = False
    tabs: bool = False


def arrange(kinds: Iterable[PanelKind], size: tuple[int, int], chosen: str, enlarged: bool, has_losses: bool) -> Arrangement:
    """Return what is in sight: one panel with tabs in a narrow terminal, else the panels of both columns.

    A panel whose place is "full" always has the area to itself. size: columns and rows of the terminal.
    """
    kinds = tuple(kinds)
    if size[0] < SMALLEST[0] or size[1] < SMALLEST[1]:
        return Arrangement(frozenset(), True, tiny=True)
    place = next((kind.place for kind in kinds if kind.name == chosen), "full")
    narrow = size[0] < WIDE
    if narrow or enlarged or place == "full":
        return Arrangement(frozenset({chosen}), True, tabs=narrow or enlarged or place == "full")
    shown = {
        kind.name for kind in kinds if kind.place != "full" and (not kind.on_demand or _wanted(kind, size, chosen, has_losses))
    }
    return Arrangement(frozenset(shown), False)


def _wanted(kind: PanelKind, size: tuple[int, int], chosen: str, has_losses: bool) -> bool:
    """Whether a panel on demand is there: it was chosen, or has something to show and there is room."""
    return kind.name == chosen or (has_losses and size[1] >= ROOM_FOR_DEMAND)
