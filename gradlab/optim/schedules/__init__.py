"""Schedules, one file each: `SCHEDULES` has them by name."""

from __future__ import annotations

from gradlab.optim.tunable import Schedule
from gradlab.registry import Registry, collect

SCHEDULES: Registry[Schedule] = collect(__name__, "SCHEDULE")
