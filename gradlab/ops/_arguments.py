"""Checks of the static arguments of ops: each gives the cleaned value or raises a ShapeError that says what is allowed."""

from __future__ import annotations

from math import isfinite
from numbers import Integral, Real
from typing import Any

from gradlab.errors import ShapeError
from gradlab.op import Shape


def number(attrs: dict[str, Any], name: str) -> float:
    """Return a finite number, and leave it in the attributes as a float."""
    value = attrs[name]
    if isinstance(value, bool) or not isinstance(value, Real) or not isfinite(value):
        raise ShapeError(f"`{name}` is a finite number, got {value!r}")
    attrs[name] = float(value)
    return float(value)


def flag(attrs: dict[str, Any], name: str) -> bool:
    """Return True or False."""
    value = attrs[name]
    if not isinstance(value, bool):
        raise ShapeError(f"`{name}` is True or False, got {value!r}")
    return value


def choice(attrs: dict[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    """Return one of the allowed words."""
    value = attrs[name]
    if value not in allowed:
        raise ShapeError(f"`{name}` is {' or '.join(map(repr, allowed))}, got {value!r}")
    return str(value)


def is_whole(value: Any) -> bool:
    """Return whether a value is a whole number of any kind, but not True or False."""
    return isinstance(value, Integral) and not isinstance(value, bool)


def one_axis(axis: Any, shape: Shape) -> int:
    """Return an axis of a shape, counted from 0. Negative ones count from the end."""
    if not is_whole(axis):
        raise ShapeError(f"`axis` is a whole number, got {axis!r}")
    rank = len(shape)
    if not -rank <= axis < rank:
        raise ShapeError(f"shape {shape} has no axis {axis}: allowed are {_range(rank)}")
    return int(axis) % rank


def _range(rank: int) -> str:
    return f"{-rank} to {rank - 1}" if rank else "none, it is one number"


def many_axes(axis: Any, shape: Shape) -> tuple[int, ...]:
    """Return axes of a shape, counted from 0 and in order; None means all of them."""
    if axis is None:
        return tuple(range(len(shape)))
    axes = [one_axis(a, shape) for a in (axis if isinstance(axis, (tuple, list)) else (axis,))]
    if len(set(axes)) < len(axes):
        raise ShapeError(f"`axis` names an axis twice: {axis!r} of shape {shape}")
    return tuple(sorted(axes))


def sizes(value: Any, name: str) -> tuple[int, ...]:
    """Return a tuple of whole numbers; a single number is a tuple of one."""
    listed = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    if not all(is_whole(size) for size in listed):
        raise ShapeError(f"`{name}` holds whole numbers, got {value!r}")
    return tuple(int(size) for size in listed)
