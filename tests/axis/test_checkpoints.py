"""What is kept of a run: where one can start from, and that it never takes more than was allowed."""

from __future__ import annotations

import random

import numpy as np
import pytest

from gradlab.axis.checkpoints import Bookmark, Checkpoints, shortage
from gradlab.axis.position import Position

FLAGS = np.zeros((2, 1), bool)
SIZE = 64 + 80 + 64
"""Bytes that one checkpoint of ten numbers is counted as."""


def values(update: int) -> dict[int, np.ndarray]:
    return {3: np.full(10, float(update))}


def mark(place: Position, numbers: int = 10) -> Bookmark:
    return Bookmark(place, np.zeros(numbers), FLAGS, {}, 0, "train")


@pytest.mark.parametrize("seed", range(20))
def test_it_holds_no_more_than_half_the_budget_and_the_first_and_the_last_two(seed: int) -> None:
    dice, kept, seen = random.Random(seed), Checkpoints(budget=2 * 6 * SIZE), set[int]()
    for _ in range(80):
        update = dice.randrange(60)
        if dice.random() < 0.1:
            kept.forget(update)
            seen = {u for u in seen if u <= update}
        else:
            kept.keep(update, values(update))
            seen.add(update)
        held = sorted(kept.kept)
        assert set(held) <= seen
        assert len(held) <= 6
        assert kept._bytes == len(held) * SIZE
        assert all(kept.kept[u][3][0] == u for u in held)
        if held:
            at = dice.randrange(60)
            assert kept.nearest(at) == max([u for u in held if u <= at], default=0)


def test_every_second_is_dropped_but_the_first_and_the_last_two() -> None:
    kept = Checkpoints(budget=2 * 6 * SIZE)
    for update in range(7):
        kept.keep(update, values(update))
    assert sorted(kept.kept) == [0, 2, 4, 5, 6]
    kept.keep(4, values(99))
    assert kept.kept[4][3][0] == 4, "what is kept of an update is kept once"


def test_the_beginning_of_an_update_outlives_a_change_in_it() -> None:
    kept = Checkpoints()
    for update in range(5):
        kept.keep(update, values(update))
        kept.mark(mark(Position(update)))
        kept.mark(mark(Position(update, "b")))
    kept.forget(4)
    assert sorted(kept.kept) == [0, 1, 2, 3, 4]
    assert [b.position for b in kept.bookmarks] == [Position(3), Position(3, "b"), Position(4)]
    kept.forget(2)
    assert (sorted(kept.kept), kept.bookmarks) == ([0, 1, 2], [])


def test_the_latest_four_bookmarks_are_kept_and_one_a_position() -> None:
    kept = Checkpoints()
    for op in range(6):
        kept.mark(mark(Position(1, "b", op)))
    kept.mark(mark(Position(1, "b", 4)))
    assert [b.position.op for b in kept.bookmarks] == [2, 3, 5, 4]
    found = kept.bookmark(Position(1, "u"))
    assert found is not None
    assert found.position == Position(1, "b", 5)
    assert kept.bookmark(Position(1, "b", 4)) is kept.bookmarks[-1]
    assert kept.bookmark(Position(1, "b", 1)) is None
    assert kept.bookmark(Position(2)) is None


@pytest.mark.parametrize(("arenas", "most"), [(4, 2), (5, 2), (6, 3), (8, 4), (20, 4)])
def test_bookmarks_take_no_more_than_half_the_budget(arenas: int, most: int) -> None:
    kept = Checkpoints(budget=arenas * 80)
    assert kept.fits(80)
    for op in range(6):
        kept.mark(mark(Position(0, "f", op)))
    assert [b.position.op for b in kept.bookmarks] == list(range(6 - most, 6))


def test_an_arena_fits_where_two_of_it_take_half_the_budget() -> None:
    assert Checkpoints(budget=320).fits(80)
    assert not Checkpoints(budget=319).fits(80)


def test_a_budget_with_room_for_three_places_is_no_shortage() -> None:
    kept = Checkpoints(6 * SIZE)
    for update in range(9):
        kept.keep(update, values(update))
        assert {0, update}.issubset(kept.kept)
        assert len(kept.kept) <= 3
    assert shortage(6 * SIZE, [80]) == ""
    assert "keeps the last two updates only, 1K each" in shortage(6 * SIZE - 1, [80])
