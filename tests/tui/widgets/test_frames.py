"""Lines between edges that are worked out once are those that Textual draws."""

from __future__ import annotations

import pytest
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from gradlab.tui.screens.laboratory import Laboratory
from gradlab.tui.widgets.internals import Framed
from tests.tui.driving import MATRICES, lab_of, opened, press


def frames(screen: Laboratory) -> list[Framed]:
    """The widgets in sight whose lines are drawn so."""
    return [widget for widget in screen.query(Framed) if widget.region.area and widget.content_size.area]


def content(widget: Widget) -> Region:
    """The lines of a widget that lie between its edges."""
    inside = widget.outer_size.region.shrink(widget.styles.gutter)
    return Region(0, inside.y, widget.outer_size.width, inside.height)


def both(widget: Framed, part: Region) -> tuple[list[list[object]], list[list[object]]]:
    """The lines as they are drawn here, and as Textual draws them, without cuts between pieces that look the same."""
    here = [list(strip.simplify()) for strip in widget.render_lines(part)]
    widget._styles_cache.clear()
    return here, [list(strip.simplify()) for strip in Widget.render_lines(widget, part)]  # type: ignore[return-value]


async def test_all_lines_are_those_of_textual() -> None:
    async with opened(lambda: lab_of(MATRICES), size=(120, 40)) as (pilot, screen):
        for keys in (("f",), ("2",), ("3", "down"), ("1", "plus"), ("5",), ("escape", "z")):
            await press(pilot, *keys)
            for widget in frames(screen):
                here, there = both(widget, content(widget))
                assert here == there, (keys, widget)
                if widget.content_size.height > 1:
                    assert widget._edges is not None
                    assert widget._edges[1].cell_length == widget.styles.gutter.left, "the quick way is taken"


async def test_what_textual_draws_otherwise_it_draws_itself() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        node = screen.query_one("#footer", Framed)
        part = content(node)
        for change in (("tint", "red 30%"), ("opacity", 0.5), ("padding", (0, 1)), ("outline", ("heavy", "red"))):
            setattr(node.styles, *change)
            await pilot.pause()
            here, there = both(node, part)
            assert here == there, change


async def test_without_colour_textual_draws_all_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened(size=(120, 40)) as (pilot, screen):
        await press(pilot, "f")
        for widget in frames(screen):
            here, there = both(widget, content(widget))
            assert here == there
            assert widget._edges is None


class Foreign(Framed):
    """A widget of another program, which may use the colours of the terminal."""

    def render_line(self, y: int) -> Strip:
        """Return nothing."""
        return Strip.blank(self.size.width)


async def test_lines_of_another_program_are_drawn_by_textual() -> None:
    async with opened(size=(120, 40)) as (pilot, screen):
        foreign = Foreign()
        await screen.mount(foreign)
        await pilot.pause()
        foreign.render_lines(Region(0, 0, foreign.outer_size.width, 2))
        assert foreign._edges is None
