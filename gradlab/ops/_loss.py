"""What the losses share: a reduction that is stated on the node, and the number that it divides by."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import choice, number
from gradlab.terms import Term

ATTRS = {"reduction": "mean"}
PENALTY: dict[str, Any] = {"strength": 1.0, "reduction": "sum"}


def equal_shapes(name: str) -> Any:
    """Make the rule of a loss that compares element by element: equal shapes, one number comes out."""

    def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
        choice(attrs, "reduction", ("mean", "sum"))
        if shapes[0] != shapes[1]:
            raise ShapeError(
                f"`{name}` compares element by element, got shape {shapes[0]} and target {shapes[1]}: make them equal"
            )
        return ()

    return shape


def divisor(attrs: Attrs, terms: int) -> float:
    """Return what the sum of all terms is divided by."""
    return float(terms) if attrs["reduction"] == "mean" else 1.0


def flat_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both operands as lists of numbers."""
    size = prod(shapes[0])
    return Plan(((size,), (size,), (1,)), floats=(divisor(attrs, size),))


def penalty_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of one number. Raises ShapeError."""
    choice(attrs, "reduction", ("sum", "mean"))
    number(attrs, "strength")
    return ()


def penalty_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See the weights as a list of numbers."""
    size = prod(shapes[0])
    return Plan(((size,), (1,)), floats=(divisor(attrs, size), attrs["strength"]))


def one(slope: Any, z: Array) -> tuple[Array, Array]:
    """Return the derivative of the only element of a loss, as `local` does."""
    return np.zeros(1, np.int64), np.full(1, slope, z.dtype)


def shared(g: Term, reduction: str, terms: int) -> Term:
    """Return the gradient of a loss as each of its terms gets it."""
    return g / float(max(1, terms)) if reduction == "mean" else g
