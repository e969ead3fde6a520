"""Optimizers, one file each: `OPTIMIZERS` has them by name."""

from __future__ import annotations

from gradlab.optim.build import build_update
from gradlab.optim.optimizer import Optimizer
from gradlab.registry import collect

OPTIMIZERS: dict[str, Optimizer] = collect(__name__, "OPTIM")

__all__ = ["OPTIMIZERS", "Optimizer", "build_update"]
