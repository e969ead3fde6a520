"""Roles to styles: which part of a theme each role of a text has, and what it is besides, so that it is legible without colour.

Blue and orange are signs; whatever else matters is a word, a glyph, bold or reverse video.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from rich.style import Style
from textual.theme import Theme as Ground

from gradlab.draw.glyphs import GlyphSet
from gradlab.draw.themes import DARK, THEMES, Theme, mixed

if TYPE_CHECKING:
    from textual.app import App

SCROLL_GROUNDS = (
    "scrollbar-background", "scrollbar-background-hover", "scrollbar-background-active", "scrollbar-corner-color",
)  # fmt: skip
"""What Textual calls the colours below and beside a scrollbar."""
LEVELS = 4
"""Levels of heat on either side of 0."""


class RoleLook(NamedTuple):
    """How a role looks: a colour of the theme, or one between two of them, and attributes.

    towards: the colour it is mixed with.   share: how far.
    """

    colour: str
    towards: str = ""
    share: float = 0.5
    bold: bool = False
    italic: bool = False
    underline: bool = False
    reverse: bool = False


PARTS: Mapping[str, RoleLook] = {
    "": RoleLook("text"),
    "dim": RoleLook("dim"),
    "strong": RoleLook("text", bold=True),
    "title": RoleLook("accent", bold=True),
    "emphasis": RoleLook("text", italic=True),
    "link": RoleLook("text", underline=True),
    "code": RoleLook("text", "good"),
    "keyword": RoleLook("text", bold=True),
    "word": RoleLook("text", "accent"),
    "number": RoleLook("text"),
    "text": RoleLook("text", "good"),
    "key": RoleLook("accent", bold=True),
    "off": RoleLook("dim"),
    "value": RoleLook("text", bold=True),
    "delta": RoleLook("accent"),
    "positive": RoleLook("positive"),
    "negative": RoleLook("negative"),
    "hanging": RoleLook("negative", reverse=True),
    "here": RoleLook("accent", bold=True),
    "done": RoleLook("text"),
    "curve": RoleLook("text"),
    "good": RoleLook("good"),
    "bad": RoleLook("bad", bold=True),
    "warn": RoleLook("accent", bold=True),
    "cursor": RoleLook("accent", bold=True, reverse=True),
    "heat0": RoleLook("dim"),
    **{f"heat{sign}{step}": RoleLook(colour, "dim", 1 - step / LEVELS, bold=step == LEVELS)
       for sign, colour in (("+", "positive"), ("-", "negative")) for step in range(1, LEVELS + 1)},
}  # fmt: skip
"""Every role; `map UPPER LOWER`, which colours both halves of a cell, is none of them."""

SHADES = (0.3, 0.6, 0.9)
"""How far the first levels of a map are on the way from 0 to the sign; the last is half way from there to the text."""

FILLED = frozenset(role for role, part in PARTS.items() if part.reverse or part.underline)
"""Roles that can be seen on a space, too."""


@lru_cache(maxsize=2048)
def style_of(role: str, theme: Theme) -> Style:
    """Return the style of a role in a theme; "map upper lower" colours both halves of a cell."""
    if role.startswith("map "):
        _, upper, lower = role.split(" ")
        shades = _shades(theme)
        return Style(color=shades[upper], bgcolor=shades[lower])
    part = PARTS[role]
    dim = theme.native and part.colour == "dim"
    return Style(
        color=colour_of(part, theme), bold=part.bold or None, italic=part.italic or None, underline=part.underline or None,
        reverse=part.reverse or None, dim=dim or None,
    )  # fmt: skip


def colour_of(part: RoleLook, theme: Theme) -> str:
    """Return the colour of a part in a theme. The terminal's own cannot be mixed: there it is the first of both."""
    colour: str = getattr(theme, part.colour)
    return mixed(colour, getattr(theme, part.towards), part.share) if part.towards and not theme.native else colour


@cache
def _shades(theme: Theme) -> dict[str, str]:
    """Return the colours of a map by level: "-4" … "+4", "0", "bad", "none"; not for the terminal's own."""
    found = {"0": theme.bar, "none": theme.ground, "bad": theme.bad}
    for sign, colour in (("+", theme.positive), ("-", theme.negative)):
        steps = [mixed(theme.bar, colour, share) for share in SHADES]
        found |= {f"{sign}{step}": shade for step, shade in enumerate([*steps, mixed(colour, theme.text, 0.5)], 1)}
    return found


@cache
def marked_style(theme: Theme) -> Style:
    """Return what is laid over a row that is marked: the ground of the selection, or reverse video where there is none."""
    return Style(reverse=True) if theme.native else Style(bgcolor=theme.selection, bold=True)


def theme_in(app: App[Any]) -> Theme:
    """Return the theme of an app; that of one which is not gradlab's is dark."""
    return THEMES.get(app.theme, DARK)


def glyphs_of(app: App[Any]) -> GlyphSet:
    """Return the glyphs that an app draws with; those of one which is not gradlab's are all."""
    found: GlyphSet = getattr(app, "glyphs", "all")
    return found


def ascii_only(app: App[Any]) -> bool:
    """Return whether an app draws ASCII alone."""
    return glyphs_of(app) == "ascii"


def has_shades(app: App[Any]) -> bool:
    """Return whether half blocks in any colour can be drawn."""
    return not theme_in(app).native and glyphs_of(app) == "all"


def grounds() -> list[Ground]:
    """Return the themes as Textual has them: the stylesheet names their colours as its variables."""
    return [ground_of(theme) for theme in THEMES.values()]


def ground_of(theme: Theme) -> Ground:
    """Return a theme as Textual has it."""

    def named(colour: str) -> str:
        return f"ansi_{colour}" if theme.native else colour

    ground, bar, selection, text, dim, accent, border = map(
        named, (theme.ground, theme.bar, theme.selection, theme.text, theme.dim, theme.accent, theme.border)
    )
    variables = {
        "ground": ground, "bar": bar, "selection": selection, "ink": text, "dim": dim, "accent": accent, "rim": border,
        "veil": ground if theme.native else f"{ground} 60%",
        "text-muted": dim, "text-disabled": dim, "input-cursor-background": text, "input-cursor-foreground": ground,
        "input-cursor-text-style": "reverse" if theme.native else "none",
        **dict.fromkeys(("scrollbar", "scrollbar-hover", "scrollbar-active"), border),
        **dict.fromkeys(SCROLL_GROUNDS, ground),
        "ansi-background": ground, "ansi-foreground": text,
        "input-selection-background": selection, "input-selection-foreground": text,
    }  # fmt: skip
    return Ground(
        name=theme.name, dark=theme.dark, ansi=theme.native, primary=accent, secondary=dim, accent=accent, foreground=text,
        background=ground, surface=ground, panel=bar, boost=bar, success=named(theme.good), warning=accent,
        error=named(theme.bad), variables=variables,
    )  # fmt: skip
