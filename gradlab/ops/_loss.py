"""What the losses share: a reduction that is stated on the node, and the number that it divides by.

With reduction="none" every term is a number of its own: the formulas below add up the terms of one number of z after the
other, all of them or one.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from gradlab.errors import ShapeError
from gradlab.numeric import helper
from gradlab.op import Array, Attrs, Plan, Shape
from gradlab.ops._arguments import choice, number
from gradlab.terms import Maker, Term

ATTRS = {"reduction": "mean"}
REDUCTIONS = ("mean", "sum", "none")
RANKS = (2, 2, 1)
"""x and t: (number of z, what it adds up), z: (number of z,)."""
PENALTY: dict[str, Any] = {"strength": 1.0, "reduction": "sum"}


def equal_shapes(name: str, row: int = 0) -> Any:
    """Make the rule of a loss that compares element by element: equal shapes; one number comes out, or one a term.

    row: how many of the last axes make one term.
    """

    def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
        choice(attrs, "reduction", REDUCTIONS)
        if shapes[0] != shapes[1]:
            raise ShapeError(
                f"`{name}` compares element by element, got shape {shapes[0]} and target {shapes[1]}: make them equal"
            )
        return reduced(shapes[0][: len(shapes[0]) - row], attrs)

    return shape


def reduced(terms: Shape, attrs: Attrs) -> Shape:
    """Return the shape of a loss: that of its terms with reduction="none", else that of one number."""
    return terms if attrs["reduction"] == "none" else ()


def divisor(attrs: Attrs, terms: int) -> float:
    """Return what the sum of all terms is divided by."""
    return float(terms) if attrs["reduction"] == "mean" else 1.0


@helper
def share_of(terms: int, numbers: int) -> int:
    """Return how many terms each number of a loss adds up."""
    return terms // max(1, numbers)


def flat_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both operands as a row for each number of z, and n as the number of elements."""
    size, numbers = prod(shapes[0]), prod(out)
    row = (numbers, share_of(size, numbers))
    return Plan((row, row, (numbers,)), floats=(divisor(attrs, size),))


def penalty_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of one number. Raises ShapeError."""
    choice(attrs, "reduction", ("sum", "mean"))
    number(attrs, "strength")
    return ()


def penalty_plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See the weights as a list of numbers."""
    size = prod(shapes[0])
    return Plan(((size,), (1,)), floats=(divisor(attrs, size), attrs["strength"]))


def shared(g: Term, reduction: str, terms: int) -> Term:
    """Return the gradient of a loss as each of its terms gets it."""
    return g / float(max(1, terms)) if reduction == "mean" else g


def shared_by_rows(m: Maker, g: Term, reduction: str, terms: Shape) -> Term:
    """Return the same for a loss whose terms are rows: one number, or with one further axis one for each."""
    part = shared(g, reduction, prod(terms))
    return m.reshape(part, shape=(*terms, 1)) if reduction == "none" else part


def one(slope: Any, z: Array, term: int = 0) -> tuple[Array, Array]:
    """Return the derivative of the number of a loss that a term is added to, as `local` does."""
    return np.full(1, term % z.size), np.full(1, slope, z.dtype)


def row_of(e: int, shape: Shape) -> int:
    """Return in which row, along the last axis, element e of a shape is."""
    return e // (1, *shape)[-1]


def check_weights(terms: Shape, weights: Shape) -> None:
    """Refuse weights that are neither one for each term nor one for each of its first axes. Raises ShapeError."""
    if terms[: len(weights)] != weights:
        raise ShapeError(f"weights have the shape of what they weigh, {terms}, or of its first axes, got {weights}")
