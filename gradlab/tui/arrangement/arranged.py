"""What is in sight: made of the layout, of what a person chose, and of what there is to see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from textual.geometry import Region

from gradlab.tui.arrangement.fitting import LEAST, Least, PlacedPanels, Seam, place
from gradlab.tui.arrangement.perspectives import LOW, PERSPECTIVES, TINY, with_caption
from gradlab.tui.arrangement.tree import CAPTION, Pane, Split, Tree, divided, panels_of, replaced

CAPTION_ROWS = 7
GUEST_SHARE = 35


@dataclass(frozen=True, slots=True)
class Stance:
    """What a person chose. guest: a panel that came into a slot of another.   enlarged: the one that has all the room.

    pinned: what the caption shows, whatever happens.
    """

    perspective: str = "teach"
    chosen: str = "graph"
    guest: str = ""
    enlarged: str = ""
    pinned: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is to see. names: of all panels.   showing: of those that have something to show.   least: what they need.

    urgent: what the caption shows before all else, the first that can.
    """

    names: tuple[str, ...]
    showing: Collection[str]
    least: Least = field(default_factory=dict)
    urgent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The panels in sight with their places, and the seams. tiny: there is no room for any.

    caption: the panel in the caption, or "".   tree: the layout with the guest in its slot.
    """

    places: Mapping[str, Region] = field(default_factory=dict)
    seams: tuple[Seam, ...] = ()
    tiny: bool = False
    caption: str = ""
    tree: Tree | None = None

    @property
    def visible(self) -> frozenset[str]:
        """The names of the panels in stock."""
        return frozenset(self.places)


def arrange(tree: Tree, stance: Stance, stock: Stock, size: tuple[int, int], bars: int) -> Arrangement:
    """Return what is in sight in a terminal of so many columns and rows, `bars` of which are above and below the panels."""
    room = size[0], size[1] - bars
    if size[0] < TINY[0] or size[1] < TINY[1]:
        return Arrangement(tiny=True)
    if stance.enlarged in stock.names:
        return Arrangement({stance.enlarged: Region(0, 0, *room)}, tree=Pane(stance.enlarged))
    standing, caption = resolved(tree, stance, stock, size)
    shown = replaced(standing, CAPTION, caption) if caption else standing
    low = size[0] < LOW[0] or size[1] < LOW[1]
    fitted = place(shown, room, {*stock.showing, stance.chosen, stance.guest}, {} if low else stock.least)
    fitted = fitted if stance.chosen in fitted.places else _make_room(shown, stance.chosen, room, stock)
    return Arrangement(fitted.places, fitted.seams, caption=caption, tree=standing)


def _make_room(tree: Tree, name: str, room: tuple[int, int], stock: Stock) -> PlacedPanels:
    """Return the places with a panel for which there was no room: it has the slot of the last in sight, or all there is."""
    if name not in panels_of(tree):
        return place(tree, room, stock.showing, stock.least)
    found = place(tree, room, {*stock.showing, name}, stock.least)
    last = list(found.places)[-1:]
    places = {key: region for key, region in found.places.items() if key not in last}
    return replace(found, places={**places, name: found.places[last[0]]}) if last else found


def resolved(tree: Tree, stance: Stance, stock: Stock, size: tuple[int, int]) -> tuple[Tree, str]:
    """Return the tree with a guest in its slot, and the panel that the caption shows, or ""."""
    tree = with_caption(with_guest(tree, stance.guest, stock), size)
    if CAPTION not in panels_of(tree):
        return tree, ""
    return tree, captioned(stance, stock, panels_of(tree))


def captioned(stance: Stance, stock: Stock, taken: Iterable[str]) -> str:
    """Return the panel that matters next: the one that is pinned, else the first that has something to show."""
    others = [name for name in PERSPECTIVES[stance.perspective].caption if name in stock.showing]
    wanted = [stance.pinned, stance.chosen, *stock.urgent, *others, "node", "graph", *stock.names]
    return next(name for name in wanted if name in stock.names and name not in taken)


def with_guest(tree: Tree, guest: str, stock: Stock) -> Tree:
    """Return the tree with a guest: in the slot that is needed least, or in a new one where there are only two.

    A caption has room for a guest that needs no more rows; another one has the large slot above it.
    """
    names = panels_of(tree)
    if not guest or guest not in stock.names or guest in names:
        return tree
    if CAPTION in names:
        fits = stock.least.get(guest, LEAST)[1] <= CAPTION_ROWS
        return replaced(tree, CAPTION if fits else names[0], guest)
    if len(names) > 2:
        return with_share(replaced(tree, names[-1], guest), guest)
    return with_share(divided(tree, names[-1], "/", guest), guest)


def with_share(tree: Tree, guest: str) -> Tree:
    """Return the tree with at least the share of a guest for a panel that stands below others."""
    if isinstance(tree, Pane):
        return tree
    parts = tuple(
        replace(part, share=max(part.share, GUEST_SHARE))
        if part.tree == Pane(guest) and tree.sign == "/" and not part.cells
        else replace(part, tree=with_share(part.tree, guest))
        for part in tree.parts
    )
    return Split(tree.sign, parts)
