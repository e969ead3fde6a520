"""Nodes by a pattern for their names, as `each`, the groups of `minimize`, `freeze` and `thaw` use it.

`*` stands for any characters, dots too, `?` for one, `[0-9]` for one of several: `*.W`, `h?.b`, `layer[1-3].*`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from fnmatch import translate
from functools import lru_cache

from gradlab.graph.graph import Graph

WILD = frozenset("*?[")


def is_pattern(text: str) -> bool:
    """Return whether a text has a character in it that stands for others."""
    return not WILD.isdisjoint(text)


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern in the form in which names are compared with it."""
    return re.compile(translate(pattern))


def names_matching(names: Mapping[str, int], pattern: str) -> tuple[str, ...]:
    """Return the shortest name of each node that a pattern matches, in the order of the nodes. names: to their indexes."""
    holds, found = compiled(pattern).match, dict[int, str]()
    for name, index in names.items():
        if holds(name) and len(name) < len(found.get(index, name + " ")):
            found[index] = name
    return tuple(found[index] for index in sorted(found))


def matching(graph: Graph, pattern: str) -> tuple[int, ...]:
    """Return the nodes that have a name which a pattern matches, each once, in the order of the graph."""
    return tuple(graph.aliases[name] for name in names_matching(graph.aliases, pattern))
