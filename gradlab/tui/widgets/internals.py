"""What gradlab uses of Textual that is not public, and what is done instead where it is not there.

The screens are the same either way, but Textual's own ways draw and lay out more than has changed. No other modules but the
compositor and the writer here may use such names.
"""

from __future__ import annotations

from codecs import IncrementalDecoder, getincrementaldecoder
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Any, Self, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import App
from textual.driver import Driver
from textual.filter import ANSIToTruecolor
from textual.geometry import Offset, Region, Size
from textual.screen import Screen
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from gradlab.tui.cells import Shown

if TYPE_CHECKING:
    from rich.console import RenderableType

Result = TypeVar("Result")
UPDATE_SIZE = "_scroll_update"
OUTPUT = "_file"
NOTHING = Strip([])


def read_any_bytes() -> None:
    """Have the drivers read bytes that are no UTF-8 as the sign for an unknown letter; Textual's own end the program there.

    A binary file that is pasted, and a terminal with another encoding, send such bytes.
    """
    for name in ("linux_driver", "web_driver"):
        with suppress(ImportError):  # on a system that has no such driver
            vars(import_module(f"textual.drivers.{name}"))["getincrementaldecoder"] = _lenient


def _lenient(encoding: str) -> Callable[[], IncrementalDecoder]:
    return partial(getincrementaldecoder(encoding), errors="replace")


def wrap_file(driver: Driver, wrap: Callable[[IO[str]], object]) -> None:
    """Have a driver write to what is made of its file; where it keeps that under another name it writes as it does."""
    if OUTPUT in vars(driver):
        setattr(driver, OUTPUT, wrap(vars(driver)[OUTPUT]))


def draw_sparingly(screen: Screen[Any]) -> None:
    """Have a screen draw only what is dirty; with a compositor other than the known one Textual draws as it does."""
    try:
        from gradlab.tui.widgets.compositor import SparingCompositor, is_known
    except ImportError:
        return
    if is_known(getattr(screen, "_compositor", None)):
        screen._compositor = SparingCompositor()


def set_content_size(view: ScrollView, size: Size) -> None:
    """Say how large the content of a view is, without a layout of the whole screen, which takes 20 ms."""
    update = getattr(view, UPDATE_SIZE, None)
    if update is None:
        view.virtual_size = size
    else:
        view.set_reactive(ScrollView.virtual_size, size)
        update(size)


class Framed(Widget):
    """Draws the lines of its content between edges that are worked out once for a size and a style.

    Textual works them out for each line, which takes longer than to draw it. They are taken from a line that Textual has drawn,
    and only if it has put the content of that line between them as it is.
    """

    _edges: tuple[Region, Strip, Strip] | None = None

    def notify_style_update(self) -> None:
        """Work the edges out anew."""
        self._edges = None
        super().notify_style_update()

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        """Draw again; with the whole widget its style may have changed."""
        if not regions:
            self._edges = None
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)

    labels: Mapping[int, Sequence[tuple[int, str]]] = MappingProxyType({})
    """Of each line of the widget the columns and texts of what is written over it."""

    def show_labels(self, labels: Mapping[int, Sequence[tuple[int, str]]]) -> None:
        """Write labels over the widget, and no others."""
        changed = {y for y in {*self.labels, *labels} if self.labels.get(y) != labels.get(y)}
        self.labels = labels
        top, width = self.styles.gutter.top, self.outer_size.width
        for y in changed:
            self.refresh(Region(0, y - top, width, 1))

    def label_style(self) -> Style:
        """Return how a label looks."""
        return Style(reverse=True)

    def labelled(self, lines: list[Strip], first: int) -> list[Strip]:
        """Return lines, of which the first has a number, with the labels over them."""
        for y in set(self.labels).intersection(range(first, first + len(lines))):
            for x, text in self.labels[y]:
                line = lines[y - first]
                over = Strip([Segment(text, self.label_style())], len(text))
                lines[y - first] = Strip.join([line.crop(0, x), over, line.crop(x + len(text), line.cell_length)])
        return lines

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of a part of the widget."""
        return self.labelled(self.content_lines(crop), crop.y) if self.labels else self.content_lines(crop)

    def content_lines(self, crop: Region) -> list[Strip]:
        """Return the lines without labels."""
        size, gutter = self.outer_size, self.styles.gutter
        content = size.region.shrink(gutter)
        if crop.column_span != (0, size.width) or crop.y < content.y or crop.bottom > content.bottom or not self._is_ours():
            return super().render_lines(crop)
        if self._edges is None or self._edges[0] != content:
            if crop.height == 1:
                return super().render_lines(crop)
            self._edges = self._edges_at(crop.y, content)
        _, left, right = self._edges
        if left.cell_length + content.width + right.cell_length != size.width:
            return super().render_lines(crop)
        lines = map(self.render_line, range(crop.y - content.y, crop.bottom - content.y))
        return [Strip([*left, *line, *right], size.width) for line in lines]

    def _is_ours(self) -> bool:
        """Whether the lines are of this program, whose colours no filter of Textual's changes."""
        ours = type(self).render_line.__module__.partition(".")[0] == __name__.partition(".")[0]
        return ours and all(isinstance(one, ANSIToTruecolor) for one in self.app.get_line_filters())

    def _edges_at(self, y: int, content: Region) -> tuple[Region, Strip, Strip]:
        """Return the content, and what stands left and right of it; nothing does where Textual draws it otherwise."""
        drawn = super().render_lines(Region(0, y, self.outer_size.width, 1))[0]
        line = self.render_line(y - content.y)
        if list(drawn.crop(content.x, content.right).simplify()) != list(line.simplify()):
            return content, NOTHING, NOTHING
        return content, drawn.crop(0, content.x), drawn.crop(content.right)


