from __future__ import annotations

from itertools import pairwise

from textual.geometry import Region
from textual.strip import Strip

from gradlab.tui.widgets.compositor import SparingCompositor, runs
from tests.tui.driving import opened, press, type_line

KEYS = (
    "n",
    "n",
    "f",
    "n",
    "n",
    "N",
    "2",
    "]",
    "3",
    "]",
    "1",
    "plus",
    "minus",
    "5",
    "[",
    "escape",
    "f",
    "z",
    "escape",
    "7",
    "1",
)


def test_runs_are_cut_at_gaps() -> None:
    assert list(runs([1, 2, 3, 7, 9, 10])) == [(1, 3), (7, 7), (9, 10)]
    assert list(runs([])) == []


async def test_what_is_drawn_in_a_dirty_part_is_what_textual_draws_there() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        found = screen._compositor
        assert isinstance(found, SparingCompositor)
        await press(pilot, *KEYS)
        await type_line(pilot, "train 3")
        whole = found._render_chops(found.size.region, lambda y: True)
        for region in (Region(0, 0, 120, 40), Region(30, 3, 50, 9), Region(119, 39, 1, 1), Region(70, 0, 2, 40)):
            spans = [(y, region.x, region.right) for y in region.line_range]
            chops = found.chops_of(spans)
            for y, first, last in spans:
                assert drawn(chops[y], found.cuts[y], first, last) == drawn(whole[y], found.cuts[y], first, last)


def drawn(line: object, cuts: list[int], first: int, last: int) -> list[tuple[int, str]]:
    """The pieces of a line that touch a part of it, as text; one that is missing fails."""
    assert isinstance(line, dict)
    touched = [cut for cut, end in pairwise(cuts) if first < end and last > cut]
    pieces: list[tuple[int, str]] = []
    for cut in touched:
        assert isinstance(line[cut], Strip)
        pieces.append((cut, line[cut].text))
    return pieces


async def test_lines_that_are_clean_and_widgets_that_are_covered_are_not_asked() -> None:
    async with opened(size=(120, 40)) as (_, screen):
        found = screen._compositor
        assert isinstance(found, SparingCompositor)
        chops = found.chops_of([(0, 0, 120), (39, 0, 120)])
        assert all(strip is None for y in range(1, 39) for strip in chops[y].values())
        assert all(strip is not None for y in (0, 39) for strip in chops[y].values())
