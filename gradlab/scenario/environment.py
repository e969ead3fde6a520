"""Where the values of an expression come from, and how its names are read."""

from __future__ import annotations

import ast
import unicodedata
from typing import TYPE_CHECKING, Any, Literal, Protocol

from gradlab.op import Array, Curve, Shape

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Expression, Known
    from gradlab.scenario.query import Asking, Query

DOT = "\u01c0"
_AS_LETTERS = {ord("0") + i: 0x10A0 + i for i in range(10)}
_AS_DIGITS = {letter: digit for digit, letter in _AS_LETTERS.items()}
"""Letters, of a script that hardly names a node, for digits at the beginning of a name."""
"""A letter that looks like a bar: what a dot within a reference is for Python's parser."""
Part = Literal["", "z", "out"]
"""Which node of a layer: "z" its last weighted or normalised value before the nonlinearity, "out" what leaves it."""


class Unknown(Exception):
    """The shape of something is not known before the run."""


class Environment(Protocol):
    """Where the values of an expression come from: the laboratory, at its position."""

    @property
    def known(self) -> Known:
        """The names there are."""
        ...

    def value(self, name: str, part: Part = "") -> Array:
        """Return the value of a node or of a part of a layer, or the number of a variable of the model."""
        ...

    def grad(self, name: str, part: Part = "") -> Array:
        """Return ∂root/∂node, of a node or of a part of a layer."""
        ...

    def update(self, name: str) -> Array:
        """Return what the last update added to a parameter."""
        ...

    def shape(self, name: str) -> Shape:
        """Return the shape of a node, or of what leaves a layer."""
        ...

    def curve(self, name: str) -> Curve:
        """Return what is known of the op of a node, or of the one whose value leaves a layer."""
        ...

    def on(self, split: str, expression: Expression) -> Any:
        """Return an expression on other data ("test", "train"), in eval mode."""
        ...

    def seeds(self, first: int, last: int, expression: Expression) -> Any:
        """Return the mean of an expression over runs of the scenario with the seeds first to last."""
        ...

    def ask(self, query: Query, asking: Asking) -> Any:
        """Return what a query gives."""
        ...


def name_of(node: ast.Name) -> str:
    """Return the reference that a word of the tree stands for."""
    name = unicodedata.normalize("NFKC", node.id).replace(DOT, ".")
    return name[:1].translate(_AS_DIGITS) + name[1:]


def word_of(name: str) -> str:
    """Return the name of a node, `h.W` or `0.weight`, as a word that Python reads, of as many characters."""
    return name[:1].translate(_AS_LETTERS) + name[1:].replace(".", DOT)
