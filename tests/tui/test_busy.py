"""How often the work that runs is drawn."""

from __future__ import annotations

from itertools import count

import pytest

from gradlab.lab.working import Work
from gradlab.tui import busy
from gradlab.tui.busy import SHARE, Busy, FramePace


class Clocks:
    """Three clocks that are set by hand."""

    def __init__(self) -> None:
        self.now = self.all = self.own = 0.0


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    """Return the clocks that a pace looks at."""
    found = Clocks()
    monkeypatch.setattr(busy, "monotonic", lambda: found.now)
    monkeypatch.setattr(busy, "process_time", lambda: found.all)
    monkeypatch.setattr(busy, "thread_time", lambda: found.own)
    return found


@pytest.mark.parametrize("cost", [0.001, 0.02, 0.06, 0.3])
def test_drawing_takes_a_small_share_of_the_time_of_the_work_but_one_picture_a_second(clocks: Clocks, cost: float) -> None:
    pace, drawn, worked = FramePace(), 0, 0.0
    for _ in count():
        for clock in ("now", "all", "own"):
            setattr(clocks, clock, getattr(clocks, clock) + 0.02)
        worked += 0.02
        if worked > 60:
            break
        if pace.due(looked=False):
            pace.rest()
            drawn += 1
            clocks.own += cost / 2  # the picture is asked for in this thread, and drawn in another one
            clocks.all += cost
            clocks.now += cost / 2
            pace.resume()
    assert drawn <= 10 * worked
    assert drawn * cost <= (SHARE * worked + cost) or drawn <= worked + 1
    assert drawn >= 30


def test_somebody_who_looks_about_sees_it_soon(clocks: Clocks) -> None:
    pace = FramePace()
    clocks.all = 50.0
    clocks.now = 0.05
    assert (pace.due(looked=True), pace.due(looked=False)) == (True, False)
    clocks.now = 0.02
    assert not pace.due(looked=True)


def test_the_rate_and_the_time_that_is_left_follow_from_what_was_done(clocks: Clocks) -> None:
    clocks.now = 4.0
    found = Busy("train 1000", 0.25, began=2.0, update=100).work(350, 3)
    assert found == Work("train 1000", 0.25, 125.0, 6.0, 3)
    assert Busy().work(350, 3) == Work()
