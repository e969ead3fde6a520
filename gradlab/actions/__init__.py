"""The words of the lab language, one file each: reading its arguments, doing it, and telling what came of it.

A room above (diagnosis, recording) has its own words in a package `actions` of its own; all are found by walking the packages.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from gradlab.actions._action import Action
from gradlab.registry import Registry, collect, rooms

__all__ = ["ACTIONS", "Action", "words"]


@cache
def words() -> Mapping[str, Action]:
    """Return every word by its name, in order of the names."""
    return dict(sorted(ACTIONS.items()))


ACTIONS: Registry[Action] = collect(lambda: (__name__, *rooms("actions")), "ACTION")
