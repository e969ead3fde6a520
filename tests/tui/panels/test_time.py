"""The panel of time lists what a person made on the axis, and enter goes there."""

from __future__ import annotations

from gradlab.tui.panels.time import TimePanel
from tests.tui.driving import opened, press, screen_text, type_line


async def test_watches_and_breakpoints_are_listed_and_the_position_line_shows_where_a_run_stops() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        await press(pilot, "8", "c")
        assert "nothing is watched" in screen_text(pilot)
        assert str(screen.moment.snapshot.position) == "0.f.0"
        await type_line(pilot, "watch dot * 2")
        await type_line(pilot, "break at grad(dot)")
        text = screen_text(pilot)
        assert "1  dot * 2 = `dot` is pending at 0.f.0" in text
        assert "2 ● 0.b.1     at grad(dot)" in text
        assert "●" in text.splitlines()[-2]
        await press(pilot, "c")
        assert "1  dot * 2 = 2" in screen_text(pilot)
        assert str(screen.moment.snapshot.position) == "0.b.1"
        await press(pilot, "f", "C")
        assert str(screen.moment.snapshot.position) == "0.b.1"


async def test_enter_goes_to_the_mark_that_is_chosen_and_the_facets_show_one_list_each() -> None:
    async with opened(size=(80, 24)) as (pilot, screen):
        await type_line(pilot, "mark begin")
        await press(pilot, "n", "n")
        await type_line(pilot, "mark second")
        await press(pilot, "f", "8")
        panel = screen.query_one(TimePanel)
        assert panel.cursor("down") == ""
        assert panel.cursor("down") == "there is no more in this direction"
        assert panel.enter() == ""
        await press(pilot)
        await press(pilot, "8")
        assert str(screen.moment.snapshot.position) == "0.f.2"
        await press(pilot, "right_square_bracket")
        assert panel.facet_name == "marks"
        await press(pilot, "right_square_bracket")
        assert "`break when isnan(loss)`" in screen_text(pilot)
        await press(pilot, "left_square_bracket", "left_square_bracket", "left_square_bracket")
        assert panel.facet_name == "edits"
