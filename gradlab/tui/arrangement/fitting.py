"""Where the panels of a layout stand in a size, and the seams between them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from textual.geometry import Region

from gradlab.tui.arrangement.tree import Pane, Path, Sign, Split, SplitPart, Tree, panels_of

LEAST = (16, 3)
"""Columns and rows that a panel has at least, where it says nothing else."""

Least = Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Seam:
    """What divides two parts of a split: a column between them, or the row of titles of the lower one.

    split: the way to it.   before, behind: the numbers of the parts.   sizes: of all its parts in sight, by their number.
    """

    place: Region
    sign: Sign
    split: Path
    before: int
    behind: int
    sizes: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class PlacedPanels:
    """The places of the panels in sight by name, in reading order, and the seams."""

    places: Mapping[str, Region] = field(default_factory=dict)
    seams: tuple[Seam, ...] = ()


def place(tree: Tree, size: tuple[int, int], showing: Collection[str], least: Least | None = None) -> PlacedPanels:
    """Return where the panels of a tree stand in so many columns and rows.

    showing: those that have something to show; the slots of others are closed.   least: columns and rows that a panel has at
    least. Where there is no room for all, those that stand last are left out; one has whatever there is.
    """
    names = [name for name in panels_of(tree) if name in showing]
    while len(names) > 1 and not _fits(_needed(tree, names, least or {}), size):
        names.pop()
    places: dict[str, Region] = {}
    seams: list[Seam] = []
    if names:
        _lay(tree, Region(0, 0, *size), _Wanted(names, least or {}), (), places, seams)
    return PlacedPanels(places, tuple(seams))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The panels to be placed, and what they need."""

    names: Collection[str]
    least: Least


def _fits(needed: tuple[int, int], size: tuple[int, int]) -> bool:
    return needed[0] <= size[0] and needed[1] <= size[1]


def _shown(split: Split, names: Collection[str]) -> list[tuple[int, SplitPart]]:
    """Return the parts that have something to show, with their numbers."""
    return [(i, part) for i, part in enumerate(split.parts) if any(name in names for name in panels_of(part.tree))]


def _needed(tree: Tree, names: Collection[str], least: Least) -> tuple[int, int]:
    """Return columns and rows that a tree needs."""
    if isinstance(tree, Pane):
        return least.get(tree.panel, LEAST)
    parts = _shown(tree, names)
    across = tree.sign == "|"
    along, beside = (0, 1) if across else (1, 0)
    needs = [_needed(part.tree, names, least) for _, part in parts]
    exact = len(parts) > 1
    total = sum(part.cells if part.cells and exact else need[along] for (_, part), need in zip(parts, needs, strict=True))
    total += len(parts) - 1 if across else 0
    widest = max(need[beside] for need in needs)
    return (total, widest) if across else (widest, total)


def _lay(tree: Tree, region: Region, wanted: _Wanted, path: Path, places: dict[str, Region], seams: list[Seam]) -> None:
    """Put the panels of a tree into a region."""
    if isinstance(tree, Pane):
        places[tree.panel] = region
        return
    parts = _shown(tree, wanted.names)
    across = tree.sign == "|"
    gap = 1 if across else 0
    needs = [_needed(part.tree, wanted.names, wanted.least)[0 if across else 1] for _, part in parts]
    whole = (region.width if across else region.height) - gap * (len(parts) - 1)
    sizes = allot(whole, _weights(tree, [i for i, _ in parts]), [part.cells for _, part in parts], needs)
    numbered = {i: size for (i, _), size in zip(parts, sizes, strict=True)}
    at, before = 0, -1
    for i, part in parts:
        if across:
            own = Region(region.x + at, region.y, numbered[i], region.height)
            border = Region(own.x - 1, own.y, 1, own.height)
        else:
            own = Region(region.x, region.y + at, region.width, numbered[i])
            border = Region(own.x, own.y, own.width, 1)
        if before >= 0:
            seams.append(Seam(border, tree.sign, path, before, i, numbered))
        _lay(part.tree, own, wanted, (*path, i), places, seams)
        at, before = at + numbered[i] + gap, i


def _weights(split: Split, shown: Sequence[int]) -> list[float]:
    """Return what each part in sight is to have of the whole; those without a share have alike of what the others leave."""
    given = [part.share for part in split.parts if part.share]
    bare = sum(not part.share and not part.cells for part in split.parts)
    left = 100 - sum(given)
    each = left / bare if bare and left > 0 else sum(given) / len(given) if given else 1.0
    return [split.parts[i].share or each for i in shown]


def allot(whole: int, weights: Sequence[float], exact: Sequence[int], least: Sequence[int]) -> list[int]:
    """Return whole numbers that sum to `whole`: exact ones, the others by weight, none below its least if that can be."""
    sizes = list(exact) if not all(exact) else [0] * len(exact)
    open_ = [i for i, size in enumerate(sizes) if not size]
    while open_:
        left = whole - sum(sizes)
        shares = _shared(left, [weights[i] for i in open_])
        low = [i for i, share in zip(open_, shares, strict=True) if share < least[i]]
        if not low or len(low) == len(open_):
            for i, share in zip(open_, shares, strict=True):
                sizes[i] = share
            break
        for i in low:
            sizes[i] = least[i]
        open_ = [i for i in open_ if i not in low]
    return sizes


def _shared(whole: int, weights: Sequence[float]) -> list[int]:
    """Return whole numbers by weight, rounded so that none is lost."""
    total, done, given, sizes = sum(weights), 0.0, 0, []
    for weight in weights:
        done += weight
        end = round(whole * done / total)
        sizes.append(end - given)
        given = end
    return sizes
