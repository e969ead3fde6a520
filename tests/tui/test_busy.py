"""How often the work that runs is drawn."""

from __future__ import annotations

from itertools import count

import pytest

from gradlab.lab.snapshot import Snapshot
from gradlab.lab.working import Work
from gradlab.tui import busy
from gradlab.tui.busy import SHARE, Busy, DatedPictures, FramePace
from gradlab.tui.moment import Look


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


class Dated:
    """A picture that says of which update it is, or does not."""

    def __init__(self, dated: bool) -> None:
        self.dated = dated


@pytest.mark.parametrize("dated", [True, False])
def test_a_picture_that_says_its_update_is_made_again_when_it_costs_a_small_share(clocks: Clocks, dated: bool) -> None:
    pictures, made = DatedPictures(), 0

    def make() -> Dated:
        nonlocal made
        made += 1
        clocks.own += 0.01
        return Dated(dated)

    def request(lab: object, look: Look) -> None:
        raise AssertionError

    for _ in range(100):
        pictures.get("why", request, Look(Snapshot(), 1, 0), make)
        clocks.own += 0.02
    assert made == (100 if not dated else 4)
    for look in (Look(Snapshot(), 1, 1), Look(Snapshot(), 2, 1)):
        before = made
        pictures.get("why", request, look, make)
        assert made == before + 1
