"""The losses of a run against a plain dictionary, with a capacity that is small enough to be filled."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import numpy as np
import pytest

from gradlab.axis import history
from gradlab.axis.history import LossHistory

CAPACITY = 16


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CAPACITY", CAPACITY)


def kept(found: LossHistory) -> dict[int, float]:
    return dict(zip(found.updates, found.losses, strict=True))


@pytest.mark.parametrize("seed", range(20))
def test_what_is_kept_is_every_so_many_updates_and_the_last_one(seed: int) -> None:
    dice, found, all_of_them = random.Random(seed), LossHistory(), dict[int, float]()
    for _ in range(60):
        start = dice.randrange(len(all_of_them) + 1)
        if dice.random() < 0.2:
            found.cut(start)
            all_of_them = {u: loss for u, loss in all_of_them.items() if u < start}
            last = None if not all_of_them else found.last
        else:
            losses = np.array([dice.random() for _ in range(dice.choice([1, 1, 2, 5, 40]))])
            found.add(start, losses)
            all_of_them = {u: loss for u, loss in all_of_them.items() if u < start}
            all_of_them |= {start + k: float(loss) for k, loss in enumerate(losses)}
            last = (start + len(losses) - 1, float(losses[-1]))
            assert kept(found) == {u: loss for u, loss in all_of_them.items() if u % found.stride == 0}
        assert found.last == last
        assert len(found.updates) <= CAPACITY + 1
        assert found.last is None or all_of_them[found.last[0]] == found.last[1]


def test_it_is_thinned_by_halves_and_only_when_it_is_full() -> None:
    found = LossHistory()
    found.add(0, np.arange(CAPACITY, dtype=float))
    assert (found.stride, len(found.updates)) == (1, CAPACITY)
    found.add(CAPACITY, [16.0])
    assert (found.stride, list(found.updates)) == (2, list(range(0, 17, 2)))
    assert found.losses.tolist() == [float(u) for u in range(0, 17, 2)]
    found.add(17, np.arange(17, 17 + 100, dtype=float))
    assert found.stride == 8
    assert list(found.updates) == list(range(0, 117, 8))


def test_what_is_cut_is_gone_from_its_update_on() -> None:
    found = LossHistory()
    found.add(0, np.arange(10.0))
    found.cut(10)
    assert found.last == (9, 9.0)
    found.cut(7)
    assert (list(found.updates), found.last) == (list(range(7)), (6, 6.0))
    found.cut(0)
    assert (len(found.updates), len(found.pairs())) == (0, 0)


def test_pairs_are_thinned_evenly_from_an_update_on_and_end_with_the_last() -> None:
    found = LossHistory()
    found.add(0, np.arange(12.0))
    assert found.pairs() == tuple((u, float(u)) for u in range(12))
    assert found.pairs(most=4) == ((0, 0.0), (4, 4.0), (8, 8.0), (11, 11.0))
    assert found.pairs(first=5, most=4) == ((5, 5.0), (8, 8.0), (11, 11.0))
    assert found.pairs(first=11) == ((11, 11.0),)
    assert found.pairs(first=12) == ()
    found.add(12, np.arange(12.0, 20.0))
    assert (found.stride, found.pairs(first=15)) == (2, ((16, 16.0), (18, 18.0), (19, 19.0)))


def lines_of(work: Callable[[], None], stop: int | None = None) -> int:
    """Return how many lines of a history are run in some work, which is interrupted before line `stop`."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal count
        if frame.f_code.co_filename != history.__file__:
            return None
        if event == "line":
            count += 1
            if count - 1 == stop:
                raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("first", [5, 8])
@pytest.mark.parametrize("block", [1, 2])
def test_an_interruption_at_any_line_leaves_pairs(block: int, first: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "CAPACITY", 8)
    more = [float(update) for update in range(first, 12)]

    def made() -> LossHistory:
        found = LossHistory(block)
        found.add(0, [float(update) for update in range(8)])
        return found

    whole = made()
    count = lines_of(lambda: whole.add(first, more))
    for line in range(count):
        found = made()
        with pytest.raises(KeyboardInterrupt):
            lines_of(partial(found.add, first, more), line)
        found.cut(first)
        assert all(update == loss for update, loss in found.pairs()), line
        found.add(first, more)
        assert found.pairs() == whole.pairs(), line
