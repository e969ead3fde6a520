"""What an initializer is: a rule that draws the first value of a parameter."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED, bind, parameters_of
from gradlab.graph.random import Stream
from gradlab.manual import usage
from gradlab.op import Array, Shape

Rule = Callable[..., Array]
Check = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Initializer:
    """A rule for initial values, with its arguments: its defaults as it stands (`he`), others when called (`normal(0.01)`).

    rule(stream, shape, …) gives a float64 array of the shape.
    check(name, …) raises ArgumentError for arguments that mean nothing.
    arguments: pairs of name and value.
    by_data: whether the data scale what is drawn (see `gradlab.nn.fitting`).
    """

    name: str
    rule: Rule
    check: Check | None = None
    arguments: tuple[tuple[str, Any], ...] = ()
    doc: str = ""
    by_data: bool = False

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Its arguments with their values."""
        return dict(self.arguments)

    @property
    def usage(self) -> str:
        """How it is written in a model: `he`, `normal(std=1.0, mean=0.0)`."""
        return usage(self.name, self.parameters) if self.arguments else self.name

    def __call__(self, *args: Any, **named: Any) -> Initializer:
        """Return the same rule with these arguments. Raises ArgumentError."""
        bound = bind(self.name, parameters_of(self.rule, skip=2), args, named)
        if self.check is not None:
            self.check(self.name, **bound)
        return replace(self, arguments=tuple(bound.items()))

    def draw(self, seed: int, key: str, shape: Shape) -> Array:
        """Return the initial value of the parameter with that key, as float64. Raises ShapeError if the rule wants a matrix."""
        return np.asarray(self.rule(Stream(seed, key), shape, **dict(self.arguments)), np.float64).reshape(shape)

    def __repr__(self) -> str:
        listed = ", ".join(f"{name}={value}" for name, value in self.arguments)
        return f"{self.name}({listed})" if listed else self.name


@dataclass(frozen=True, slots=True)
class Drawn:
    """The feed of a parameter that begins with drawn values."""

    initializer: Initializer
    shape: Shape
    key: str
    varies: bool = False

    def value(self, seed: int, update: int) -> Array:
        """Return the initial value, the same in every update."""
        return self.initializer.draw(seed, self.key, self.shape)


def initializer(rule: Rule, check: Check | None = None) -> Initializer:
    """Make an initializer of the rule's name, with the defaults of its arguments and the doc of its file."""
    parameters = parameters_of(rule, skip=2)
    assert REQUIRED not in parameters.values(), "an initializer can be used without arguments"
    doc = inspect.cleandoc(inspect.getmodule(rule).__doc__ or "")
    return Initializer(rule.__name__, rule, check, tuple(parameters.items()), doc)


def fans(shape: Shape) -> tuple[int, int]:
    """Return fan-in and fan-out: how many inputs a unit sums, and how many units read an input.

    A matrix is (n_in, n_out), a vector (n,) the weights of one unit, anything larger a bank of kernels (out, in, …).
    """
    if len(shape) < 2:
        return max(1, prod(shape)), 1
    if len(shape) == 2:
        return max(1, shape[0]), max(1, shape[1])
    area = prod(shape[2:])
    return max(1, shape[1] * area), max(1, shape[0] * area)


def as_matrix(shape: Shape) -> tuple[int, int]:
    """Return rows and columns of a parameter seen as a matrix: a vector is a column, kernels (out, in, …) a row each."""
    if len(shape) < 2:
        return prod(shape), 1
    return shape[0], prod(shape[1:])
