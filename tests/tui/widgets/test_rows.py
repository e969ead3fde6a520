from __future__ import annotations

from typing import ClassVar, Self

from rich.style import Style
from textual.app import App, ComposeResult
from textual.geometry import Region

from gradlab.draw.ink import row
from gradlab.draw.themes import DARK
from gradlab.tui.widgets.internals import bands
from gradlab.tui.widgets.rows import RowsView, joined, strip_of


def test_dirty_lines_that_touch_are_one_band() -> None:
    found = bands([Region(0, 9, 5, 1), Region(3, 0, 4, 2), Region(8, 2, 2, 1), Region(1, 10, 1, 3)])
    assert found == [Region(3, 0, 7, 3), Region(0, 9, 5, 4)]
    assert bands([]) == []


def test_runs_that_look_the_same_are_joined() -> None:
    assert joined(row(("+1", "positive"), (" ", ""), ("x", "dim"), ("y", "dim"))) == [("+1 ", "positive"), ("xy", "dim")]


def test_a_space_in_reverse_video_stays_as_it_is() -> None:
    assert joined(row(("a", "dim"), (" ", "cursor"), (" ", ""))) == [("a", "dim"), (" ", "cursor"), (" ", "")]


def test_every_segment_has_a_style_and_no_control_characters() -> None:
    strip = strip_of(row("a\x1b[31m", ("b\tc\x07", "bad")), Style(), DARK)
    assert all(segment.style is not None for segment in strip)
    assert not set(strip.text) & {"\x1b", "\x07", "\t"}


class Dirty(RowsView):
    """Keeps which lines were asked to be drawn again."""

    lines: ClassVar[set[int]] = set()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        self.lines.update(y for region in regions for y in range(region.y, region.bottom))
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class Shown(App[None]):
    """One list of rows."""

    def compose(self) -> ComposeResult:
        yield Dirty()


async def test_a_row_that_changes_in_a_scrolled_list_is_drawn_where_it_is_in_sight() -> None:
    async with Shown().run_test(size=(20, 5)) as pilot:
        view = pilot.app.query_one(Dirty)
        rows = [row(str(number)) for number in range(30)]
        view.show_rows(rows)
        view.scroll_to(0, 20, animate=False, force=True)
        await pilot.pause()
        view.lines.clear()
        view.show_rows([*rows[:22], row("other"), *rows[23:]])
        assert view.lines == {2}
