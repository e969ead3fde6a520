"""Opening a laboratory: on a scenario file, or on the text of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.arguments import choice, whole
from gradlab.axis.checkpoints import BUDGET, least_budget
from gradlab.errors import BoundError
from gradlab.lab.lab import Lab
from gradlab.lab.script import check_script
from gradlab.scenario.changes import Change, read_change
from gradlab.scenario.model import Overrides, Scenario, draft
from gradlab.scenario.model import build as build_scenario

_WORDS = {"dtype": ("float64", "float32"), "mode": ("train", "eval")}
"""What stands in the head of a file, and what it can be."""


def load(
    where: str | Path, seed: int | None = None, backend: str = "auto", data: Mapping[str, Any] | None = None,
    memory: int | None = None, budget: int | None = None,
) -> Lab:  # fmt: skip
    """Open a scenario by its path, or by the name of one that comes with gradlab.

    seed: instead of the one in the file.   backend: "auto", "plain" or "jit".   data: arrays for inputs, by name.
    memory: bytes that values and gradients may take; without it 2 GiB.   budget: bytes that are kept of the run so that
    going back is quick; without it 256 MiB.
    Raises ScenarioError with all problems of the file, those of its script included, and BoundError for a budget too small.
    """
    read = draft(where, _overrides(seed, data, memory))
    lab = Lab(read.finish(check_script(read.script, read.known)), backend, BUDGET if budget is None else budget)
    needed = least_budget(lab.run.machine.value(index).nbytes for index in lab.run.followers)
    if lab.budget < needed:
        raise BoundError(
            f"error: a budget of {lab.budget:,} bytes is too small: what updates change needs {needed:,} bytes to be kept"
            " at three places of the run"
        )
    return lab


def build(text: str, seed: int = 0, data: Mapping[str, Any] | None = None, backend: str = "auto") -> Lab:
    """Open a laboratory on the text of a model. data: arrays for inputs, by name. Raises ScenarioError."""
    return Lab(build_scenario(text, _overrides(seed, data)), backend)


def reseeded(scenario: Scenario, seed: int) -> Scenario:
    """Return the scenario with another seed."""
    overrides = replace(scenario.overrides, seed=seed)
    return replace(scenario, model=scenario.traced(overrides), overrides=overrides)


def load_changed(where: str, changes: Sequence[str], seed: int | None = None, backend: str = "auto") -> Lab:
    """Open a scenario with changes to its model, each `NAME=EXPR`; `seed`, `dtype` and `mode` are those of its head.

    Raises ScenarioError, and ArgumentError for a change that is none. The script of the file is not read.
    """
    read = draft(where, _changed(Overrides(seed=seed), changes))
    return Lab(read.finish(), backend)


def changed(lab: Lab, changes: Sequence[str]) -> Lab:
    """Return a new laboratory on the same scenario with changes to its model. Raises ScenarioError, ArgumentError."""
    scenario = lab.scenario
    overrides = _changed(scenario.overrides, changes)
    return Lab(replace(scenario, model=scenario.traced(overrides), overrides=overrides), lab.backend.wanted, lab.budget)


def beside(lab: Lab, name: str) -> Lab:
    """Open another scenario for a laboratory: one that comes with gradlab, or a file in the folder of its own or below."""
    from gradlab.scenario import shelf
    from gradlab.scenario.files import open_path

    path = shelf.find(name) or open_path(lab.scenario.document.folder, name)
    return Lab(draft(path, Overrides(seed=lab.model.seed)).finish(), lab.backend.wanted, lab.budget)


def _changed(overrides: Overrides, changes: Sequence[str]) -> Overrides:
    """Put changes into overrides. Raises ArgumentError."""
    for text in changes:
        change = read_change(text)
        if change.name == "seed":
            overrides = replace(overrides, seed=whole("a change", "seed", _number(change), 0, 2**63 - 1))
        elif change.name in _WORDS:
            word = choice("a change", change.name, change.text.strip("\"'"), _WORDS[change.name])
            overrides = replace(overrides, dtype=word) if change.name == "dtype" else replace(overrides, mode=word)
        else:
            overrides = replace(overrides, changes=(*overrides.changes, change))
    return overrides


def _number(change: Change) -> Any:
    return int(change.text) if change.text.isdecimal() else change.text


def _overrides(seed: int | None, data: Mapping[str, Any] | None, memory: int | None = None) -> Overrides:
    given = Overrides(seed=seed, data={name: np.asarray(array) for name, array in (data or {}).items()})
    return given if memory is None else replace(given, memory=memory)
