"""Titles on borders. Textual reads a plain string there as markup, so a title is always made here."""

from __future__ import annotations

from rich.text import Text

from gradlab.draw.ink import safe


def plain(text: str) -> Text:
    """Return a text for a border that is nothing but text."""
    return Text(safe(text))
