"""A layout is a tree of splits, and can be written: `graph 58 | (lesson 55 / node 25 / why 20)`.

    a | b      beside each other          a / b      below each other          (…)    a part that is split itself
    a 58 | b   a has 58 % of the width    a / b =7   b has exactly 7 rows; parts without a number share what is left

A name is that of a panel, or `caption`: the panel that matters next.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from gradlab.draw.ink import safe

CAPTION = "caption"
MOST_SLOTS, DEEPEST, LONGEST = 16, 8, 400
_TOKEN = re.compile(r"\s*(?:([A-Za-z_][\w.-]*)|(=\s*\d+)|(\d+(?:\.\d+)?)|([|/()])|(\S))")

Sign = Literal["|", "/"]


@dataclass(frozen=True, slots=True)
class Pane:
    """A place for one panel."""

    panel: str


@dataclass(frozen=True, slots=True)
class SplitPart:
    """A part of a split. share: in percent of the whole, 0 for what is left.   cells: columns or rows that it has, or 0."""

    tree: Tree
    share: float = 0.0
    cells: int = 0


@dataclass(frozen=True, slots=True)
class Split:
    """Two parts or more, beside each other (`|`) or below each other (`/`)."""

    sign: Sign
    parts: tuple[SplitPart, ...]


Tree = Pane | Split


def read_layout(text: str) -> Tree:
    """Return the tree that a text describes. Raises ValueError that says what is wrong with it."""
    if len(text) > LONGEST:
        raise ValueError(f"a layout has at most {LONGEST} characters")
    return _LayoutReader(text).read()


def text_of(tree: Tree) -> str:
    """Return the text of a tree: the one that it was read from, but for spaces."""
    if isinstance(tree, Pane):
        return tree.panel
    return f" {tree.sign} ".join(_text_of_part(part) for part in tree.parts)


def _text_of_part(part: SplitPart) -> str:
    text = text_of(part.tree)
    text = f"({text})" if isinstance(part.tree, Split) else text
    return text + (f" ={part.cells}" if part.cells else f" {part.share:g}" if part.share else "")


def panels_of(tree: Tree) -> tuple[str, ...]:
    """Return the names of the panels, in reading order."""
    return (tree.panel,) if isinstance(tree, Pane) else tuple(name for part in tree.parts for name in panels_of(part.tree))


class _LayoutReader:
    """Reads one text."""

    def __init__(self, text: str) -> None:
        self.tokens = [match for match in _TOKEN.finditer(text) if match[0].strip()]
        self.at = 0

    def read(self) -> Tree:
        tree = self._tree(0)
        if self.at < len(self.tokens):
            raise self._wrong("`|` or `/`")
        names = panels_of(tree)
        twice = next((name for name in names if names.count(name) > 1), "")
        if twice:
            raise ValueError(f"the panel `{twice}` stands in the layout twice")
        if len(names) > MOST_SLOTS:
            raise ValueError(f"a layout has at most {MOST_SLOTS} panels")
        return tree

    def _tree(self, depth: int) -> Tree:
        if depth > DEEPEST:
            raise ValueError(f"a layout has at most {DEEPEST} parentheses in each other")
        parts = [self._part(depth)]
        sign = ""
        while (found := self._symbol()) in ("|", "/"):
            if sign and found != sign:
                raise ValueError("`|` and `/` stand beside each other: parentheses say which comes first, `a | (b / c)`")
            sign = found
            self.at += 1
            parts.append(self._part(depth))
        if sign == "|":
            return Split("|", tuple(parts))
        if sign == "/":
            return Split("/", tuple(parts))
        if parts[0].share or parts[0].cells:
            raise ValueError("a layout of one part has no size of its own")
        return parts[0].tree

    def _part(self, depth: int) -> SplitPart:
        if self._symbol() == "(":
            self.at += 1
            tree = self._tree(depth + 1)
            if self._symbol() != ")":
                raise self._wrong("`)`")
            self.at += 1
        elif self.at < len(self.tokens) and self.tokens[self.at][1]:
            tree = Pane(self.tokens[self.at][1])
            self.at += 1
        else:
            raise self._wrong("the name of a panel")
        return self._size(SplitPart(tree))

    def _size(self, part: SplitPart) -> SplitPart:
        """Return a part with the size that stands behind it."""
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is not None and token[2]:
            self.at += 1
            cells = int(token[2][1:])
            if not 3 <= cells <= 99:
                raise ValueError(f"`{token[2]}` is no size: =3 to =99")
            return replace(part, cells=cells)
        if token is not None and token[3]:
            self.at += 1
            share = float(token[3])
            if not 1 <= share <= 99:
                raise ValueError(f"`{token[3]}` is no share: 1 to 99")
            return replace(part, share=share)
        return part

    def _symbol(self) -> str:
        return self.tokens[self.at][4] or "" if self.at < len(self.tokens) else ""

    def _wrong(self, wanted: str) -> ValueError:
        if self.at >= len(self.tokens):
            return ValueError(f"the layout ends where {wanted} is to stand")
        return ValueError(f"`{safe(self.tokens[self.at][0].strip())}` stands where {wanted} is to stand")


# ---- other trees ---------------------------------------------------------------------------------------------------------


def without(tree: Tree, *names: str) -> Tree | None:
    """Return the tree without some panels; their neighbours get the room. None when nothing is left."""
    if isinstance(tree, Pane):
        return None if tree.panel in names else tree
    kept = [(part, rest) for part in tree.parts if (rest := without(part.tree, *names)) is not None]
    if len(kept) > 1:
        return Split(tree.sign, tuple(replace(part, tree=rest) for part, rest in kept))
    return kept[0][1] if kept else None


def replaced(tree: Tree, name: str, by: str) -> Tree:
    """Return the tree with another panel in the slot of one."""
    if isinstance(tree, Pane):
        return Pane(by) if tree.panel == name else tree
    return Split(tree.sign, tuple(replace(part, tree=replaced(part.tree, name, by)) for part in tree.parts))


def divided(tree: Tree, name: str, sign: Sign, new: str) -> Tree:
    """Return the tree with the slot of a panel split in two halves; the new panel is on the right or below."""
    if isinstance(tree, Pane):
        return Split(sign, (SplitPart(tree), SplitPart(Pane(new)))) if tree.panel == name else tree
    parts: list[SplitPart] = []
    for part in tree.parts:
        if part.tree == Pane(name) and tree.sign == sign and not part.cells:
            half = replace(part, share=max(1.0, part.share / 2) if part.share else 0.0)
            parts += [half, replace(half, tree=Pane(new))]
        else:
            parts.append(replace(part, tree=divided(part.tree, name, sign, new)))
    return Split(tree.sign, tuple(parts))


def even(tree: Tree) -> Tree:
    """Return the tree with parts of the same size in every split."""
    if isinstance(tree, Pane):
        return tree
    return Split(tree.sign, tuple(SplitPart(even(part.tree)) for part in tree.parts))


Path = tuple[int, ...]
"""The way to a split: the number of the part in each split from the root on."""


def with_sizes(tree: Tree, path: Path, sizes: Mapping[int, int]) -> Tree:
    """Return the tree with the split at a path shared out as these sizes are; what is exact stays exact.

    sizes: of parts, by their number; the others are out of sight, and keep what they have.
    """
    if isinstance(tree, Pane):
        return tree
    if path:
        parts = list(tree.parts)
        parts[path[0]] = replace(parts[path[0]], tree=with_sizes(parts[path[0]].tree, path[1:], sizes))
        return Split(tree.sign, tuple(parts))
    whole = max(1, sum(sizes.values()))
    return Split(tree.sign, tuple(_sized(part, sizes.get(i, 0), whole) for i, part in enumerate(tree.parts)))


def _sized(part: SplitPart, size: int, whole: int) -> SplitPart:
    if not size:
        return part
    return (
        replace(part, cells=max(3, size))
        if part.cells
        else replace(part, share=min(99.0, max(1.0, round(100 * size / whole, 2))))
    )
