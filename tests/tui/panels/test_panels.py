from __future__ import annotations

import pytest

from gradlab.tui.panels.health import HealthPanel
from gradlab.tui.panels.node import NodePanel
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, type_line

WIDE = """
```python model
x = input(shape=(40, 30))
y = x * 2
loss = sum(y)
```
"""


async def test_the_tables_of_a_tensor_follow_the_marked_element() -> None:
    async with opened(lambda: lab_of(WIDE), size=(120, 40)) as (pilot, screen):
        await type_line(pilot, "set x[39, 29] = 7")
        await press(pilot, "f", "f")
        await type_line(pilot, "focus y")
        await press(pilot, "2", "z", "end")
        text = screen_text(pilot)
        assert "39,29 of 40 x 30" in text
        assert "+14.00000◂" in text
        assert "+1.000000◂" in text
        assert "y[39, 29] = 7 · 2" in text
        await press(pilot, "up", "left")
        assert screen.moment.element == 38 * 30 + 28
        await press(pilot, "home")
        assert screen.moment.element == 0


async def test_what_is_pending_is_a_dot_in_every_panel() -> None:
    async with opened(lambda: lab_of(WIDE), size=(120, 40)) as (pilot, _):
        await press(pilot, "2", "z")
        text = screen_text(pilot)
        assert "value rms ·  pending   delta rms ·  pending" in text
        assert " 0 " not in text.split("value  pending")[1].split("gradient")[0]


async def test_a_map_shows_the_whole_tensor_and_its_signs_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(lambda: lab_of(MATRICES), size=(100, 40)) as (pilot, screen):
        await press(pilot, "f")
        await type_line(pilot, "focus x")
        await press(pilot, "2", "z", "right_square_bracket")
        assert screen.query_one(NodePanel).as_map
        rows = [line.strip("║│ ") for line in screen_text(pilot).splitlines()]
        assert "▂▃▇\n▁▁▇" in "\n".join(rows)


async def test_health_has_a_row_a_layer_and_changes_what_it_shows() -> None:
    async with opened(lambda: lab_of(MATRICES)) as (pilot, screen):
        await press(pilot, "u", "5")
        text = screen_text(pilot)
        assert "activations" in text
        lines = {line.split()[0].strip("║"): line for line in text.splitlines() if "█" in line}
        assert set(lines) >= {"hidden", "out"}
        await press(pilot, "right_square_bracket", "right_square_bracket")
        assert screen.query_one(HealthPanel).facet_name == "weights"


async def test_the_loss_is_a_curve_after_training() -> None:
    async with opened(lambda: lab_of(MATRICES)) as (pilot, _):
        await type_line(pilot, "train 50")
        await press(pilot, "6")
        assert "update 49 · log axis" in screen_text(pilot)
        await press(pilot, "right_square_bracket")
        assert "update 49 · linear axis" in screen_text(pilot)


async def test_why_says_what_to_do_while_the_gradient_is_pending() -> None:
    async with opened(lambda: lab_of(MATRICES)) as (pilot, _):
        await press(pilot, "f", "3")
        assert "the gradient is pending: `f` runs the" in screen_text(pilot)


async def test_why_is_asked_of_the_chosen_element() -> None:
    async with opened(lambda: lab_of(MATRICES)) as (pilot, _):
        await press(pilot, "f", "f")
        await type_line(pilot, "focus hidden.h")
        await press(pilot, "2", "right", "w")
        assert "∂loss/∂hidden.h[0,1]" in screen_text(pilot)
