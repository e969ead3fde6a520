"""Statistics of an array, one file each: `PROBES` has them by name."""

from __future__ import annotations

from gradlab.registry import Registry, collect
from gradlab.train.probe import Probe

PROBES: Registry[Probe] = collect(__name__, "PROBE")

__all__ = ["PROBES", "Probe"]
