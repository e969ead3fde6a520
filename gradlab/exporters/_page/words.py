"""The prose of a lesson and its script as HTML. HTML in the prose stays text, and pictures become their description."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from gradlab.draw.highlight import highlighted
from gradlab.draw.ink import Row, safe
from gradlab.draw.said import line_row
from gradlab.lab.outcome import Line
from gradlab.lab.teach.lesson import Piece

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

COLUMN = 60
"""Characters that a line of the column for the lesson has at least."""
SCHEMES = ("http://", "https://")


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.add_render_rule("image", lambda self, tokens, place, options, env: escape(safe(tokens[place].content)))
    reader.add_render_rule("link_open", lambda self, tokens, place, options, env: _link(str(tokens[place].attrGet("href"))))
    reader.add_render_rule("link_close", lambda self, tokens, place, options, env: "</a>")
    reader.add_render_rule("fence", lambda self, tokens, place, options, env: code(tokens[place].content, ""))
    return reader


def _link(address: str) -> str:
    """Return the beginning of a link; one that leads to no page of the web is not followed."""
    return f'<a href="{escape(address)}" rel="noopener noreferrer">' if address.startswith(SCHEMES) else "<a>"


def prose(text: str) -> str:
    """Return Markdown as HTML."""
    return str(_markdown().render(safe_lines(text)))


def safe_lines(text: str) -> str:
    """Return a text without control characters; its lines stay."""
    return "\n".join(safe(line) for line in text.split("\n"))


def code(text: str, language: str) -> str:
    """Return a model or a script with its colours."""
    lines = "\n".join(runs(line) for line in highlighted(text, language))
    return f'<pre tabindex="0"><code>{lines}</code></pre>'


def runs(line: Row) -> str:
    """Return a row with a class for each role."""
    return "".join(f'<span class="r-{role}">{escape(text)}</span>' if role else escape(text) for text, role in line)


def lesson(pieces: Sequence[Piece]) -> dict[str, str]:
    """Return the pieces of a lesson by their stops, `page:3` or `line:7`; claims in a row are folded."""
    found: dict[str, str] = {}
    for kind, group in groupby(pieces, key=lambda piece: piece.kind):
        if kind == "claim":
            claims = list(group)
            found[f"line:{claims[-1].number}"] = _claims(claims)
            continue
        for piece in group:
            stop = f"page:{piece.page}" if piece.number < 0 else f"line:{piece.number}"
            if text := _piece(piece):
                found[stop] = found.get(stop, "") + text
    return found


def _piece(piece: Piece) -> str:
    """Return what stands in a piece; nothing for a question, which the page asks, and for what only a program sees."""
    if piece.kind == "model":
        return code(piece.text, "model")
    if piece.kind in ("prose", "code"):
        return prose(piece.text)
    if piece.kind == "question":
        return f'<div class="question" data-question="{piece.number}"></div>'
    if piece.kind == "line" and piece.number >= 0:
        text = runs(highlighted(piece.text, "lab")[0])
        return f'<div class="line"><code>{text}</code>{_told(piece.said)}</div>'
    return ""


def _told(said: Sequence[Line]) -> str:
    """Return what was said to a line; where it is wider than the column it can be scrolled by keys."""
    scrolls = ' tabindex="0"' if any(len(line.text) > COLUMN for line in said) else ""
    text = "".join(f'<p class="said">{runs(line_row(line))}</p>' for line in said)
    return f'<div class="told"{scrolls}>{text}</div>'


def _claims(group: Sequence[Piece]) -> str:
    """Return claims in a row, folded; what failed is said in the open."""
    failed = [line for piece in group for line in piece.said if line.kind == "fail"]
    number = f"{len(group)} claim{'s' * (len(group) != 1)}"
    head = f"{len(failed)} of {number} failed" if failed else f"{number} hold{'s' * (len(group) == 1)}"
    lines = "".join(f"<p><code>{escape(safe(piece.text))}</code></p>" for piece in group)
    told = "".join(f'<p class="said">{runs(line_row(line))}</p>' for line in failed)
    mark = "✗" if failed else "✓"
    return f'<div class="claims told"><details><summary>{mark} {head}</summary>{lines}</details>{told}</div>'
