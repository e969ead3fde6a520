"""A lesson's Markdown as rows of text: headings, lists, quotes, code, emphasis and tables.

A link to `key:NAME` is a key: what is written is the one by default, and `with_keys` puts in the one that a person has.
Everything else is shown as it is written. HTML stays text, pictures become their description, and a link shows its address:
nothing here can be followed or clicked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from gradlab.draw.highlight import highlighted
from gradlab.draw.ink import Row, Run, merge, row, safe, wrap

if TYPE_CHECKING:
    from markdown_it.token import Token

INSET = 2
"""Cells that code stands in from the text around it."""
_LANGUAGES = {"python model": "model", "lab": "lab"}
_KEY = re.compile(r"\[((?:\\.|[^\]\\\n])+)\]\(key:([a-z0-9-]+)\)")
_SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")
_ROLES = {"strong_open": "strong", "em_open": "emphasis", "link_open": "link"}


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where a block stands: what its first row and its other rows begin with, and the role of its text."""

    first: str = ""
    rest: str = ""
    role: str = ""

    def inside(self, first: str, rest: str) -> _Frame:
        """Return the frame of a block within this one."""
        return _Frame(self.first + first, self.rest + rest, self.role)

    def later(self) -> _Frame:
        """Return the frame of the blocks behind the first one."""
        return replace(self, first=self.rest)


def with_keys(text: str, key_of: Callable[[str], str]) -> str:
    """Return Markdown with other keys. key_of: gives the key of a command, as it is shown, or "" for one that is unknown."""

    def named(found: re.Match[str]) -> str:
        key = key_of(found[2]) or found[1]
        return f"[{key if key == found[1] else escaped(key)}](key:{found[2]})"

    return _KEY.sub(named, text)


def escaped(text: str) -> str:
    """Return a text as Markdown that is nothing but text."""
    return _SPECIAL.sub(r"\\\1", text)


@lru_cache(maxsize=64)
def prose(text: str, width: int) -> tuple[Row, ...]:
    """Return Markdown as rows of at most `width` cells, an empty row between blocks."""
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode

    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(text)
    rows = [line for node in SyntaxTreeNode(tokens).children for line in [*_block(node, _Frame(), max(width, 12)), row("")]]
    return tuple(rows[:-1])


def _block(node: Node, frame: _Frame, width: int) -> Iterator[Row]:
    """Return the rows of one block."""
    draw = _BLOCKS.get(node.type, _unknown)
    yield from draw(node, frame, width)


def _paragraph(node: Node, frame: _Frame, width: int) -> Iterator[Row]:
    runs = _inline(_tokens(node), frame.role)
    for line in _lines(runs):
        yield from _framed(line, frame, width)
        frame = frame.later()


def _heading(node: Node, frame: _Frame, width: int) -> Iterator[Row]:
    role = "title" if node.tag in ("h1", "h2") else "strong"
    yield from _paragraph(node, replace(frame, role=role), width)


def _list(node: Node, frame: _Frame, width: int) -> Iterator[Row]:
    start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else 0
    for number, item in enumerate(node.children):
        mark = f"{start + number}. " if node.type == "ordered_list" else "• "
        inner = frame.inside(mark, " " * len(mark))
        for child in item.children:
            yield from _block(child, inner, width)
            inner = inner.later()
        frame = frame.later()


def _quote(node: Node, frame: _Frame, width: int) -> Iterator[Row]:
    inner = frame.inside("▏ ", "▏ ")
    for child in node.children:
        yield from _block(child, inner, width)
        inner = inner.later()


def _code(node: Node, frame: _Frame, width: int) -> Iterator[Row]:
    language = _LANGUAGES.get(" ".join(node.info.split()), "")
    room = width - len(frame.rest)
    picture = node.content if language else narrowed(node.content, room - INSET)
    inset = INSET if language or max(map(len, picture.split("\n"))) <= room - INSET else 0
    yield from code(picture, frame.rest, language, inset)


def narrowed(picture: str, width: int) -> str:
    """Return a picture of text without some of the columns that are blank in all its lines, so that it has `width` cells.

    They are taken from the widest gap, and one is left in each: what stood apart stays apart, what stood below stays below.
    """
    lines = picture.split("\n")
    longest = max(map(len, lines))
    columns = list(zip(*(line.ljust(longest) for line in lines), strict=True))
    while len(columns) > width:
        gaps = [list(gap) for blank, gap in groupby(range(len(columns)), lambda at: not "".join(columns[at]).strip()) if blank]
        widest = max(gaps, key=len, default=[])
        if len(widest) < 2:
            break
        del columns[widest[-1]]
    return "\n".join("".join(line).rstrip() for line in zip(*columns, strict=True)) if columns else picture


