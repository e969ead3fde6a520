"""What an optimizer is: one pure formula for the next value of a parameter and of what the optimizer remembers about it.

The formula is written once, with `+ - * / **` and the functions of `m`. Run on nodes it appends the update phase to a graph,
run on arrays it is the update itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from gradlab.arguments import bind, number

Value = Any
"""A node of the update phase, or an array."""
Values = Mapping[str, Value]


class Math(Protocol):
    """The functions of a formula: the ops by their names, on nodes or on arrays."""

    def name(self, name: str, value: Value) -> Value:
        """Give the value, with a name that a person sees (`W.m_hat`)."""
        ...

    def __getattr__(self, op: str) -> Callable[..., Value]: ...


@dataclass(frozen=True, slots=True)
class Optimizer:
    """An optimizer with its hyperparameters. Called, it has others: `sgd(0.1)`, `adam(lr=1e-3)`.

    hyper: names and values of the hyperparameters.   low, high: the range of those that have one.
    state: what it remembers for each parameter, an array of the parameter's shape that begins at zero.
    update(m, w, g, state, hyper) gives the next w and the next state by name.
    common(m, t, hyper): what all parameters share in update t = 1, 2, …; it stands in `hyper` of `update`. Who declares it has
    a counter t among its state.
    """

    name: str
    hyper: Mapping[str, float]
    update: Callable[[Math, Value, Value, Values, Values], tuple[Value, Values]]
    state: tuple[str, ...] = ()
    common: Callable[[Math, Value, Values], Values] | None = None
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __call__(self, *args: Any, **named: Any) -> Optimizer:
        """Give the same formula with these hyperparameters. Raises ArgumentError."""
        bound = bind(self.name, self.hyper, args, named)
        checked = {key: number(self.name, key, value, *self.ranges.get(key, ())) for key, value in bound.items()}
        return replace(self, hyper=checked)

    @property
    def doc(self) -> str:
        """The text of its file: the formula in mathematics and where it is from."""
        return inspect.cleandoc(inspect.getmodule(self.update).__doc__ or "")

    def __str__(self) -> str:
        return f"{self.name}(" + ", ".join(f"{key}={value:g}" for key, value in self.hyper.items()) + ")"
