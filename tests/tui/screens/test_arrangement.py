from __future__ import annotations

import pytest

from gradlab.tui.panels import panel_kinds
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, settle, type_line

KINDS = panel_kinds()


def test_every_panel_has_a_number_of_its_own_and_says_how_to_read_it() -> None:
    assert [kind.digit for kind in KINDS] == [*"1234567890", *[""] * (len(KINDS) - 10)]
    assert len({kind.letter for kind in KINDS} - {""}) == len(KINDS)
    assert all(len(kind.reading) > 200 for kind in KINDS)


@pytest.mark.parametrize(
    ("size", "visible"),
    [
        ((80, 24), {"graph", "lesson"}),
        ((100, 30), {"graph", "lesson"}),
        ((120, 40), {"graph", "lesson", "node", "why"}),
        ((200, 60), {"graph", "lesson", "node", "why"}),
    ],
)
async def test_a_lesson_opens_beside_the_graph_at_every_size(size: tuple[int, int], visible: set[str]) -> None:
    async with opened(size=size) as (_, screen):
        assert screen.stance.perspective == "teach"
        assert screen.arrangement.visible == visible


async def test_a_file_without_prose_opens_to_be_looked_through() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (_, screen):
        assert screen.stance.perspective == "debug"
        assert screen.arrangement.visible == {"graph", "health", "node", "why"}
    async with opened(size=(120, 40), at="0.f.2") as (_, screen):
        assert screen.stance.perspective == "debug"


async def test_80x24_has_19_rows_of_content_in_two_panels() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        heights = {name: screen.panels[name].content_size.height for name in screen.arrangement.visible}
        assert heights == {"graph": 13, "lesson": 6}
        assert all(screen.panels[name].content_size.width == 80 for name in heights)
        assert "2 node  3 why  5 health  v more ─" in screen_text(pilot).splitlines()[15]


async def test_the_digit_of_a_hidden_panel_brings_it_enlarges_it_and_brings_the_layout_back() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await press(pilot, "1", "5")
        assert screen.arrangement.visible == {"graph", "lesson", "node", "health"}
        await press(pilot, "5")
        assert screen.arrangement.visible == {"health"}
        await press(pilot, "5")
        assert screen.arrangement.visible == {"graph", "lesson", "node", "why"}
        assert screen.chosen == "graph"


async def test_at_80x24_a_low_guest_has_the_caption_and_a_high_one_the_large_slot() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        await press(pilot, "3")
        assert list(screen.arrangement.places) == ["graph", "why"]
        await press(pilot, "5")
        assert list(screen.arrangement.places) == ["health", "lesson"]


async def test_tab_goes_round_the_panels_in_sight() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        seen = [screen.chosen]
        for _ in range(4):
            await press(pilot, "tab")
            seen.append(screen.chosen)
        assert seen == ["graph", "lesson", "node", "why", "graph"]
        await press(pilot, "shift+tab")
        assert screen.chosen == "why"


async def test_the_rule_of_the_panel_with_the_keys_is_heavy_and_no_other() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await press(pilot, "2")
        rules = [line for line in screen_text(pilot).splitlines() if "━" in line.partition("│")[2] or line.startswith("━")]
        assert len([line for line in rules if "━ 2 node" in line]) == 1
        assert not any("━ 1 graph" in line or "━ 4 lesson" in line for line in rules)
        assert screen.panels["node"].has_keys


async def test_a_click_on_a_rule_gives_the_keys_and_a_second_one_enlarges() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await pilot.click("#node", offset=(5, 0))
        await settle(pilot)
        assert (screen.chosen, screen.enlarged) == ("node", False)
        await pilot.click("#node", offset=(5, 0))
        await settle(pilot)
        assert (screen.chosen, screen.enlarged) == ("node", True)


async def test_a_question_brings_the_lesson_into_the_caption() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        await type_line(pilot, "layout debug")
        assert screen.arrangement.caption != "lesson"
        await type_line(pilot, "quiz dot")
        assert screen.arrangement.caption == "lesson"
