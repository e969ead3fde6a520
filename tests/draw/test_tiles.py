"""Several drawings share a panel: beside each other where it is wide, below each other where it is high."""

from __future__ import annotations

import pytest

from gradlab.draw.ink import row, text_of
from gradlab.draw.tiles import LEAST, tiled, tiles


@pytest.mark.parametrize(
    ("count", "size", "expected"),
    [
        (2, (80, 20), (2, 2)), (2, (50, 20), (2, 1)), (2, (50, 10), (1, 1)), (3, (120, 10), (3, 3)), (4, (80, 20), (4, 2)),
        (3, (80, 20), (3, 2)), (1, (20, 5), (1, 1)),
    ],
)  # fmt: skip
def test_as_many_drawings_as_there_is_room_for_stand_beside_then_below(
    count: int, size: tuple[int, int], expected: tuple[int, int]
) -> None:
    how = tiles(count, *size)
    assert (how.count, how.columns) == expected
    assert how.columns * how.width + 3 * (how.columns - 1) <= size[0]
    assert how.count == 1 or (how.width >= LEAST[0] and how.height >= LEAST[1])


def test_drawings_are_cut_and_filled_to_their_tiles() -> None:
    how = tiles(2, 80, 10)
    long = [row(("x" * 200, ""))] * 50
    rows = [text_of(line) for line in tiled([[row("a")], long], how)]
    assert len(rows) == how.height
    assert rows[0].startswith("a" + " " * (how.width - 1) + " │ x")
    assert all(len(line) == 2 * how.width + 3 for line in rows)
