"""Layers, one file each: `LAYERS` has them by name."""

from __future__ import annotations

from gradlab.nn.layer import Layer, Make
from gradlab.registry import Registry, collect

LAYERS: Registry[Layer] = collect(__name__, "LAYER")

__all__ = ["LAYERS", "Layer", "Make"]
