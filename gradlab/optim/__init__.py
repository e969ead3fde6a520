"""Optimizers, one file each: `OPTIMIZERS` has them by name. What stands around them is in packages of its own."""

from __future__ import annotations

from gradlab.optim.averages import AVERAGES
from gradlab.optim.build import Recipe, build_update
from gradlab.optim.clips import CLIPS
from gradlab.optim.joint import Joint
from gradlab.optim.optimizer import Optimizer
from gradlab.optim.schedules import SCHEDULES
from gradlab.optim.tunable import Tunable
from gradlab.registry import Registry, Together, collect

OPTIMIZERS: Registry[Optimizer | Joint] = collect(__name__, "OPTIM")
TUNABLES: Together[Tunable] = Together(OPTIMIZERS, SCHEDULES, CLIPS, AVERAGES)
"""Every word that a `minimize` can have for an argument."""

__all__ = [
    "AVERAGES",
    "CLIPS",
    "OPTIMIZERS",
    "SCHEDULES",
    "TUNABLES",
    "Joint",
    "Optimizer",
    "Recipe",
    "Tunable",
    "build_update",
]
