"""What runs, for those who draw it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """What runs. action: its line, or "" while nothing does.   share: how far it is, 0 to 1, or 0 where that is not known.

    rate: updates a second, or 0.   left: seconds that it will still take, or None.   waiting: deeds that wait for it.
    """

    action: str = ""
    share: float = 0.0
    rate: float = 0.0
    left: float | None = None
    waiting: int = 0
