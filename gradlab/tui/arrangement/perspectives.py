"""The perspectives: what a person is about to do, and the layout for it in each class of size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gradlab.tui.arrangement.tree import CAPTION, Pane, Split, SplitPart, Tree, read_layout

TINY = (40, 10)
"""Columns and rows below which there is no room for panels."""
LOW, NARROW = (70, 20), 100
CAPTION_SHARE, LOW_CAPTION = 40, 3


@dataclass(frozen=True, slots=True)
class Perspective:
    """letter: chooses it behind `v`.   trees: its layouts by class of size.   caption: what that shows, the first that can."""

    name: str
    letter: str
    trees: Mapping[str, str]
    caption: tuple[str, ...]


TEACH = {
    "S": "graph / caption =7",
    "M": "graph 59 | lesson",
    "L": "graph 58 | (lesson 60 / node 25 / why 15)",
    "XL": "lesson 27 | (graph 70 / health) 43 | (node / why / plots)",
}
ALL = (
    Perspective("teach", "T", TEACH, ("lesson", "node")),
    Perspective(
        "debug",
        "D",
        {
            "S": "graph / caption =7",
            "M": "graph 59 | (findings / why)",
            "L": "(graph / health) 56 | (findings / node / why)",
            "XL": "graph 38 | (health / time) | (findings / node / why)",
        },
        ("findings", "why", "node"),
    ),
    Perspective(
        "train",
        "R",
        {
            "S": "plots / caption =7",
            "M": "(graph / curve) 59 | (plots / why)",
            "L": "(graph 65 / node) 36 | (plots 65 / curve)",
            "XL": "graph 34 | (plots / curve) 34 | (node / health / time)",
        },
        ("node",),
    ),
    Perspective("play", "P", TEACH, ("lesson", "node")),
    Perspective(
        "compare",
        "C",
        {
            "S": "compare / caption =7",
            "M": "compare 60 | (plots / graph)",
            "L": "(compare 65 / findings) 66 | (plots / graph / node)",
            "XL": "(compare 65 / findings) 66 | (plots / graph / node)",
        },
        ("findings", "node"),
    ),
)
PERSPECTIVES = {one.name: one for one in ALL}


def size_class(size: tuple[int, int]) -> str:
    """Return the class of so many columns and rows of the terminal: S, M, L or XL."""
    width, height = size
    if width < NARROW or height < 26:
        return "S"
    if width < 120:
        return "M"
    return "XL" if width >= 160 and height >= 44 else "L"


def default_tree(perspective: str, size: tuple[int, int]) -> Tree:
    """Return the layout of a perspective for a size of the terminal."""
    return read_layout(PERSPECTIVES[perspective].trees[size_class(size)])


def with_caption(tree: Tree, size: tuple[int, int]) -> Tree:
    """Return the tree with its caption as the size wants it: lower in a small terminal, at the right of a wide one."""
    if not isinstance(tree, Split) or tree.sign != "/" or tree.parts[-1].tree != Pane(CAPTION) or not tree.parts[-1].cells:
        return tree
    if size[0] >= NARROW:
        rest = tree.parts[0].tree if len(tree.parts) == 2 else Split("/", tree.parts[:-1])
        return Split("|", (SplitPart(rest), SplitPart(Pane(CAPTION), share=CAPTION_SHARE)))
    if size[0] < LOW[0] or size[1] < LOW[1]:
        return Split("/", (*tree.parts[:-1], replace(tree.parts[-1], cells=LOW_CAPTION)))
    return tree
