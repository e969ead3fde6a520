"""Cores to compare one with: another scenario, or the same with changes to its model. No script is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from gradlab.errors import ActionError
from gradlab.lab.core import Core
from gradlab.scenario.model import Overrides, changed, draft
from gradlab.scenario.reading.place import open_path
from gradlab.scenario.shelf import find

if TYPE_CHECKING:
    from pathlib import Path


def opened(where: str | Path, changes: Sequence[str], seed: int | None = None, backend: str = "auto") -> Core:
    """Open a scenario with changes to its model, each `NAME=EXPR`; `seed`, `dtype` and `mode` are those of its head.

    Raises ScenarioError, and ArgumentError for a change that is none.
    """
    return Core(draft(where, changed(Overrides(seed=seed), changes)).finish(), backend)


def with_changes(core: Core, changes: Sequence[str]) -> Core:
    """Return a new core on the same scenario with changes to its model. Raises ScenarioError, ArgumentError."""
    scenario = core.scenario
    overrides = changed(scenario.overrides, changes)
    again = replace(scenario, model=scenario.traced(overrides), overrides=overrides)
    return Core(again, core.backend.wanted, core.budget)


def session(core: Core) -> Core:
    """Return a new core at the beginning of the same run: what was done in the core is done in it, too.

    Raises ActionError for a run that begins later than update 0, because a file was loaded: there is nothing beside it.
    """
    origin = core.run.origin
    if origin.update and not origin.given:
        loaded = f"where `{origin.source}` was loaded"
        raise ActionError(f"this session begins at {origin.position}, {loaded}, and the scenario at 0.f.0")
    again = with_changes(core, ())
    again.follow(core)
    return again


def another(core: Core, name: str) -> Core:
    """Open another scenario: one that comes with gradlab, or a file in the folder of the core's own or below."""
    path = find(name) or open_path(core.scenario.document.folder, name)
    return Core(draft(path, Overrides(seed=core.model.seed)).finish(), core.backend.wanted, core.budget)
