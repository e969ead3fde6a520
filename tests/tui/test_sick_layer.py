"""From the opening of a net that does not learn to its sick layer, the cause, and a change held beside it: keys are counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from textual.pilot import Pilot

import gradlab
from gradlab.draw.ink import text_of
from gradlab.session import Lab
from gradlab.tui.panels.compare import ComparePanel
from gradlab.tui.panels.health import HealthPanel
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text

MOST = 16
"""Keys that a person may need, without diagnosis."""
DEEP = """
```python model
x, t = input([[1.0, -2.0], [0.5, 0.25]]), input([[1.0], [0.0]])
h = dense(x, 6)
for k in range(9):
    h = sigmoid(dense(h, 6))
y = dense(h, 1)
loss = mean(square(y - t))
minimize(loss, sgd(lr=0.1))
```
"""
UNTRAINED = MATRICES.replace("minimize(loss, sgd(lr=0.01))\n", "")


@dataclass
class Fingers:
    """Presses keys and counts them."""

    pilot: Pilot[Any]
    pressed: list[str] = field(default_factory=list)

    async def press(self, *keys: str) -> str:
        """Press some keys; return what stands on the screen."""
        self.pressed += keys
        await press(self.pilot, *keys)
        return screen_text(self.pilot)


def highway() -> Lab:
    return gradlab.load("depth/highway")


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (200, 60)])
async def test_the_sick_layer_its_cause_and_a_change_beside_it_take_sixteen_keys(size: tuple[int, int]) -> None:
    async with opened(highway, size=size) as (pilot, screen):
        fingers = Fingers(pilot)
        text = await fingers.press("f", "f", "5")
        assert "least |δ|  p.0 4.9e-19" in text, "which layer: the panel names it"
        text = await fingers.press("slash", "p", "full_stop", "0", "enter", "enter")
        health = screen.query_one(HealthPanel)
        assert health.large and health.found.layers[health.chosen].name == "p.0"
        assert "most sigmoid ×0.24" in "\n".join(map(text_of, health.rows)), "why: the op that lost most of the gradient"
        assert "p.0.W" in text, "its weights are a way from here"
        await fingers.press("equals_sign", "h", "e", "enter")
        assert screen.chosen == "compare", "both runs stand beside each other"
        await fingers.press("enter")
        rows = "\n".join(map(text_of, screen.query_one(ComparePanel).rows))
        assert rows.startswith("p.0  activations") and "B - A" in rows
        assert len(fingers.pressed) == 14 <= MOST


async def test_the_layer_can_be_reached_by_the_arrows_too() -> None:
    async with opened(lambda: lab_of(DEEP), size=(120, 40)) as (pilot, screen):
        fingers = Fingers(pilot)
        text = await fingers.press("f", "f", "5", "home")
        assert "least |δ|" in text
        await fingers.press("enter", "equals_sign", "h", "e", "enter", "enter")
        assert screen.query_one(ComparePanel).large
        assert len(fingers.pressed) <= MOST


async def test_from_a_large_layer_enter_leads_to_its_weights_to_their_update_and_to_the_line_that_draws_them_anew() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, screen):
        await press(pilot, "u", "5", "enter", "right", "right")
        assert "⏎ hidden.W" in screen_text(pilot)
        await press(pilot, "enter")
        assert screen.chosen == "node" and screen.moment.node is not None and screen.moment.node.name == "hidden.W"
        await press(pilot, "5", "right", "enter")
        assert screen.chosen == "node" and screen.panels["node"].facet_name == "update"
        await press(pilot, "5", "left", "left", "left", "left", "enter")
        assert ":reinit hidden" in screen_text(pilot)


async def test_where_nothing_is_trained_a_layer_is_drawn_anew_and_training_is_not_offered() -> None:
    async with opened(lambda: lab_of(UNTRAINED), size=(120, 40)) as (pilot, screen):
        await press(pilot, "f", "5", "equals_sign")
        assert ":reinit hidden" in screen_text(pilot)
        await press(pilot, "escape")
        health = screen.query_one(HealthPanel)
        health.show_facet(health.facets.index("in time"))
        await press(pilot, "shift+f12")
        text = screen_text(pilot)
        assert "trains" not in text
        assert "the model has no `minimize`" in text


async def test_page_down_moves_the_cursor_over_the_layers() -> None:
    async with opened(lambda: lab_of(DEEP), size=(80, 24)) as (pilot, screen):
        await press(pilot, "f", "5", "home", "pagedown")
        health = screen.query_one(HealthPanel)
        assert health.chosen > 4
        await press(pilot, "pageup")
        assert health.chosen == 0


async def test_the_key_of_the_lesson_is_dim_where_there_is_none() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(100, 30)) as (pilot, screen):
        assert screen.keys.command_of("lesson").why_not(screen.moment).startswith("this scenario has no lesson")
        await press(pilot, "space")
        assert "this scenario has no lesson" in screen_text(pilot)
    async with opened(lab_of, size=(100, 30)) as (_, screen):
        assert not screen.keys.command_of("lesson").why_not(screen.moment)
