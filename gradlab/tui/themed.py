"""An app with themes, of which one is chosen and another one can be shown for a while, and with the glyphs of its terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, TypeVar

from textual.filter import LineFilter
from textual.geometry import Offset
from textual.screen import Screen

from gradlab.draw.glyphs import GlyphSet
from gradlab.draw.themes import ANSI, DARK, THEMES
from gradlab.tui.styles import grounds
from gradlab.tui.widgets.glyphs import GlyphFilter
from gradlab.tui.widgets.internals import SparingApp
from gradlab.tui.widgets.over import OverlayRows

Result = TypeVar("Result")
FEW = frozenset({"standard", "windows"})
"""What terminals of 8 and of 16 colours are called: the nearest of these to a theme's are not legible on one another."""


class ThemedApp(SparingApp[Result]):
    """Draws in a theme and in some glyphs. Under NO_COLOR the theme is always that of the terminal, without its colours.

    Raises KeyError for a theme that does not exist.
    """

    def __init__(self, theme: str = "", glyphs: GlyphSet = "all") -> None:
        colourless = "NO_COLOR" in os.environ
        super().__init__(ansi_color=True if colourless else None)
        self.glyphs = glyphs
        self._glyph_filter = GlyphFilter(glyphs)
        self.set_class(glyphs == "ascii", "ascii")
        for ground in grounds():
            self.register_theme(ground)
        self.chosen_theme = THEMES[ANSI.name if colourless else theme or DARK.name].name
        self.theme = self.chosen_theme

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what changes lines on their way to the terminal."""
        filters = super().get_line_filters()
        return [*filters, self._glyph_filter] if self._glyph_filter.enabled else filters

    def chosen_place(self, screen: Screen[Any]) -> Offset:
        """Return where somebody types, else where what is chosen stands, in the panel that has the keys.

        A screen reader reads there.
        """
        for over in screen.query(OverlayRows):
            typed = over.typed_cell()
            if typed is not None:
                return typed
        focused = screen.focused
        cell: Callable[[], Offset] | None = getattr(focused, "chosen_cell", None)
        if focused is None or cell is None:
            return super().chosen_place(screen)
        return focused.content_region.offset + cell()

    def few_colours(self) -> bool:
        """Return whether the terminal has 16 colours or fewer."""
        return self.console.color_system in FEW

    def preview_theme(self, name: str) -> None:
        """Show a theme until `restore_theme` or `choose_theme`; nothing changes under NO_COLOR."""
        if not self.no_color:
            self.theme = THEMES[name].name

    def restore_theme(self) -> None:
        """Show the theme that is chosen."""
        self.theme = self.chosen_theme

    def choose_theme(self, name: str) -> None:
        """Show a theme from now on."""
        self.preview_theme(name)
        self.chosen_theme = self.theme

    def watch_theme(self) -> None:
        """Draw everything again once the stylesheet is that of the theme: roles change with it, and rows that are kept."""
        held = ExitStack()
        if self.is_running:
            held.enter_context(self.batch_update())  # the stylesheet alone would draw the screen once more
        self.call_next(self._draw_in_theme, held)

    def _draw_in_theme(self, held: ExitStack) -> None:
        with held:
            self._forget_styles()

    def _forget_styles(self) -> None:
        for screen in self.screen_stack:
            for widget in screen.walk_children(with_self=True):
                widget.notify_style_update()
                widget.refresh()
