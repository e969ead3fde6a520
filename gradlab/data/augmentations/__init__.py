"""Augmentations, one file each: `AUGMENTATIONS` has them by name."""

from __future__ import annotations

from gradlab.data.augmentation import Augmentation
from gradlab.registry import collect

AUGMENTATIONS: dict[str, Augmentation] = collect(__name__, "AUGMENTATION")

__all__ = ["AUGMENTATIONS", "Augmentation"]
