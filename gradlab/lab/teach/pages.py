"""The pages of a lesson: a paragraph, a list or a heading with what follows it, each shown by itself."""

from __future__ import annotations

from collections.abc import Iterator

TURNS = ("heading_open", "paragraph_open", "bullet_list_open", "ordered_list_open")
"""Blocks that begin a page, as Markdown's parser calls them; a quotation, a table or a picture belongs to what is above it."""


def cut(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the blocks of a Markdown text: whether each begins a page, and its text with the lines between it and the next one.

    What follows a heading is on its page.
    """
    starts = list(_starts(text))
    lines = text.splitlines(keepends=True)
    if not starts:
        yield True, text
        return
    headed = False
    for number, (line, kind) in enumerate(starts):
        first = 0 if number == 0 else line
        end = starts[number + 1][0] if number + 1 < len(starts) else len(lines)
        yield kind in TURNS and not headed, "".join(lines[first:end])
        headed = kind == "heading_open"


def _starts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the first line of each block of the text, from 0, and what it is."""
    from markdown_it import MarkdownIt

    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(text):
        if token.level == 0 and token.nesting >= 0 and token.map is not None:
            yield token.map[0], token.type
