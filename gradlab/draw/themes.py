"""Themes: which colour each part of the screen has. One table; `gradlab.tui.styles` says which role of a text has which part.

Blue and orange mean the sign of a number and nothing else. A test computes all contrasts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Theme:
    """The colours of the screen, as `#rrggbb`; those of `ansi` are names of the terminal's own.

    ground, bar, selection: what text stands on: panels; the rows above and below them; what is marked.   text, dim: most of the
    text, and what may be overlooked.   accent: titles, keys, sizes, where one stands.   good, bad: grades.
    positive, negative: signs.   border: edges and scrollbars.   dark: whether the ground is.
    """

    name: str
    title: str
    ground: str
    bar: str
    selection: str
    text: str
    dim: str
    accent: str
    good: str
    bad: str
    positive: str
    negative: str
    border: str
    dark: bool = True

    @property
    def native(self) -> bool:
        """Whether the colours are the terminal's own, which cannot be mixed."""
        return not self.ground.startswith("#")


DARK = Theme(
    "dark", "light text on a dark ground", "#11151c", "#1b212b", "#2b3648", "#d5dae3", "#98a3b5", "#f4ea9c", "#6fbf9c",
    "#ff7b7b", "#6cb2ff", "#ff9f43", "#657184",
)  # fmt: skip
LIGHT = Theme(
    "light", "dark text on a light ground", "#fbfaf7", "#eceae4", "#d5e3f3", "#1d2430", "#505a69", "#00585a", "#14603a",
    "#a81224", "#0b4f9e", "#8a3d00", "#7c8594", dark=False,
)  # fmt: skip
CONTRAST = Theme(
    "contrast", "the most contrast, on black", "#000000", "#000000", "#002a52", "#ffffff", "#e0e0e0", "#ffe14d", "#5dffa3",
    "#ff9a9a", "#8cc8ff", "#ffb84d", "#ffffff",
)  # fmt: skip
COLOUR_BLIND = Theme(
    "colour-blind", "colours that people who see few of them tell apart", "#11151c", "#1b212b", "#2b3648", "#e6e6e6",
    "#a3abb8", "#f0e442", "#4ecfa5", "#e8a0c8", "#56b4e9", "#e69f00", "#6b7688",
)  # fmt: skip
ANSI = Theme(
    "ansi", "the sixteen colours of the terminal, on its own ground", "default", "default", "default", "default", "default",
    "magenta", "green", "bright_red", "bright_blue", "yellow", "default",
)  # fmt: skip

THEMES: Mapping[str, Theme] = {theme.name: theme for theme in (DARK, LIGHT, CONTRAST, COLOUR_BLIND, ANSI)}


def mixed(first: str, second: str, share: float) -> str:
    """Return a colour between two: `share` of the way from the first to the second."""
    pairs = zip(channels(first), channels(second), strict=True)
    return "#" + "".join(f"{round(a + share * (b - a)):02x}" for a, b in pairs)


def channels(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of `#rrggbb`, each from 0 to 255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
