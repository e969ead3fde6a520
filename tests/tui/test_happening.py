"""What is told while nobody presses a key, and what can be done while something runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.geometry import Offset, Region, Size
from textual.pilot import Pilot

from gradlab.draw.happening import event_row, headline, toast_rows, with_notes, work_row
from gradlab.draw.ink import dump, text_of
from gradlab.lab.outcome import Event, Line, Outcome
from gradlab.lab.working import Work
from gradlab.tui import labthread
from gradlab.tui.app import GradlabApp
from gradlab.tui.keymap import COMMANDS
from gradlab.tui.moment import Moment, Said
from gradlab.tui.screens.browser import Browser
from gradlab.tui.screens.happening import event_of
from gradlab.tui.screens.playing import Playing
from gradlab.tui.screens.sweep import SweepScreen
from gradlab.tui.widgets.over import OverlayRows
from gradlab.tui.widgets.status import Status
from gradlab.tui.widgets.toast import Toast, place_for
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, type_line

MET = Event("stop", "breakpoint 1, when loss < 2.2", "loss = 2.01768285", "7 of 60 updates, 53 not run", "7.f.4", 3)


async def until(pilot: Pilot[Any], holds: Callable[[], object]) -> None:
    """Wait until something holds."""
    while not holds():
        await pilot.pause()


def test_a_stop_says_what_it_was_why_and_what_was_not_done() -> None:
    assert (
        dump(toast_rows(MET, [("!", "show it"), ("c", "go on"), ("esc", "close")]))
        == """\
