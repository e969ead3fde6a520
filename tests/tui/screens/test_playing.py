"""A lesson that plays by itself on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from gradlab.tui.app import GradlabApp
from gradlab.tui.screens.playing import Playing, speed_of
from tests.tui.driving import lab_of, press, screen_text, settle, type_line

ROUNDS = 400
"""Rounds of 20 ms that a state may take to come."""


@asynccontextmanager
async def playing(speed: float = 20.0, until: str = "", *, plays: bool = True) -> AsyncIterator[tuple[Pilot[Any], Playing]]:
    """Run the app on a lesson that plays."""
    app = GradlabApp(make=lab_of, screen=lambda make, title: Playing(make, title, speed, until, plays=plays))
    async with app.run_test(size=(120, 34)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, Playing)
        while screen.thread is None or not screen.timing.beats:
            await pilot.pause()
        await settle(pilot)
        yield pilot, screen


async def comes(pilot: Pilot[Any], screen: Playing, state: str) -> None:
    """Wait for a state of the player."""
    for _ in range(ROUNDS):
        if screen.state == state:
            return
        await pilot.pause(0.02)
    raise AssertionError(f"it never {state}, but {screen.state}: {screen.timing.at} of {len(screen.timing.beats)}")


def stop(screen: Playing) -> str:
    """Return the text of the present stop."""
    assert screen.timing.here is not None
    return screen.timing.here.text


async def test_it_plays_to_a_question_waits_and_plays_on_to_the_end() -> None:
    async with playing() as (pilot, screen):
        await comes(pilot, screen, "waits")
        assert stop(screen) == "what is grad(dot)?"
        assert "◇ waits  ×20" in screen_text(pilot)
        await press(pilot, "a", *"0.1966", "enter")
        await comes(pilot, screen, "ended")
        assert screen.moment.snapshot.position.phase == "b"


async def test_space_stops_it_and_goes_on() -> None:
    async with playing(speed=0.1) as (pilot, screen):
        assert screen.state == "plays"
        await press(pilot, "space")
        assert (screen.state, screen._timer) == ("stands", None)
        await press(pilot, "space")
        assert screen.state == "plays"
        assert screen._timer is not None


async def test_a_stop_forth_and_back_by_the_keys_of_a_clicker() -> None:
    async with playing(plays=False) as (pilot, screen):
        there = [(stop(screen), str(screen.moment.snapshot.position))]
        for _ in range(3):
            await press(pilot, "pagedown")
            there.append((stop(screen), str(screen.moment.snapshot.position)))
        assert [text for text, _ in there][-1] == "say watch the sum"
        for before in reversed(there[:-1]):
            await press(pilot, "pageup")
            assert (stop(screen), str(screen.moment.snapshot.position)) == before
        await press(pilot, "pageup")
        assert "this is the beginning" in screen_text(pilot)


async def test_another_speed_is_typed() -> None:
    async with playing(speed=0.1, plays=False) as (pilot, screen):
        await type_line(pilot, "speed 3")
        assert screen.speed == 3.0
        await type_line(pilot, "speed 0")
        assert screen.speed == 3.0
        assert "`0` is no speed: 0.1 to 20" in screen_text(pilot)


async def test_it_does_not_go_on_while_somebody_types() -> None:
    async with playing(plays=False) as (pilot, screen):
        await press(pilot, "colon")
        screen.plays = True
        screen._wind()
        at = screen.timing.at
        await asyncio.sleep(0.3)
        await settle(pilot)
        assert screen.timing.at == at
        await press(pilot, "escape")
        await comes(pilot, screen, "waits")


def test_a_speed_is_a_number_in_its_range() -> None:
    assert [speed_of(text) for text in ("2", "×2", "x0.5", "0.1", "20")] == [2.0, 2.0, 0.5, 0.1, 20.0]
    assert [speed_of(text) for text in ("", "0", "21", "nan", "fast", "-1")] == [None] * 6
