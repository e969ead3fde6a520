from __future__ import annotations

import pytest

from gradlab.tui.panels.compare import ComparePanel
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, settle, type_line


async def test_a_typed_comparison_opens_its_panel_with_difference_curves_and_ladders() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 50)) as (pilot, screen):
        await press(pilot, "9")
        assert "nothing is compared" in screen_text(pilot)
        await press(pilot, "1")
        await type_line(pilot, "compare with init=normal(0.1) for 20 updates")
        text = screen_text(pilot)
        assert (screen.chosen, screen.stance.perspective) == ("compare", "compare")
        assert "B ⠤⠤ ⠤⠤  this scenario with init=normal(0.1)" in text
        assert "first difference" in text
        assert "value of hidden.W" in text
        assert "std A" in text
        assert "layers, in update 19, the last of 20" in text
        assert "✓ compared 20 updates: the value of hidden.W" in text.splitlines()[-2]
        await press(pilot, "right_square_bracket")
        assert "|δ| A" in screen_text(pilot)
        await press(pilot, "right_square_bracket", "right_square_bracket")
        assert "loss  log axis" in screen_text(pilot)
        await press(pilot, "right")
        assert "loss  linear axis" in screen_text(pilot)
        await press(pilot, "right_square_bracket")
        assert "numbers differ" in screen_text(pilot)


async def test_the_loss_panel_lays_both_curves_over_each_other_until_this_run_is_wanted() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 50)) as (pilot, _):
        await type_line(pilot, "train 50")
        await type_line(pilot, "compare with init=normal(0.1) for 20 updates")
        await press(pilot, "6")
        text = screen_text(pilot)
        assert "A ⠤⠤⠤⠤⠤⠤ this scenario" in text
        assert "update 19 · log axis" in text
        await press(pilot, "enter")
        assert "update 49 · log axis" in screen_text(pilot)
        await press(pilot, "enter")
        assert "update 19 · log axis" in screen_text(pilot)


async def test_a_comparison_is_whole_in_80_columns_and_without_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(lambda: lab_of(MATRICES), size=(80, 24)) as (pilot, _):
        await type_line(pilot, "compare with init=normal(0.1) for 20 updates")
        text = screen_text(pilot)
        assert "first difference" in text
        assert all(len(line) <= 80 for line in text.splitlines())
        assert "std A" in text
        await press(pilot, "right_square_bracket", "end")
        assert "|δ| A" in screen_text(pilot)


async def test_enter_goes_to_the_place_of_the_first_difference() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 50)) as (pilot, screen):
        await press(pilot, "f")
        await type_line(pilot, "compare with init=normal(0.1) for 20 updates")
        panel = screen.query_one(ComparePanel)
        panel.first()
        assert panel.enter() == ""
        await settle(pilot)
        assert str(screen.moment.snapshot.position) == "0.f.0"
