from __future__ import annotations

from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, type_line


async def test_the_health_panel_says_what_changed_the_signal() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, _):
        await press(pilot, "f", "f", "5", "5")
        row = next(line for line in screen_text(pilot).splitlines() if line.startswith("hidden"))
        assert row.count("×") == 2


async def test_all_four_histograms_are_on_one_screen_also_in_80_columns() -> None:
    for size in ((120, 40), (80, 24)):
        async with opened(lambda: lab_of(MATRICES), size=size) as (pilot, _):
            await press(pilot, "u", "5", "5", *["left_square_bracket"] * 2)
            text = screen_text(pilot)
            assert "all four of each layer" in text
            row = next(line for line in text.splitlines() if line.startswith("hidden"))
            assert row.count("█") >= 4
            await press(pilot, *["right_square_bracket"] * 2)
            assert "activations of each layer" in screen_text(pilot)


async def test_a_quantity_through_time_has_the_updates_at_its_ends_and_enter_shows_the_next() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 34)) as (pilot, _):
        await press(pilot, "5", "5", "left_square_bracket")
        assert "nothing was measured yet" in screen_text(pilot)
        await type_line(pilot, "train 200")
        text = screen_text(pilot)
        assert "std of the activations" in text
        assert "update 0" in text
        assert " 190" in text
        await press(pilot, "enter")
        assert "|δ|, the rms of the gradient" in screen_text(pilot)
        await press(pilot, "enter", "enter")
        assert "log10 of update / weights" in screen_text(pilot)
        await press(pilot, "right_square_bracket")
        assert "activations of each layer" in screen_text(pilot)
