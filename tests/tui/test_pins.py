"""What a person pins stays in sight: plots beside each other, a node while another one is chosen."""

from __future__ import annotations

import pytest

from gradlab.errors import GradlabError
from gradlab.tui.panels.plots import PlotsPanel
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, type_line


async def test_a_plot_is_opened_beside_the_one_in_sight_and_each_keeps_its_place() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, _):
        await type_line(pilot, "plot matrix hidden.W")
        await type_line(pilot, "plot beside hist out.W")
        await press(pilot, "z")
        text = screen_text(pilot)
        assert "1  matrix hidden.W" in text and "▸ 2  hist out.W" in text
        await press(pilot, "n")
        assert "1  matrix hidden.W" in screen_text(pilot), "between stops it stays"
        await type_line(pilot, "plot unpin 1")
        assert "1  matrix hidden.W" not in screen_text(pilot)


async def test_p_pins_a_plot_and_lets_it_go() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, screen):
        await type_line(pilot, "plot matrix hidden.W")
        await press(pilot, "P")
        await type_line(pilot, "plot hist out.W")
        assert screen.query_one(PlotsPanel).found.pinned == (1,)
        await press(pilot, "left_square_bracket", "P")
        assert screen.query_one(PlotsPanel).found.pinned == ()


async def test_where_there_is_no_room_the_rule_says_how_many_more_there_are() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(80, 24)) as (pilot, _):
        await type_line(pilot, "plot matrix hidden.W")
        await type_line(pilot, "plot beside hist out.W")
        assert "more beside" not in screen_text(pilot)
        await type_line(pilot, "plot beside hist hidden.W")
        assert "z 1 more beside" in screen_text(pilot)


async def test_a_pinned_node_stays_while_another_one_is_chosen() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, screen):
        await type_line(pilot, "focus hidden.W")
        await press(pilot, "2", "P")
        assert "◆ pinned" in screen_text(pilot)
        assert "node stays at hidden.W" in screen_text(pilot)
        await type_line(pilot, "focus out.W")
        panel = screen.panels["node"]
        assert screen.moment.node is not None and screen.moment.node.name == "out.W"
        assert panel.moment.node is not None and panel.moment.node.name == "hidden.W"
        await press(pilot, "down")
        assert panel.moment.node.name == "hidden.W" and panel.moment.element > 0, "its own cursor moves in it"
        await press(pilot, "P")
        await press(pilot, "n")
        assert panel.moment.focus == screen.moment.focus
        assert "◆ pinned" not in screen_text(pilot)


def test_what_cannot_be_pinned_is_refused() -> None:
    lab = lab_of(MATRICES)
    for line, said in (("plot pin 3", "no plot 3 is open"), ("plot beside", "which plot is to stand beside"),
                       ("plot beside close 1", "which plot is to stand beside"), ("plot pin x", "`x`")):  # fmt: skip
        with pytest.raises(GradlabError, match=said):
            lab.do(line)


async def test_at_200_columns_a_lesson_on_a_net_has_six_panels() -> None:
    text = MATRICES + "\n# A lesson\n\nWords.\n\n```lab\nforward\n```\n"
    async with opened(lambda: lab_of(text), size=(200, 60)) as (pilot, screen):
        assert screen.stance.perspective == "teach"
        await type_line(pilot, "train 2")
        assert screen.arrangement.visible == {"lesson", "graph", "health", "node", "why", "plots"}


async def test_a_circuit_without_layers_has_the_panels_that_have_something_to_show() -> None:
    async with opened(size=(200, 60)) as (_, screen):
        assert {"lesson", "graph", "node", "why"} <= screen.arrangement.visible
        assert "health" not in screen.arrangement.visible
