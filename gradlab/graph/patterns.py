"""Nodes by a pattern for their names, as `each`, the groups of `minimize`, `freeze` and `thaw` use it.

`*` stands for any characters, dots too, `?` for one, `[0-9]` for one of several: `*.W`, `h?.b`, `layer[1-3].*`.
"""

from __future__ import annotations

import re
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


def matching(graph: Graph, pattern: str) -> tuple[int, ...]:
    """Return the nodes that have a name which a pattern matches, each once, in the order of the graph."""
    holds = compiled(pattern).match
    return tuple(sorted({index for name, index in graph.aliases.items() if holds(name)}))
