"""What a clip is: a formula that keeps gradients from being too large."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gradlab.optim.tunable import Math, Tunable, Value, Values


@dataclass(frozen=True, slots=True, repr=False)
class Clip(Tunable):
    """A bound for gradients.

    update(m, g, hyper) gives what goes on instead of a parameter's gradient g.
    common(m, gradients, hyper): what all parameters share; it stands in `hyper` of `update`.
    """

    common: Callable[[Math, Sequence[Value], Values], Values] | None = None