╔ stopped ═════════════════════════════════╗
║ ● breakpoint 1, when loss < 2.2 at 7.f.4 ║
║   loss = 2.01768285                      ║
║   7 of 60 updates, 53 not run            ║
║   ! show it   c go on   esc close        ║
╚══════════════════════════════════════════╝"""
    )
    assert text_of(event_row(MET)) == ("● breakpoint 1, when loss < 2.2: loss = 2.01768285 · 7 of 60 updates, 53 not run")


def test_what_runs_says_how_far_how_fast_and_how_long_still_as_far_as_it_is_known() -> None:
    assert text_of(work_row(Work("train 60"))) == "train 60 …  esc stops"
    half = Work("train 1000", 0.5, 812.4, 61.0)
    assert text_of(work_row(half, 60)) == "train 1000 █████      50%  812/s  1:01 left  esc stops"
    assert text_of(work_row(half, 52)) == "train 1… █████      50%  812/s  1:01 left  esc stops"
    assert text_of(work_row(half)) == "train 1000 █████      50%  812/s  1:01 left  esc stops, what is done stays"
    waits = Work("train 1000", 0.5, 2.345, 61.0, 2)
    assert text_of(work_row(waits)) == "train 1000 █████      50%  2.35/s  1:01 left  2 waiting  esc drops these"


def test_findings_and_watches_stand_behind_why_a_run_stopped() -> None:
    outcome = Outcome((Line("stop", "x"), Line("finding", "NaN in a"), Line("watch", "watch 2: b = 1")), event=MET)
    assert with_notes(MET, outcome).left == "7 of 60 updates, 53 not run · NaN in a · watch 2: b = 1"
    assert headline(outcome) == Line("stop", "x · NaN in a · watch 2: b = 1")


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Said("train 3", Outcome(event=MET)), "stop"),
        (Said("train 3", Outcome((Line("finding", "NaN in a"),), event=Event("end", "trained"))), "finding"),
        (Said("train 3", Outcome(event=Event("end", "trained"))), "end"),
        (Said("forward", Outcome(), long=True), "end"),
        (Said("forward", Outcome()), None),
        (Said("check full", Outcome((Line("fail", "w: wrong"),)), long=True), "error"),
        (Said("train 9", Outcome((Line("stop", "stopped at 1.f.0"),)), long=True), None),
        (Said("forwrad", Outcome(), "error: no"), "error"),
    ],
)
def test_what_an_action_ends_with_is_an_event_where_somebody_may_not_know_it(said: Said, kind: str | None) -> None:
    event = event_of(said)
    assert (event and event.kind) == kind


@pytest.mark.parametrize("cursor", [Offset(0, 0), Offset(70, 4), Offset(70, 18), Offset(3, 3), Offset(79, 23)])
def test_a_toast_never_covers_the_cursor(cursor: Offset) -> None:
    place = place_for(Size(40, 6), Size(80, 24), cursor)
    assert not Region(*place, 40, 6).contains(*cursor)


async def stop_in_the_middle(pilot: Pilot[Any]) -> None:
    """Go to the beginning, and on to a breakpoint at the op that is the second one."""
    for line in ("goto 0.f.0", "break at 0.f.2", "continue"):
        await type_line(pilot, line)


async def test_the_end_of_what_took_long_has_no_toast_while_a_question_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(labthread, "LONG", 0.0)
    async with opened(size=(80, 24)) as (pilot, screen):
        await type_line(pilot, "forward")
        assert screen.query_one(Toast).display
        await type_line(pilot, "quiz grad(w1)")
        await type_line(pilot, "backward")
        assert (screen.query_one(Toast).display, screen.moment.snapshot.question) == (False, "grad(w1)")


async def test_a_toast_moves_away_from_a_lesson_that_comes_in_sight() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        await press(pilot, "space", "space", "1", "1")
        await stop_in_the_middle(pilot)
        before = screen.query_one(Toast).region
        await press(pilot, "4", "4")
        await pilot.pause()
        stop, *_ = screen.panels["lesson"].to_stay_clear()
        assert before.overlaps(stop)
        assert screen.query_one(Toast).display and not screen.query_one(Toast).region.overlaps(stop)


def test_a_toast_covers_the_least_of_what_is_to_stay_clear() -> None:
    question, lesson = Region(0, 12, 80, 5), Region(0, 10, 80, 12)
    assert (
        Region(*place_for(Size(40, 6), Size(80, 24), Offset(50, 3), [question, lesson]), 40, 6).intersection(lesson).area == 0
    )
    lesson = Region(0, 1, 80, 21)
    box = Region(*place_for(Size(40, 6), Size(80, 24), Offset(0, 0), [question, lesson]), 40, 6)
    assert box.intersection(question).area == 0
    assert place_for(Size(40, 6), Size(80, 24), Offset(0, 0), []) == Offset(39, 2)


@pytest.mark.parametrize("size", [(80, 24), (100, 30)])
@pytest.mark.parametrize("enlarges", ["4z", ""])
async def test_a_toast_does_not_cover_the_question_that_is_open(size: tuple[int, int], enlarges: str) -> None:
    async with opened(size=size) as (pilot, screen):
        await press(pilot, "space", "space", "space", "space", *enlarges)
        assert screen.moment.snapshot.question
        await stop_in_the_middle(pilot)
        toast, text = screen.query_one(Toast), screen_text(pilot)
        assert toast.display and "a answer" in text and "▌" in text
        lines = text.splitlines()
        covered = {line for y, line in enumerate(lines) if toast.region.y <= y < toast.region.bottom and "▌" in line}
        assert not covered or toast.region.right <= min(line.index("▌") for line in covered)


async def test_a_toast_makes_room_for_a_menu() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(80, 24)) as (pilot, screen):
        await stop_in_the_middle(pilot)
        screen.query_one(Toast).stand_clear([Region(0, 0, 80, 12)])
        screen.do_menu("view")
        assert screen.over is not None and screen.query_one(Toast).display
        screen._show_menu(screen.over)
        await pilot.pause()
        assert screen.query_one(OverlayRows).region.height > 5
        assert not screen.query_one(Toast).region.overlaps(screen.query_one(OverlayRows).region)


async def test_a_breakpoint_is_told_in_a_toast_that_takes_no_key_and_one_key_goes_there() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(100, 30)) as (pilot, screen):
        await type_line(pilot, "break when loss < 2")
        await type_line(pilot, "train 50")
        toast, there = screen.query_one(Toast), screen.moment.snapshot.position
        assert (toast.display, "breakpoint 1" in screen_text(pilot)) == (True, True) and "updates" in text_of(toast.rows[3])
        await press(pilot, "f")
        assert (toast.display, screen.moment.snapshot.position == there) == (False, False)
        await press(pilot, "exclamation_mark")
        assert screen.moment.snapshot.position == there


async def test_escape_closes_a_toast_before_all_else() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(100, 30)) as (pilot, screen):
        await press(pilot, "z")
        await type_line(pilot, "break at loss")
        await press(pilot, "c")
        assert (screen.query_one(Toast).display, screen.enlarged) == (True, True)
        await press(pilot, "escape")
        assert (screen.query_one(Toast).display, screen.enlarged) == (False, True)
        await press(pilot, "escape")
        assert (screen.query_one(Toast).display, screen.enlarged) == (False, False)


async def test_one_can_look_about_while_something_runs_and_what_is_typed_waits() -> None:
    async with opened(lambda: lab_of(MATRICES)) as (pilot, screen):
        thread = screen.thread
        assert thread is not None
        thread.do("train 100000000")
        await until(pilot, lambda: screen.moment.work.action)
        seen = next(i for i in range(len(screen.moment.nodes)) if i != screen.moment.focus)
        thread.look(seen, 0, {})
        await until(pilot, lambda: screen.moment.focus == seen)
        assert screen.moment.work.action == "train 100000000"
        await pilot.press("n", "n")
        await until(pilot, lambda: screen.query_one(Status).work.waiting == 2)
        await pilot.press("escape")
        assert thread.waiting == 0 and thread.running
        await press(pilot, "escape")
        assert not thread.running and screen.moment.focus == seen
        told = screen.query_one(Status).last
        assert isinstance(told, Line) and "of 100,000,000 updates" in told.text and "not run" in told.text
        assert screen.query_one(Toast).display is False


async def test_a_drag_over_the_strip_shows_the_position_and_letting_go_goes_there() -> None:
    async with opened() as (pilot, screen):
        await press(pilot, "f")
        status = screen.query_one(Status)
        first = screen_text(pilot).splitlines()[-2].index("f")
        await pilot.mouse_down(Status, offset=(first + 1, 0))
        assert status.scrubs == "0.f.1"
        await pilot.hover(Status, offset=(first + 3, 0))
        assert "goto 0.f.3" in screen_text(pilot) and str(screen.moment.snapshot.position) != "0.f.3"
        await pilot.mouse_up(Status, offset=(first + 3, 0))
        await press(pilot)
        await until(pilot, lambda: str(screen.moment.snapshot.position) == "0.f.3")
        assert not status.scrubs


async def test_before_anything_has_run_the_strip_says_how_to_begin() -> None:
    async with opened(size=(120, 40)) as (pilot, _):
        assert "to begin: ␣ goes through the lesson, n runs one op" in screen_text(pilot)
        await press(pilot, "n")
        assert "to begin: " not in screen_text(pilot)
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, _):
        assert "to begin: n runs one op" in screen_text(pilot)


async def test_the_last_deed_is_done_again_by_one_key() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await press(pilot, "comma")
        assert "nothing was done yet that could be done again" in screen_text(pilot)
        await press(pilot, "n", "comma", "comma")
        assert screen.moment.snapshot.position.op == 3
        await type_line(pilot, "forwrad")
        await press(pilot, "comma")
        assert screen.moment.snapshot.position.op == 4, "what failed is not done again"


PLACES: dict[str, type] = {"browse": Browser, "sweep": SweepScreen}
"""Screens that have keys of their own."""


def test_every_command_of_the_table_has_something_that_does_it() -> None:
    for command in COMMANDS:
        name = (command.does or command.name.replace("-", "_")).split()[0]
        own = PLACES.get(command.where, Playing)
        does = hasattr(own, f"do_{name}") or hasattr(own, f"action_{name}") or hasattr(GradlabApp, f"action_{name}")
        assert command.line or command.prompt or does or command.why_not(Moment()), command.name


async def test_a_breakpoint_that_was_met_is_a_sign_on_the_run_in_which_it_was_and_on_no_other() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, _):
        await type_line(pilot, "break when loss < 2")
        await type_line(pilot, "train 50")
        await type_line(pilot, "clear 1")
        await type_line(pilot, "train 5")
        assert "●" in screen_text(pilot).splitlines()[-2]
        await type_line(pilot, "seed 3")
        await type_line(pilot, "train 50")
        assert "●" not in screen_text(pilot).splitlines()[-2]


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (45, 12), (24, 5)])
async def test_how_to_stop_what_runs_is_read_at_every_size(size: tuple[int, int]) -> None:
    async with opened(lambda: lab_of(MATRICES), size=size) as (pilot, screen):
        assert screen.thread is not None
        screen.thread.do("train 100000000 updates")
        while not screen.moment.work.rate:
            await pilot.pause()
        assert "esc stops" in "".join(screen_text(pilot).splitlines()[-2:])
