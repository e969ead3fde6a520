"""The panel of output lists what was done with the position behind it."""

from __future__ import annotations

from gradlab.tui.panels.output import OutputPanel
from tests.tui.driving import opened, press, screen_text, settle, type_line


async def test_enter_goes_to_the_position_of_a_line() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await press(pilot, "n", "n", "f", "0")
        panel = screen.query_one(OutputPanel)
        assert [line.strip("║ ").split()[-1] for line in screen_text(pilot).splitlines() if "› step" in line] == [
            "0.f.1",
            "0.f.2",
        ]
        panel.first()
        panel.enter()
        await settle(pilot)
        assert str(screen.moment.snapshot.position) == "0.f.1"


async def test_failures_and_what_a_person_did_are_facets() -> None:
    async with opened(size=(100, 30)) as (pilot, screen):
        await press(pilot, "space", "space", "space")
        await type_line(pilot, "expect dot ~= 5")
        await type_line(pilot, "focus dot")
        await press(pilot, "0", "0")
        assert "› forward" in screen_text(pilot)
        await press(pilot, "right_square_bracket")
        text = screen_text(pilot)
        assert "› expect dot ~= 5" in text
        assert "› focus dot" not in text
        await press(pilot, "right_square_bracket")
        text = screen_text(pilot)
        assert screen.query_one(OutputPanel).facet_name == "mine"
        assert "› forward" not in text
        assert "› focus dot" in text
