"""What a line of a lesson asks for: a sweep beside its session."""

from __future__ import annotations

from dataclasses import dataclass

from gradlab.sweeps.values import Axis

MOST = 10_000
"""Points of a sweep within a session."""


@dataclass(frozen=True, slots=True)
class LessonSweep:
    """What is asked for: what is gone over, the seeds (none for that of the session), the updates, what is measured.

    drawn: how many settings are drawn at random; None for all.
    """

    axes: tuple[Axis, ...]
    seeds: tuple[int, ...]
    updates: int
    measures: tuple[str, ...]
    drawn: int | None = None
