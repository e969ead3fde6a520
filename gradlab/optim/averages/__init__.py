"""Averages of parameters, one file each: `AVERAGES` has them by name."""

from __future__ import annotations

from gradlab.optim.average import Average
from gradlab.registry import Registry, collect

AVERAGES: Registry[Average] = collect(__name__, "AVERAGE")