class Banded(Framed):
    """Repaints in bands: what is dirty on lines that touch is one region.

    For every region Textual renders the widget once and sends its lines from their first cell, however narrow it is. A Textual
    that does not ask in this way never calls the method.
    """

    def _exchange_repaint_regions(self) -> Collection[Region]:
        """Return what is dirty, and forget it."""
        return bands(super()._exchange_repaint_regions())


def bands(regions: Collection[Region]) -> list[Region]:
    """Return the regions with those joined whose lines touch or overlap."""
    joined: list[Region] = []
    for region in sorted(regions, key=lambda r: r.y):
        if joined and region.y <= joined[-1].bottom:
            joined[-1] = joined[-1].union(region)
        else:
            joined.append(region)
    return joined


class SparingApp(App[Result]):
    """Sends the terminal only the cells that differ from what it shows.

    shown: what that is.

    With updates or a driver other than the known ones Textual writes as it does; one that displays otherwise never calls the
    method.
    """

    def __init__(self, ansi_color: bool | None = None) -> None:
        super().__init__(ansi_color=ansi_color)
        self.shown = Shown()

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Send an update, and put the cursor where it belongs. What comes after one that could not be sent is sent whole."""
        self.cursor_position = self.chosen_place(screen)
        try:
            super()._display(screen, self._sparing(renderable))
        except BaseException:
            self.shown.forget()
            raise

    def chosen_place(self, screen: Screen[Any]) -> Offset:
        """Return where the terminal's cursor is to stand."""
        return self.cursor_position

    def _sparing(self, renderable: object) -> Any:
        """Return an update that sends only what differs, or the same again where there is none."""
        if renderable is None:
            return None
        with suppress(ImportError):
            from gradlab.tui.widgets.writer import cells_of

            found = cells_of(renderable, self.shown, getattr(self, "_driver", None))
            if found is not None:
                return found
        self.shown.forget()
        return renderable

    def on_mount(self) -> None:
        """Draw all again when the program comes back to the front."""
        self.app_resume_signal.subscribe(self, lambda _: self.redraw(), immediate=True)

    def on_resize(self, event: events.Resize) -> None:
        """Trust nothing that was on the screen; where the size is the same again, Textual draws nothing by itself."""
        known = self.shown.known
        self.shown.forget()
        if known and event.size == self.size:
            self.refresh()

    def redraw(self) -> None:
        """Draw the whole screen again, whatever the terminal shows."""
        self.shown.forget()
        self.refresh()


def shown_strips(screen: Screen[Any]) -> list[Strip]:
    """Return what stands in the lines of a screen."""
    return screen._compositor.render_strips()
