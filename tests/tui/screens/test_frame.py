"""The rules and the header on the screen: what stands there, and where it leads."""

from __future__ import annotations

from typing import Any

import pytest
from textual.pilot import Pilot

from gradlab.draw.ink import text_of
from gradlab.draw.rule import TitleRule, rule_row
from gradlab.tui.overlays.line import LineOverlay
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, settle, type_line

OTHERS = [("2", "node", "node"), ("3", "why", "why"), ("5", "health", "health"), ("6", "plots", "plots")]
LESSON, NODE = ("4", "lesson", "lesson"), ("2", "node", "node")


@pytest.mark.parametrize(
    ("width", "text"),
    [
        (80, "─ 4 lesson ───────────────────────── 21 / 32   2 node  3 why  5 health  v more ─"),
        (50, "─ 4 lesson ───── 21 / 32   2 node  3 why  v more ─"),
        (30, "─ 4 lesson ───────── 21 / 32 ─"),
        (20, "─ 4 lesson ─────────"),
    ],
)
def test_a_rule_leaves_out_what_it_has_no_room_for(width: int, text: str) -> None:
    found = text_of(rule_row(TitleRule(LESSON, "", "21 / 32", others=OTHERS), width))
    assert found == text


def test_the_rule_of_the_panel_with_the_keys_is_heavy_and_shows_its_facets() -> None:
    rule = TitleRule(NODE, "h3", "", ("numbers", "picture", "update"), 1, keys=True, more=(True, True))
    assert "[ ] numbers · picture · update" in text_of(rule_row(rule, 60))
    assert "numbers" not in text_of(rule_row(rule, 30))
    assert [role for text, role in rule_row(rule, 60) if text == "2"] == ["cursor"]
    assert all("─" not in text for text, _ in rule_row(rule, 60))


@pytest.mark.parametrize("width", range(1, 120, 7))
def test_a_rule_has_exactly_its_width(width: int) -> None:
    rule = TitleRule(NODE, "a very long name of a node", "53 layers", ("a", "b"), 0, OTHERS, keys=True, more=(True, True))
    assert len(text_of(rule_row(rule, width))) == width


async def click(pilot: Pilot[Any], text: str) -> None:
    """Click on a text of the screen."""
    lines = screen_text(pilot).splitlines()
    y = next(number for number, line in enumerate(lines) if text in line)
    await pilot.click(offset=(lines[y].index(text), y))
    await settle(pilot)


async def test_names_in_the_last_rule_bring_their_panels() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await click(pilot, "5 health")
        assert (screen.chosen, "health" in screen.arrangement.visible) == ("health", True)
        await click(pilot, "v more")
        assert screen.over is not None


async def test_facets_in_a_rule_are_clicked() -> None:
    async with opened(size=(200, 60)) as (pilot, screen):
        await type_line(pilot, "show output")
        await press(pilot, "z")
        await click(pilot, "failures")
        assert screen.panels["output"].facet_name == "failures"
        await click(pilot, "] ")
        assert screen.panels["output"].facet_name == "mine"


async def test_every_part_of_the_header_leads_somewhere() -> None:
    async with opened(lambda: lab_of(MATRICES, "Matrices"), size=(140, 40)) as (pilot, screen):
        await type_line(pilot, "focus hidden.W")
        header = screen_text(pilot).splitlines()[0]
        assert header.startswith(" gradlab ▸ hidden ▸ W ")
        assert header.endswith("debug · train · seed 0      update 0 ▸ forward ▸ 0 of 6      0.f.0")
        await click(pilot, "hidden ▸")
        assert screen.moment.node is not None
        assert screen.moment.node.name == "hidden.h"
        await click(pilot, "train · seed")
        assert screen.moment.snapshot.mode == "eval"
        for text, line in (("0.f.0", "goto "), ("seed 0", "seed "), ("debug ·", "layout ")):
            await click(pilot, text)
            assert isinstance(screen.over, LineOverlay)
            assert screen.over.entry.text == line
            await press(pilot, "escape")


async def test_one_up_goes_from_the_element_to_its_node_and_to_its_layer() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, screen):
        await type_line(pilot, "focus hidden.W")
        await press(pilot, "2", "right")
        assert "W[0,1]" in screen_text(pilot).splitlines()[0]
        seen = []
        for _ in range(3):
            screen.do_up()
            await settle(pilot)
            assert screen.moment.node is not None
            seen.append((screen.moment.node.name, screen.moment.element))
        assert seen == [("hidden.W", 0), ("hidden.h", 0), ("hidden.h", 0)]
        assert "this is the top of the scenario" in screen_text(pilot)


async def test_the_choice_follows_steps_and_stays_where_it_was_after_a_run() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, screen):

        def chosen() -> str:
            assert screen.moment.node is not None
            return screen.moment.node.name

        await press(pilot, "n")
        first = chosen()
        await type_line(pilot, "focus x")
        for key in "ffu":
            await press(pilot, key)
            assert chosen() == "x", key
        for line in ("goto 0.f.3", "train 3", "goto 1.b.2"):
            await type_line(pilot, line)
            assert chosen() == "x", line
        await type_line(pilot, "forward to hidden.h")
        assert chosen() != first
        await type_line(pilot, "goto 0.f.0")
        await type_line(pilot, "break at hidden.h")
        await type_line(pilot, "focus x")
        await press(pilot, "c")
        assert chosen() == "hidden.h"
