"""Bounds for gradients, one file each: `CLIPS` has them by name."""

from __future__ import annotations

from gradlab.optim.clip import Clip
from gradlab.registry import Registry, collect

CLIPS: Registry[Clip] = collect(__name__, "CLIP")
