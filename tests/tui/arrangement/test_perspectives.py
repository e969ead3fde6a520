"""Which layout there is for what a person is about to do, in every class of size."""

from __future__ import annotations

import pytest

from gradlab.tui.arrangement.arranged import Stance, Stock, arrange
from gradlab.tui.arrangement.perspectives import ALL, PERSPECTIVES, default_tree, size_class
from gradlab.tui.arrangement.tree import panels_of, read_layout, text_of
from gradlab.tui.panels import panel_kinds

NAMES = tuple(kind.name for kind in panel_kinds(outside=False))
SIZES = {"S": (80, 24), "M": (100, 30), "L": (120, 40), "XL": (200, 60)}


def stock(*without: str, urgent: tuple[str, ...] = ()) -> Stock:
    return Stock(NAMES, tuple(name for name in NAMES if name not in without), {"graph": (24, 9), "health": (24, 8)}, urgent)


def seen(perspective: str, size: tuple[int, int], *without: str, urgent: tuple[str, ...] = (), **chosen: str) -> list[str]:
    stance = Stance(perspective, **{"chosen": "", **chosen})
    return list(arrange(default_tree(perspective, size), stance, stock(*without, urgent=urgent), size, 3).places)


@pytest.mark.parametrize(
    ("size", "name"),
    [
        ((80, 24), "S"), ((99, 60), "S"), ((200, 25), "S"), ((100, 26), "M"), ((119, 60), "M"), ((120, 26), "L"),
        ((159, 60), "L"), ((200, 43), "L"), ((160, 44), "XL"),
    ],
)  # fmt: skip
def test_a_size_has_its_class(size: tuple[int, int], name: str) -> None:
    assert size_class(size) == name


def test_every_perspective_has_a_layout_of_known_panels_for_every_class() -> None:
    for one in ALL:
        assert set(one.trees) == {"S", "M", "L", "XL"}
        for text in one.trees.values():
            assert text_of(read_layout(text)) == text
            assert set(panels_of(read_layout(text))) <= {*NAMES, "caption"}
    assert len({one.letter for one in ALL}) == len(PERSPECTIVES) == 5


@pytest.mark.parametrize(
    ("perspective", "size", "panels"),
    [
        ("teach", "S", ["graph", "lesson"]),
        ("teach", "M", ["graph", "lesson"]),
        ("teach", "L", ["graph", "lesson", "node", "why"]),
        ("teach", "XL", ["lesson", "graph", "health", "node", "why", "plots"]),
        ("debug", "S", ["graph", "findings"]),
        ("debug", "M", ["graph", "findings", "why"]),
        ("debug", "L", ["graph", "health", "findings", "node", "why"]),
        ("debug", "XL", ["graph", "health", "time", "findings", "node", "why"]),
        ("train", "S", ["plots", "node"]),
        ("train", "L", ["graph", "node", "plots", "curve"]),
        ("train", "XL", ["graph", "plots", "curve", "node", "health", "time"]),
        ("play", "M", ["graph", "lesson"]),
        ("compare", "L", ["compare", "findings", "plots", "graph", "node"]),
    ],
)
def test_a_perspective_shows_its_panels(perspective: str, size: str, panels: list[str]) -> None:
    assert seen(perspective, SIZES[size]) == panels


def test_without_findings_their_slot_is_closed() -> None:
    assert seen("debug", (120, 40), "findings") == ["graph", "health", "node", "why"]


def test_the_caption_shows_what_matters_next() -> None:
    small = (80, 24)
    assert seen("debug", small, "findings")[1] == "why"
    assert seen("debug", small, urgent=("lesson",))[1] == "lesson"
    assert seen("debug", small, urgent=("lesson",), pinned="output")[1] == "output"
    assert seen("teach", small, "lesson")[1] == "node"
    assert seen("teach", small, chosen="why") == ["graph", "why"]


@pytest.mark.parametrize(
    ("size", "rows", "columns"),
    [((80, 24), 7, 80), ((69, 24), 3, 69), ((80, 19), 3, 80), ((40, 10), 3, 40), ((120, 25), 22, 48)],
)
def test_the_caption_is_low_in_a_low_terminal_and_stands_at_the_right_of_a_wide_one(
    size: tuple[int, int], rows: int, columns: int
) -> None:
    found = arrange(default_tree("teach", size), Stance(), stock(), size, 3)
    assert (found.caption, found.places["lesson"].height, found.places["lesson"].width) == ("lesson", rows, columns)


@pytest.mark.parametrize("size", [(20, 5), (39, 24), (80, 9)])
def test_a_tiny_terminal_has_no_panels(size: tuple[int, int]) -> None:
    found = arrange(default_tree("teach", size), Stance(), stock(), size, 3)
    assert (found.tiny, found.places) == (True, {})


def test_a_guest_has_the_slot_that_is_needed_least() -> None:
    assert seen("teach", (120, 40), guest="health") == ["graph", "lesson", "node", "health"]
    assert seen("teach", (100, 30), guest="why") == ["graph", "lesson", "why"]
    assert seen("teach", (80, 24), guest="why") == ["graph", "why"]
    assert seen("teach", (80, 24), guest="health") == ["health", "lesson"]
    assert seen("teach", (120, 40), guest="node") == ["graph", "lesson", "node", "why"]


def test_an_enlarged_panel_is_alone() -> None:
    assert seen("teach", (120, 40), enlarged="why") == ["why"]


def test_the_panel_with_the_keys_is_in_sight_also_where_there_is_no_room_for_all() -> None:
    size = (40, 12)
    for name in ("graph", "lesson"):
        assert name in seen("debug", size, chosen=name, guest=name)
