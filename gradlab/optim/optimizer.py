"""What an optimizer is: one pure formula for the next value of a parameter and of what the optimizer remembers about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradlab.optim.tunable import Math, Tunable, Value, Values


@dataclass(frozen=True, slots=True, repr=False)
class Optimizer(Tunable):
    """An optimizer that treats every parameter by itself, with its hyperparameters.

    update(m, w, g, state, hyper) gives the next w and the next state by name.
    state: what it remembers for each parameter, an array of the parameter's shape that begins at zero.
    common(m, t, hyper): what all parameters share in update t = 1, 2, …; it stands in `hyper` of `update`. Who declares it has
    a counter t among its state.
    """

    state: tuple[str, ...] = ()
    common: Callable[[Math, Value, Values], Values] | None = None

    def room(self, size: int) -> int:
        """Return how many numbers it remembers about parameters of so many."""
        return size * len(self.state)


__all__ = ["Math", "Optimizer", "Value", "Values"]
