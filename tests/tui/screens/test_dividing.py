"""A person changes the layout: by keys, with the mouse, and by typing it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.geometry import Offset
from textual.pilot import Pilot

from gradlab.tui.arrangement.kept import layouts_file
from gradlab.tui.arrangement.tree import text_of
from gradlab.tui.screens.laboratory import Laboratory
from gradlab.tui.widgets.area import Area
from tests.tui.driving import opened, press, screen_text, settle, type_line

TEACH = "graph 58 | (lesson 60 / node 25 / why 15)"


def layout(screen: Laboratory) -> str:
    """The layout as it stands."""
    assert screen.arrangement.tree is not None
    return text_of(screen.arrangement.tree)


async def do(pilot: Pilot[Any], screen: Laboratory, *names: str) -> None:
    for name in names:
        method, *arguments = name.split()
        getattr(screen, f"do_{method}")(*arguments)
        await settle(pilot)


async def test_a_slot_is_split_and_the_new_one_shows_the_next_panel() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await do(pilot, screen, "split_right")
        assert layout(screen) == "graph 29 | output 29 | (lesson 60 / node 25 / why 15)"
        await press(pilot, "2")
        await do(pilot, screen, "split_below")
        assert layout(screen) == "graph 29 | output 29 | (lesson 60 / node 12.5 / health 12.5 / why 15)"


async def test_a_panel_is_hidden_and_the_last_one_stays() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await do(pilot, screen, "hide")
        assert layout(screen) == "lesson 60 / node 25 / why 15"
        assert screen.chosen == "lesson"
        await do(pilot, screen, "hide", "hide", "hide")
        assert layout(screen) == "why"
        assert "the last panel stays" in screen_text(pilot)


async def test_parts_become_even_and_the_layout_comes_back_as_it_was() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await do(pilot, screen, "even")
        assert layout(screen) == "graph | (lesson / node / why)"
        assert "teach* · train" in screen_text(pilot)
        await do(pilot, screen, "reset_layout")
        assert layout(screen) == TEACH
        assert "teach · train" in screen_text(pilot)


async def test_a_seam_moves_with_the_arrows_as_far_as_panels_are_not_too_small() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await do(pilot, screen, "seam right", "seam right", "seam left")
        assert screen.arrangement.places["graph"].width == 71
        await press(pilot, "2")
        top = screen.arrangement.places["node"].y
        await do(pilot, screen, "seam down")
        assert (screen.arrangement.places["node"].y, screen.arrangement.places["why"].y) == (top, 32)
        for _ in range(30):
            await do(pilot, screen, "seam left")
        assert screen.arrangement.places["graph"].width >= 24
        await press(pilot, "1")
        await do(pilot, screen, "seam up")
        assert "there is no seam to move that way" in screen_text(pilot)


async def drag(pilot: Pilot[Any], start: Offset, end: Offset) -> None:
    await pilot.mouse_down(offset=start)
    await pilot.hover(offset=end)
    await pilot.mouse_up(offset=end)
    await settle(pilot)


async def test_seams_are_dragged_and_kept_when_they_are_let_go() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        held = screen.query_one(Area)
        across, below = (next(seam for seam in screen.arrangement.seams if seam.sign == sign) for sign in "|/")
        assert not layouts_file().exists()
        seam, to = across, across.place.x - 9
        held.post_message(Area.Dragged(seam, to))
        await settle(pilot)
        assert screen.panels["graph"].region.width == screen.arrangement.places["graph"].width == to
        assert not layouts_file().exists()
        held.post_message(Area.Dragged(below, 18))
        held.post_message(Area.Dropped())
        await settle(pilot)
        assert screen.panels["node"].region.y == 19
        assert screen.arrangement.places["node"].y == 18
        assert "[teach]" in layouts_file().read_text()


async def test_the_mouse_takes_a_seam_along() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        area = screen.query_one(Area)
        assert area.seam_at(Offset(69, 5)) is not None
        assert area.seam_at(Offset(5, 5)) is None
        await drag(pilot, Offset(69, 10), Offset(60, 10))
        assert screen.panels["graph"].region.width == screen.arrangement.places["graph"].width == 60
        assert (screen.chosen, screen.enlarged) == ("graph", False)


async def test_a_layout_is_remembered_for_its_perspective_and_size() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await do(pilot, screen, "even")
    async with opened(size=(120, 40)) as (pilot, screen):
        assert layout(screen) == "graph | (lesson / node / why)"
        assert "teach* · train" in screen_text(pilot)
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        assert layout(screen) == "graph 58 | lesson"
        screen.show_perspective("debug")
        await settle(pilot)
        assert "even" not in layout(screen)
        assert "debug · train" in screen_text(pilot)


async def test_a_layout_is_kept_under_a_name() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await do(pilot, screen, "even", "keep_layout mine", "reset_layout")
        assert layout(screen) == TEACH
        await type_line(pilot, "layout mine")
        assert layout(screen) == "graph | (lesson / node / why)"
        await type_line(pilot, "layout keep teach")
        assert "`teach` cannot be the name of a layout" in screen_text(pilot)


async def test_a_layout_is_typed_and_not_kept() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await type_line(pilot, 'layout "health 40 | (graph / node)"')
        assert layout(screen) == "health 40 | (graph / node)"
        assert not layouts_file().exists()
        await type_line(pilot, "layout graph / why =9")
        assert layout(screen) == "graph / why =9"
        for line, note in {
            "layout graph | grahp": "there is no panel `grahp`; did you mean `graph`?",
            "layout graph | (": "no layout: the layout ends where the name of a panel is to stand",
        }.items():
            await type_line(pilot, line)
            assert note in screen_text(pilot)
        assert layout(screen) == "graph / why =9"


async def test_a_facet_is_typed() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await type_line(pilot, "show output failures")
        assert (screen.chosen, screen.panels["output"].facet_name) == ("output", "failures")
        await type_line(pilot, "show output fialures")
        assert "there is no way to look at output `fialures`; did you mean `failures`?" in screen_text(pilot)
        await type_line(pilot, "show graph picture")
        assert "there is one way to look at graph" in screen_text(pilot)


async def test_a_broken_file_is_told_and_the_rest_holds() -> None:
    layouts_file().parent.mkdir(parents=True, exist_ok=True)
    layouts_file().write_text('[teach]\nL = "graph |"\nM = "lesson | graph"\n')
    async with opened(size=(120, 40)) as (pilot, screen):
        assert layout(screen) == TEACH
        assert "[teach] L: the layout ends where" in screen_text(pilot)
        await pilot.resize_terminal(100, 30)
        await settle(pilot)
        assert layout(screen) == "lesson | graph"


async def test_what_is_pinned_stays_in_the_caption() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        assert screen.arrangement.caption == "lesson"
        screen.show_perspective("debug")
        await settle(pilot)
        assert screen.arrangement.caption == "why"
        await do(pilot, screen, "pin")
        await type_line(pilot, "quiz dot")
        assert screen.arrangement.caption == "why"
        await do(pilot, screen, "pin")
        assert screen.arrangement.caption == "lesson"


@pytest.mark.parametrize("change", ["even", "hide", "split_below"])
async def test_in_a_small_terminal_the_caption_stays_a_slot_of_its_own(change: str) -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        await do(pilot, screen, change)
        expected = {"even": "graph / caption", "hide": "graph / caption =7", "split_below": "graph / node / caption =7"}
        assert layout(screen) == expected[change]
        await do(pilot, screen, "reset_layout")
        assert layout(screen) == "graph / caption =7"


async def test_the_lines_that_bring_the_screen_back_are_kept(own_state_folder: Path) -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await press(pilot, "n")
        screen.show_perspective("debug")
        await press(pilot, "8")
    kept = "".join(path.read_text() for path in own_state_folder.rglob("*.gradlab"))
    for line in ("layout debug", "show time"):
        assert f'"view":"{line}"' in kept
