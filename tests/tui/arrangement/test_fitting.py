"""Where the panels stand: nothing is lost, nothing overlaps, nothing is too small."""

from __future__ import annotations

import itertools

import pytest
from textual.geometry import Region

from gradlab.tui.arrangement.fitting import LEAST, allot, place
from gradlab.tui.arrangement.tree import panels_of, read_layout
from tests.tui.arrangement.trees import small_trees

SIZES = tuple(itertools.product((16, 33, 40, 80, 119, 200), (3, 6, 9, 21, 37, 57)))


@pytest.mark.parametrize("size", SIZES)
def test_panels_and_seams_fill_every_size_and_never_overlap(size: tuple[int, int]) -> None:
    for tree in small_trees(4):
        found = place(tree, size, panels_of(tree))
        bars = [seam.place for seam in found.seams if seam.sign == "|"]
        areas = [*found.places.values(), *bars]
        assert sum(region.area for region in areas) == size[0] * size[1]
        assert all(not a.overlaps(b) for a, b in itertools.combinations(areas, 2))
        assert all(Region(0, 0, *size).contains_region(region) for region in areas)
        if len(found.places) > 1:
            assert all(r.width >= LEAST[0] and r.height >= LEAST[1] for r in found.places.values())


def test_where_there_is_no_room_those_that_stand_last_are_left_out() -> None:
    tree = read_layout("a | (b / c / d)")
    assert list(place(tree, (80, 12), "abcd").places) == ["a", "b", "c", "d"]
    assert list(place(tree, (80, 8), "abcd").places) == ["a", "b", "c"]
    assert list(place(tree, (20, 8), "abcd").places) == ["a"]
    assert list(place(tree, (80, 12), "abcd", {"d": (16, 9)}).places) == ["a", "b", "c"]


def test_the_slot_of_a_panel_with_nothing_to_show_is_closed() -> None:
    tree = read_layout("a 50 | (b 60 / c)")
    assert place(tree, (81, 20), "ab").places == {"a": Region(0, 0, 40, 20), "b": Region(41, 0, 40, 20)}
    assert place(tree, (81, 20), "c").places == {"c": Region(0, 0, 81, 20)}
    assert place(tree, (81, 20), "").places == {}


def test_an_exact_part_keeps_its_rows_while_there_is_another() -> None:
    tree = read_layout("graph / caption =7")
    assert place(tree, (80, 21), ("graph", "caption")).places["caption"] == Region(0, 14, 80, 7)
    assert place(tree, (80, 21), ("caption",)).places["caption"] == Region(0, 0, 80, 21)


def test_shares_are_those_of_the_text_and_the_rest_is_shared_alike() -> None:
    tree = read_layout("a 50 | b | c")
    assert [r.width for r in place(tree, (102, 5), "abc").places.values()] == [50, 25, 25]


@pytest.mark.parametrize(
    ("whole", "weights", "exact", "least", "sizes"),
    [
        (10, [1, 1, 1], [0, 0, 0], [1, 1, 1], [3, 4, 3]),
        (20, [58, 42], [0, 0], [3, 3], [12, 8]),
        (20, [95, 5], [0, 0], [3, 3], [17, 3]),
        (20, [1, 1], [0, 7], [3, 3], [13, 7]),
        (20, [1, 1], [7, 7], [3, 3], [10, 10]),
    ],
)
def test_cells_are_shared_out_so_that_none_is_lost(
    whole: int, weights: list[float], exact: list[int], least: list[int], sizes: list[int]
) -> None:
    assert allot(whole, weights, exact, least) == sizes


def test_a_seam_says_what_it_divides() -> None:
    found = place(read_layout("a | (b / c)"), (81, 20), "abc")
    across, below = found.seams
    assert (across.place, across.sign, across.split, across.sizes) == (Region(40, 0, 1, 20), "|", (), {0: 40, 1: 40})
    assert (below.place, below.sign, below.split, below.before, below.behind) == (Region(41, 10, 40, 1), "/", (1,), 0, 1)
