"""What is known of the output of an op without running it: its range, where it is flat, where a unit is dead."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, nextafter

Range = tuple[float, float]
"""The lowest and the highest number that something can be."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What is known of the output of an op without running it.

    range: no number lies outside.
    flat: it saturates where the output is below the first or above the second; there its slope is at most `share` of its
        largest. share: 0 where it has no slope at all.
    dead: the output of a unit that passes no gradient and may stay so for every sample; None where there is none.
    """

    range: Range = (-inf, inf)
    flat: Range = (-inf, inf)
    share: float = 0.0
    dead: float | None = None

    @property
    def saturates(self) -> bool:
        """Whether it is flat somewhere."""
        return self.flat != (-inf, inf)

    @property
    def bounded(self) -> bool:
        """Whether it cannot leave a stretch of finite length."""
        return -inf < self.range[0] < self.range[1] < inf


LINE = Curve()
"""Nothing is known: any number may come out, and it is flat nowhere."""


def beyond(low: float, high: float) -> Range:
    """Return the bounds of `Curve.flat` for a curve that is flat from `low` down and from `high` up, these two included."""
    return low if low == -inf else nextafter(low, inf), high if high == inf else nextafter(high, -inf)


def clipped(low: float, high: float) -> Curve:
    """Return the curve of a straight line that is cut at both ends. A rectifier is cut at 0, and no unit saturates there."""
    if low == 0 and high > 0:
        return Curve((low, high), beyond(-inf, high), dead=0.0)
    return Curve((low, high), beyond(low, high))
