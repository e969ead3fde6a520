"""Initializers, one file each: `INITIALIZERS` has them by name."""

from __future__ import annotations

from gradlab.nn.initializer import Drawn, Initializer
from gradlab.registry import Registry, collect

INITIALIZERS: Registry[Initializer] = collect(__name__, "INIT")

__all__ = ["INITIALIZERS", "Drawn", "Initializer"]
