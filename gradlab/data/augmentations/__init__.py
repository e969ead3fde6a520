"""Augmentations, one file each: `AUGMENTATIONS` has them by name."""

from __future__ import annotations

from gradlab.data.augmentation import Augmentation
from gradlab.registry import Registry, collect

AUGMENTATIONS: Registry[Augmentation] = collect(__name__, "AUGMENTATION")

__all__ = ["AUGMENTATIONS", "Augmentation"]
