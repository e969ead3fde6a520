"""Calls of an op on many numbers: those of its cases, with longer axes.

All axes of a call that are of one size stay so, and all are stretched by the same whole factor: what was a window, a number of
groups or an axis stays one. Where that is no call of the op, or an unusual one, its cases say what is (`Cases.large`).
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import GradlabError
from gradlab.op import Op, Shape
from tests.ops.casebook import Cases, Operands

MOST = 4
"""Calls of one op that differ in the axis."""


def enlarged(op: Op, cases: Cases, elements: int) -> list[Operands]:
    """Return calls of about so many elements, the largest operand or the result: at most one for each axis that cases name."""
    if cases.large is not None:
        return [(shapes, attrs) for shapes, attrs in cases.large(elements) if op.variadic or len(shapes) == len(op.inputs)]
    found: dict[str, Operands] = {}
    for shapes, attrs in _worth(cases):
        longer = _stretched(op, shapes, attrs, elements)
        if longer is not None:
            found.setdefault(repr(attrs.get("axis", op.attrs.get("axis"))), (longer, attrs))
    return list(found.values())[:MOST]


def _worth(cases: Cases) -> Iterator[Operands]:
    """Yield what has no empty operands: matrices and more first, then lists, operands of one shape before others."""
    given = [(s, a) for s, a in cases.operands(np.random.default_rng(0)) if all(map(prod, s)) and max(map(prod, s)) > 1]
    given += [(s, a | {"axis": 0}) for s, a in given if isinstance(a.get("axis"), int) and len(s[0]) == 2]
    return iter(sorted(given, key=lambda call: _oddity(call[0])))


def _oddity(shapes: tuple[Shape, ...]) -> tuple[bool, bool, bool, int]:
    rank = max(map(len, shapes))
    return rank < 2, len(set(shapes)) > 1, any(1 in shape for shape in shapes), rank


def size(op: Op, shapes: tuple[Shape, ...], attrs: dict[str, object]) -> int:
    """Return the elements of the largest operand or of the result. Raises GradlabError for what is no call of the op."""
    given = {**{name: value for name, value in op.attrs.items() if value is not REQUIRED}, **attrs}
    return max(map(prod, (*shapes, op.shape(shapes, given))))


def _stretched(op: Op, shapes: tuple[Shape, ...], attrs: dict[str, object], elements: int) -> tuple[Shape, ...] | None:
    """Return the shapes with all axes longer, or only the first one where not all can be; None where none can be."""
    best = None
    for first in (False, True):
        for factor in _factors(elements):
            longer = tuple(_longer(shape, factor, first) for shape in shapes)
            try:
                enough = size(op, longer, attrs) >= elements
            except GradlabError:
                break
            best = longer
            if enough:
                return best
        if best is not None and size(op, best, attrs) > 1000:
            return best
    return None


def _factors(elements: int) -> Iterator[int]:
    """Yield whole numbers up to the elements, each about a twentieth above the one before."""
    factor = 1
    while factor <= elements:
        yield factor
        factor += 1 + factor // 20


def _longer(shape: Shape, factor: int, first: bool) -> Shape:
    return tuple(n * factor if n > 1 and not (first and axis) else n for axis, n in enumerate(shape))
