"""Roles to colours. Blue is positive, orange negative; whatever matters is also a sign, a word or reverse video.

The colours keep apart for people who see red and green alike, and every role is legible without any colour.
"""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style

BACKGROUND = "#11151c"
TEXT = "#d5dae3"
DIM = "#7d8799"
ACCENT = "#f2c14e"
GOOD = "#6fbf9c"
BAD = "#ff6b6b"
BLUE = ("#5b7fa6", "#5f9ad6", "#6cb2ff", "#9fd0ff")
ORANGE = ("#a8815a", "#d69354", "#ff9f43", "#ffc285")
_MAP = {
    "-4": "#ffc285", "-3": "#e08a2e", "-2": "#a5601a", "-1": "#5c3a16", "0": "#1b212b", "+1": "#173a5c", "+2": "#1f64a8",
    "+3": "#3d94ea", "+4": "#a6d5ff", "bad": "#ff3d68", "none": BACKGROUND,
}  # fmt: skip

ROLES: dict[str, Style] = {
    "": Style(color=TEXT),
    "dim": Style(color=DIM),
    "strong": Style(color=TEXT, bold=True),
    "title": Style(color=ACCENT, bold=True),
    "emphasis": Style(color=TEXT, italic=True),
    "link": Style(color=BLUE[2], underline=True),
    "code": Style(color="#b7c7a8"),
    "keyword": Style(color="#c9a6e8"),
    "word": Style(color="#8fc7d9"),
    "number": Style(color="#d9c08c"),
    "text": Style(color="#a9c98f"),
    "key": Style(color=ACCENT, bold=True),
    "off": Style(color="#5a6373"),
    "value": Style(color=TEXT, bold=True),
    "delta": Style(color=ACCENT),
    "positive": Style(color=BLUE[2]),
    "negative": Style(color=ORANGE[2]),
    "hanging": Style(color=ORANGE[2], reverse=True),
    "here": Style(color=ACCENT, bold=True),
    "done": Style(color=BLUE[1]),
    "curve": Style(color=BLUE[2]),
    "good": Style(color=GOOD),
    "bad": Style(color=BAD, bold=True),
    "warn": Style(color=ORANGE[2], bold=True),
    "cursor": Style(color=ACCENT, bold=True, reverse=True),
    "line": Style(color=TEXT, reverse=True),
    "heat0": Style(color=DIM),
    **{f"heat{step:+d}": Style(color=colours[abs(step) - 1], bold=abs(step) == 4)
       for colours, sign in ((BLUE, 1), (ORANGE, -1)) for step in (sign, 2 * sign, 3 * sign, 4 * sign)},
}  # fmt: skip

FILLED = frozenset(role for role, style in ROLES.items() if style.reverse or style.underline or style.bgcolor)
"""Roles that can be seen on a space, too."""


@lru_cache(maxsize=512)
def style_of(role: str) -> Style:
    """Return the style of a role; "map upper lower" colours both halves of a cell."""
    if role.startswith("map "):
        _, upper, lower = role.split(" ")
        return Style(color=_MAP[upper], bgcolor=_MAP[lower])
    return ROLES[role]