def _rule(node: Node, frame: _Frame, width: int) -> Iterator[Row]:
    yield row((frame.first + "─" * max(4, width - len(frame.first)), "dim"))


def _table(node: Node, frame: _Frame, width: int) -> Iterator[Row]:
    """Return a table with columns as wide as their widest cell; what is too wide runs out of the panel and can be scrolled."""
    lines = [[_plain(cell) for cell in line.children] for part in node.children for line in part.children]
    widths = [max(len(line[c]) for line in lines if c < len(line)) for c in range(len(lines[0]))] if lines else []
    for number, line in enumerate(lines):
        cells = "  ".join(cell.ljust(widths[c]) for c, cell in enumerate(line) if c < len(widths))
        yield row((frame.rest, "dim"), (cells, "strong" if number == 0 else frame.role))
        if number == 0:
            yield row((frame.rest + "  ".join("─" * w for w in widths), "dim"))


def _unknown(node: Node, frame: _Frame, width: int) -> Iterator[Row]:
    for line in (node.content or "").split("\n"):
        yield from _framed(row((safe(line), frame.role)), frame, width)


def code(text: str, indent: str = "", language: str = "", inset: int = INSET) -> Iterator[Row]:
    """Return lines of code as they are written, `inset` cells in. language: "model" or "lab" for what has colours."""
    for line in highlighted(text, language):
        yield row((indent + " " * inset, "dim"), *line)


def _framed(line: Row, frame: _Frame, width: int) -> Iterator[Row]:
    """Return a wrapped row with the beginnings of its frame."""
    for number, part in enumerate(wrap(line, max(8, width - len(frame.rest)))):
        yield merge([(frame.rest if number else frame.first, "dim"), *part, ("", "")])


def _inline(tokens: Sequence[Token], role: str) -> list[Run]:
    """Return the runs of a paragraph; a forced line end is a run of one line feed."""
    runs: list[Run] = []
    roles = [role]
    addresses: list[str] = []
    for token in tokens:
        if token.type in _ROLES:
            href = str(token.attrGet("href") or "") if token.type == "link_open" else ""
            roles.append("key" if href.startswith("key:") else role or _ROLES[token.type])
            if token.type == "link_open":
                addresses.append(href)
        elif token.type.endswith("_close") and len(roles) > 1:
            roles.pop()
            if token.type == "link_close":
                runs += _address(addresses.pop(), runs)
        else:
            runs.append(_word(token, roles[-1]))
    return runs


def _address(address: str, runs: list[Run]) -> list[Run]:
    """Return the address behind a link's text, unless the text is the address, or leads to a page of gradlab's own."""
    if address.startswith(("word:", "key:")) or (runs and runs[-1][0] == safe(address)):
        return []
    return [(f" ({safe(address)})", "dim")]


def _word(token: Token, role: str) -> Run:
    """Return the run of one token of a paragraph."""
    if token.type == "softbreak":
        return " ", role
    if token.type == "hardbreak":
        return "\n", role
    if token.type == "code_inline":
        return safe(token.content), "code"
    return safe(token.content), role


def _plain(node: Node) -> str:
    """Return the text of a table's cell."""
    return "".join(text for text, _ in _inline(_tokens(node), "")).replace("\n", " ")


def _tokens(node: Node) -> Sequence[Token]:
    """Return the pieces of a paragraph's text."""
    token = node.children[0].token if node.children else None
    return token.children or [] if token else []


def _lines(runs: list[Run]) -> Iterator[Row]:
    """Cut runs at forced line ends."""
    line: list[Run] = []
    for run in runs:
        if run[0] == "\n":
            yield tuple(line)
            line = []
        else:
            line.append(run)
    yield tuple(line)


if TYPE_CHECKING:
    from markdown_it.tree import SyntaxTreeNode as Node

_BLOCKS: dict[str, Callable[..., Iterator[Row]]] = {
    "paragraph": _paragraph,
    "heading": _heading,
    "bullet_list": _list,
    "ordered_list": _list,
    "blockquote": _quote,
    "fence": _code,
    "code_block": _code,
    "hr": _rule,
    "table": _table,
}
