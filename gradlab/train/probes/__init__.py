"""Statistics of an array, one file each: `PROBES` has them by name."""

from __future__ import annotations

from gradlab.registry import collect
from gradlab.train.probe import Probe

PROBES: dict[str, Probe] = collect(__name__, "PROBE")

__all__ = ["PROBES", "Probe"]
