"""Uniform numbers: `uniform(a)` is U(-a, a), `uniform(a, b)` is U(a, b).

Arguments:
    a  number: the lower end; without b it is from 0, and the numbers lie between -a and a
    b  number: the upper end; None: a

Example:  W, V = param(shape=(4, 5), init=uniform(0.5)), param(shape=(4, 5), init=uniform(0, 1))
"""

from __future__ import annotations

from gradlab.arguments import number
from gradlab.errors import ArgumentError
from gradlab.graph.random import Stream
from gradlab.nn.initializer import initializer
from gradlab.op import Array, Shape


def uniform(stream: Stream, shape: Shape, a: float = 1.0, b: float | None = None) -> Array:
    """Return a + (b - a) · U(0, 1)."""
    low, high = (-a, a) if b is None else (a, b)
    return low + (high - low) * stream.uniform(shape)


def _check(name: str, a: float, b: float | None) -> None:
    if b is None:
        number(name, "a", a, low=0.0)
    elif number(name, "a", a) > number(name, "b", b):
        raise ArgumentError(f"`{name}(a, b)` wants a ≤ b, got {a:g} and {b:g}")


INIT = initializer(uniform, _check)
