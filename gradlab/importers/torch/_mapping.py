"""How an operator of PyTorch is written with our ops: what each file of this package declares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Mapping:
    """One operator.

    name: of it, without its overload (`linear`).   build(m, …) appends what it is to a program and returns the item that it
    gives, or a tuple of them; it is given the arguments by the names of the operator's schema. It raises
    `Unmapped` for arguments that cannot be had.   aliases: other operators that take the same arguments.
    kept: what is said of a result that is kept as PyTorch gave it, whatever goes in: what it holds depends on no numbers that
    it is given.   near: how near PyTorch comes to the numbers of float64, where it computes with constants of float32.
    """

    name: str
    build: Callable[..., Any]
    aliases: tuple[str, ...] = ()
    kept: str | None = None
    near: float = 0.0


CONSTANTS = 1e-6
"""How near numbers are that were computed with constants of float32."""


class Unmapped(Exception):
    """An operator, or arguments of one, that our ops do not have; the text says what is missing."""
