"""The words of the lab language. Each module declares some; they are found by walking this package."""

from __future__ import annotations

import importlib
import pkgutil

from gradlab.lab.action import Action


def _collect() -> dict[str, Action]:
    found: dict[str, Action] = {}
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda i: i.name):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for thing in vars(module).values():
            if isinstance(thing, Action):
                assert found.get(thing.name, thing) is thing, f"two actions `{thing.name}`"
                found[thing.name] = thing
    return dict(sorted(found.items()))


ACTIONS: dict[str, Action] = _collect()
