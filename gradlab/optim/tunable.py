"""What optimizers, schedules, clips and averages have in common: a formula with numbers in it that a person chooses.

A formula is written once, with `+ - * / **` and the functions of `m`. Run on nodes it appends nodes to the update phase of a
graph, run on arrays it is the calculation itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol, Self

from gradlab.arguments import REQUIRED, bind, number, shown
from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node
from gradlab.manual import usage

Value = Any
"""A node of the update phase, or an array."""
Values = Mapping[str, Value]


class Math(Protocol):
    """The functions of a formula: the ops by their names, on nodes or on arrays."""

    def name(self, name: str, value: Value) -> Value:
        """Return the value, with a name that a person sees (`W.m_hat`)."""
        ...

    def __getattr__(self, op: str) -> Callable[..., Value]: ...


@dataclass(frozen=True, slots=True)
class Tunable:
    """A formula and its hyperparameters. Called, it has others: `sgd(0.1)`, `adam(lr=1e-3)`.

    hyper: names and values of the hyperparameters: numbers, schedules, nodes of a single number; `REQUIRED` where there is no
    default.
    update: the formula; its arguments are the kind's.   ranges: from where to where those lie that have bounds.
    """

    name: str
    hyper: Mapping[str, Any]
    update: Callable[..., Any]
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict, kw_only=True)

    def __call__(self, *args: Any, **named: Any) -> Self:
        """Return the same formula with these hyperparameters. Raises ArgumentError."""
        bound = bind(self.name, self.hyper, args, named)
        return replace(self, hyper={key: self._checked(key, value) for key, value in bound.items()})

    def takes_schedule(self, key: str) -> bool:
        """Whether a hyperparameter may change from update to update: be a schedule, or a node of the model."""
        return True

    def _checked(self, key: str, value: Any) -> Any:
        if isinstance(value, Schedule) and self.takes_schedule(key):
            return value.complete()
        if isinstance(value, Node) and self.takes_schedule(key):
            if value.shape != ():
                raise ArgumentError(f"`{key}` of `{self.name}` is a single number, got shape {value.shape}")
            return value
        return number(self.name, key, value, *self.ranges.get(key, ()))

    def complete(self) -> Self:
        """Return the optimizer or clip itself. Raises ArgumentError while a hyperparameter is missing."""
        return self.__call__() if REQUIRED in self.hyper.values() else self

    @property
    def doc(self) -> str:
        """The text of its file: the formula in mathematics and where it is from."""
        return inspect.cleandoc(inspect.getmodule(self.update).__doc__ or "")

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Its hyperparameters with their values."""
        return self.hyper

    @property
    def usage(self) -> str:
        """How it is written in a model: `sgd(lr=0.01)`."""
        return usage(self.name, self.hyper)

    def __repr__(self) -> str:
        shown = (
            f"{key}={value:g}" if isinstance(value, float | int) else f"{key}={value}" for key, value in self.hyper.items()
        )
        return f"{self.name}({', '.join(shown)})"


class Now(Protocol):
    """What the formula of a schedule or of an average can look at."""

    @property
    def t(self) -> Value:
        """How many steps this `minimize` has made before; in the model, the number of the update."""
        ...

    @property
    def loss(self) -> Value:
        """Its loss in this update."""
        ...


def nothing(hyper: Mapping[str, float]) -> Mapping[str, float]:
    """Return no state."""
    return {}


@dataclass(frozen=True, slots=True, repr=False)
class Schedule(Tunable):
    """A hyperparameter that changes from update to update.

    update(m, now, state, hyper) gives its value in this update, and the next state by name.
    start(hyper): the numbers that it remembers, with their first values.   inner: hyperparameters that may be schedules.
    lists: hyperparameters that are lists of numbers.
    """

    start: Callable[[Mapping[str, Any]], Mapping[str, float]] = nothing
    inner: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()

    @property
    def levels(self) -> tuple[str, ...]:
        """Hyperparameters that are values of what is scheduled, not counts and factors: those without a range."""
        return tuple(key for key in self.hyper if key not in self.ranges)

    def takes_schedule(self, key: str) -> bool:
        """See `Tunable.takes_schedule`."""
        return key in self.inner

    @property
    def remembers(self) -> bool:
        """Whether it has a state, so that its value is more than a function of the number of updates."""
        inner = (value for value in self.hyper.values() if isinstance(value, Schedule))
        return self.start is not nothing or any(schedule.remembers for schedule in inner)

    def _checked(self, key: str, value: Any) -> Any:
        if key not in self.lists:
            return super(Schedule, self)._checked(key, value)  # without arguments `super` does not know a class with slots
        if not isinstance(value, list | tuple) or not value:
            raise ArgumentError(f"`{key}` of `{self.name}` is a list of numbers, got {shown(value)}")
        return tuple(number(self.name, key, part, *self.ranges.get(key, ())) for part in value)
