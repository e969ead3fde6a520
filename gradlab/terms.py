"""What a formula is written with where the values are ops to come: terms that calculate, and the maker that notes each op."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Self


class Maker(ABC):
    """The `m` of a formula: `m.exp(x)` and `m.sum(x, axis=0)` write an op down and give its term."""

    @abstractmethod
    def call(self, op: str, *operands: Any, **attrs: Any) -> Any:
        """Write an op down. operands: terms and numbers; a list of them for an op of any number of inputs."""

    def __getattr__(self, op: str) -> Callable[..., Any]:
        if op.startswith("_"):
            raise AttributeError(op)
        return lambda *operands, **attrs: self.call(op, *operands, **attrs)


class Term:
    """A value of a formula. Calculates with `+ - * / ** @`, with terms and numbers.

    maker: what writes down the ops that are made with it.   shape: its shape.
    """

    maker: Maker
    shape: tuple[int, ...]

    @property
    def rank(self) -> int:
        """The number of its axes."""
        return len(self.shape)

    def _call(self, op: str, *operands: Any) -> Self:
        term: Self = self.maker.call(op, *operands)
        return term

    def __add__(self, other: Term | float) -> Self:
        return self._call("add", self, other)

    def __radd__(self, other: float) -> Self:
        return self._call("add", other, self)

    def __sub__(self, other: Term | float) -> Self:
        return self._call("sub", self, other)

    def __rsub__(self, other: float) -> Self:
        return self._call("sub", other, self)

    def __mul__(self, other: Term | float) -> Self:
        return self._call("mul", self, other)

    def __rmul__(self, other: float) -> Self:
        return self._call("mul", other, self)

    def __truediv__(self, other: Term | float) -> Self:
        return self._call("div", self, other)

    def __rtruediv__(self, other: float) -> Self:
        return self._call("div", other, self)

    def __pow__(self, other: Term | float) -> Self:
        return self._call("pow", self, other)

    def __matmul__(self, other: Term) -> Self:
        return self._call("matmul", self, other)

    def __neg__(self) -> Self:
        return self._call("neg", self)


Sends = tuple[Term | None, ...]
"""What an op sends to each of its inputs: None where it sends nothing."""
Gradient = Callable[..., Sends]
"""The `gradient` of an op file: gradient(m, g, z, x, y, …, attribute, …) writes down what `backward` computes.

g: the term of the gradient that comes in, z: that of the output, x, y: those of the inputs; None for one that a call left out,
a list for an op of any number of inputs. What an input was broadcast over is summed over afterwards.
"""
