"""Glyphs on the screen: what the terminal does not have is replaced where lines leave for it, whoever has drawn them."""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter
from textual.scrollbar import ScrollBar, ScrollBarRender

from gradlab.draw.glyphs import HANGING, STEPS, GlyphSet, spelled


class BlankScrollBars(ScrollBarRender):
    """Scrollbars without glyphs: a stretch in reverse video."""

    VERTICAL_BARS = HORIZONTAL_BARS = [" "] * 8


UPRIGHT = Style(reverse=False)


class GlyphFilter(LineFilter):
    """Draws lines in the glyphs of a set. A step that hangs from the ceiling has a glyph of its own, and no reverse video."""

    def __init__(self, glyphs: GlyphSet) -> None:
        super().__init__(enabled=glyphs != "all")
        self.glyphs = glyphs
        ScrollBar.renderer = BlankScrollBars if self.enabled else ScrollBarRender

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line in the glyphs."""
        return [segment if segment.text.isascii() else respelled(segment, self.glyphs) for segment in segments]


@lru_cache(maxsize=4096)
def respelled(segment: Segment, glyphs: GlyphSet) -> Segment:
    """Return a piece of a line in some glyphs."""
    text, style, control = segment
    if style is not None and style.reverse and any(letter in STEPS for letter in text):
        return Segment(spelled(text, glyphs, HANGING), style + UPRIGHT, control)
    return Segment(spelled(text, glyphs), style, control)
