"""Plots, one file each: `PLOTS` has them by name. gradlab has none of its own yet, other packages may have."""

from __future__ import annotations

from typing import Protocol

from gradlab.registry import Registry, collect


class Named(Protocol):
    """What every thing of a registry has."""

    name: str


PLOTS: Registry[Named] = collect(__name__, "PLOT")
