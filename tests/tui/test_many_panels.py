"""More panels than there are digits: the eleventh is reached by its letter, the palette and tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import pytest

from gradlab.draw.ink import Row, row
from gradlab.tui.moment import Moment, Request
from gradlab.tui.panels import PANELS, Panel, PanelKind, panel_kinds
from gradlab.tui.panels._panel import numbered
from tests.tui.driving import opened, press, screen_text, settle


class Extra(Panel):
    BINDINGS: ClassVar = [("W", "count", "count")]
    count = 0

    def action_count(self) -> None:
        self.count += 1
        self.redraw()

    def draw(self, width: int) -> Sequence[Row]:
        return [row((f"this is {self.kind} at {self.moment.snapshot.position}, counted {self.count}", ""))]


def kind(name: str, letter: str, order: int = 1) -> PanelKind:
    return PanelKind(name, order, name, "How to read it.", lambda: Extra(name), letter=letter)


@pytest.fixture
def eleven(monkeypatch: pytest.MonkeyPatch) -> None:
    extras = {"eleventh": kind("eleventh", "e", 2)}
    monkeypatch.setattr(PANELS, "_outside", extras)


def names(screen_kinds: Sequence[PanelKind]) -> list[str]:
    return [kind.name for kind in screen_kinds]


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
@pytest.mark.parametrize("keys", [("v", "e"), ("ctrl+p", *"show elev", "enter")])
async def test_the_eleventh_is_reached_and_has_the_keys(eleven: None, size: tuple[int, int], keys: tuple[str, ...]) -> None:
    async with opened(size=size) as (pilot, screen):
        await press(pilot, "n", *keys)
        assert screen.chosen == "eleventh"
        assert "this is eleventh at 0.f.1, counted 0" in screen_text(pilot)
        assert "e eleventh" in screen_text(pilot)
        await press(pilot, "W", "n")
        assert "this is eleventh at 0.f.2, counted 1" in screen_text(pilot)
        await press(pilot, "question_mark")
        assert "e eleventh: how to read it" in screen_text(pilot)
        await press(pilot, "escape", "shift+tab")
        assert screen.chosen != "eleventh"


async def test_the_first_ten_have_digits_and_keep_them(eleven: None) -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        assert names(screen.kinds)[:10] == names(panel_kinds(outside=False))[:10]
        for panel in screen.kinds[:10]:
            await press(pilot, panel.digit)
            assert screen.chosen == panel.name


async def test_a_panel_out_of_sight_is_a_name_in_the_last_rule(eleven: None) -> None:
    async with opened(size=(120, 40)) as (pilot, _):
        assert "5 health  6 plots  v more ─" in screen_text(pilot)


async def test_the_menu_of_v_shows_the_letters_to_who_hesitates_and_any_other_key_closes_it(eleven: None) -> None:
    async with opened() as (pilot, screen):
        await press(pilot, "v")
        assert "━ view ━" not in screen_text(pilot)
        assert screen.over is not None
        screen._show_menu(screen.over)
        await settle(pilot)
        for text in ("━ view ━", "g graph", "h health", "e eleventh", "esc closes"):
            assert text in screen_text(pilot)
        await press(pilot, "9")
        assert "━ view ━" not in screen_text(pilot)
        assert (screen.chosen, screen.enlarged) == ("graph", False)


async def test_a_panel_that_cannot_be_made_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def make() -> Panel:
        raise ValueError("no")

    bad = PanelKind("bad", 1, "bad", "", make, letter="b")
    monkeypatch.setattr(PANELS, "_outside", {"bad": bad, "good": kind("good", "q")})
    async with opened() as (pilot, screen):
        assert "bad" not in names(screen.kinds)
        await press(pilot, "v", "q")
        assert "this is good" in screen_text(pilot)


def test_a_letter_is_the_first_ones_and_the_other_is_refused_with_both_names() -> None:
    said: list[str] = []
    first, second, third = numbered(
        [kind("one", "o"), kind("two", "o"), kind("three", "!")], lambda kind, problem: said.append(problem)
    )
    assert (first.letter, second.letter, third.letter) == ("o", "", "")
    assert said == ["the letter `o` of the panel `two` is that of the panel `one`", "`!` is no letter for the panel `three`"]


def test_our_own_panels_have_letters_of_their_own_and_digits() -> None:
    kinds = panel_kinds(outside=False)
    assert len({kind.letter for kind in kinds}) == len(kinds)
    assert "".join(kind.digit for kind in kinds) == "1234567890"


class Clumsy(Extra):
    """Raises wherever it is asked for something."""

    def show(self, moment: Moment) -> None:
        raise ZeroDivisionError("show")

    def cursor(self, way: str) -> str:
        raise ZeroDivisionError("cursor")

    def enter(self) -> str:
        raise ZeroDivisionError("enter")

    def has_content(self, moment: Moment) -> bool:
        raise ZeroDivisionError("has_content")

    def request(self) -> Request | None:
        raise ZeroDivisionError("request")

    def action_count(self) -> None:
        raise ZeroDivisionError("count")


async def test_a_panel_from_outside_that_raises_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    clumsy = PanelKind("clumsy", 2, "clumsy", "How to read it.", lambda: Clumsy("clumsy"), letter="y")
    monkeypatch.setattr(PANELS, "_outside", {"clumsy": clumsy})
    async with opened() as (pilot, screen):
        await press(pilot, "n", "v", "y", "down", "enter", "W", "n")
        assert screen.chosen == "clumsy"
        assert screen.moment.snapshot.position.op == 2
