"""What a half-typed action line could become."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_LAST = re.compile(r"[\w.]*$")


def candidates(line: str, actions: Iterable[str], names: Iterable[str], limit: int = 40) -> list[str]:
    """Return whole lines that the line could become: its first word is an action, any other word the name of a node.

    Names that begin with the word come before those that contain it; actions that contain it come where none begins with it.
    """
    found = _LAST.search(line)
    word = found.group() if found else ""
    head = line[: len(line) - len(word)]
    if not head.strip():
        known_words = sorted(actions)
        fit = [action for action in known_words if action.startswith(word)]
        return [head + action for action in fit or [action for action in known_words if word in action]][:limit]
    if not word:
        return []
    known = list(dict.fromkeys(names))
    first = [name for name in known if name.startswith(word)]
    rest = [name for name in known if word in name and not name.startswith(word)]
    return [head + name for name in (first + rest)[:limit] if name != word]


def common_start(lines: Sequence[str]) -> str:
    """Return what all lines begin with."""
    if not lines:
        return ""
    low, high = min(lines), max(lines)
    for place, letter in enumerate(low):
        if high[place : place + 1] != letter:
            return low[:place]
    return low
