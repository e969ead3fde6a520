"""Opening a laboratory: on a scenario file, or on the text of a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.lab.lab import Lab
from gradlab.lab.script import check_script
from gradlab.scenario.model import Overrides, Scenario, draft
from gradlab.scenario.model import build as build_scenario


def load(
    where: str | Path, seed: int | None = None, backend: str = "auto", data: Mapping[str, Any] | None = None,
    memory: int | None = None,
) -> Lab:  # fmt: skip
    """Open a scenario by its path, or by the name of one that comes with gradlab.

    seed: instead of the one in the file.   backend: "auto", "plain" or "jit".   data: arrays for inputs, by name.
    memory: bytes that values and gradients may take; without it 2 GiB.
    Raises ScenarioError with all problems of the file, those of its script included.
    """
    read = draft(where, _overrides(seed, data, memory))
    return Lab(read.finish(check_script(read.script, read.known)), backend)


def build(text: str, seed: int = 0, data: Mapping[str, Any] | None = None, backend: str = "auto") -> Lab:
    """Open a laboratory on the text of a model. data: arrays for inputs, by name. Raises ScenarioError."""
    return Lab(build_scenario(text, _overrides(seed, data)), backend)


def reseeded(scenario: Scenario, seed: int) -> Scenario:
    """Give the scenario with another seed."""
    overrides = replace(scenario.overrides, seed=seed)
    return replace(scenario, model=scenario.traced(overrides), overrides=overrides)


def _overrides(seed: int | None, data: Mapping[str, Any] | None, memory: int | None = None) -> Overrides:
    given = Overrides(seed=seed, data={name: np.asarray(array) for name, array in (data or {}).items()})
    return given if memory is None else replace(given, memory=memory)
