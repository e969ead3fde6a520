"""The words of the lab language, one file each: reading its arguments, doing it, and telling what came of it.

A room above (diagnosis, recording) has its own words in a package `actions` of its own; all are found by walking the packages.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache

from gradlab.actions._action import Action
from gradlab.registry import Registry, collect

__all__ = ["ACTIONS", "Action", "words"]


@cache
def words() -> Mapping[str, Action]:
    """Return every word by its name, in order of the names."""
    return dict(sorted(ACTIONS.items()))


def _rooms() -> Iterator[str]:
    """Yield the packages that hold words: this one, and `actions` in each package beside it."""
    import gradlab

    yield __name__
    for room in pkgutil.iter_modules(gradlab.__path__):
        folders = [f"{path}/{room.name}" for path in gradlab.__path__]
        if any(inner.name == "actions" for inner in pkgutil.iter_modules(folders)):
            yield f"gradlab.{room.name}.actions"


ACTIONS: Registry[Action] = collect(_rooms, "ACTION")
