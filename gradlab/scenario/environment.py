"""Where the values of an expression come from, and how its names are read."""

from __future__ import annotations

import ast
import unicodedata
from typing import TYPE_CHECKING, Any, Protocol

from gradlab.op import Array, Curve
from gradlab.scenario.functions import FUNCTIONS, OWN

if TYPE_CHECKING:
    from gradlab.scenario.expressions import Expression

DOT = "\u01c0"
"""A letter that looks like a bar: what a dot within a reference is for Python's parser."""
NAMED, OF_LAYERS = ("grad", "update"), ("delta", "out", "z")
"""Functions of the name of a node, and of a layer or a node: they ask the run. So do the measures that need to know the op."""
OF_RUNS = ("on", "seeds")
"""Functions of an expression, which is worked out in other runs."""


class Environment(Protocol):
    """Where the values of an expression come from: the laboratory, at its position."""

    def value(self, name: str) -> Array:
        """Return the value of a node, or the number of a variable of the model."""
        ...

    def grad(self, name: str) -> Array:
        """Return ∂root/∂node."""
        ...

    def update(self, name: str) -> Array:
        """Return what the last update added to a parameter."""
        ...

    def delta(self, name: str) -> Array:
        """Return the RMS of ∂root/∂z of a layer over batch and units, or of ∂root/∂node of a node."""
        ...

    def out(self, name: str) -> Array:
        """Return what leaves a layer."""
        ...

    def z(self, name: str) -> Array:
        """Return a layer's last affine or normalised value before its nonlinearity."""
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


QUESTIONS = tuple(name for name in vars(Environment) if not name.startswith("_") and name not in ("value", "curve"))
"""Functions that ask the run, by the methods that answer."""


def is_layered(word: str) -> bool:
    """Return whether a word takes a layer or a node, by name."""
    return word in OF_LAYERS or (word in FUNCTIONS and FUNCTIONS[word].curved)


def asks(word: str) -> bool:
    """Return whether a word is a function of a name, which asks the run."""
    return word in NAMED or is_layered(word)


def reserved_words() -> frozenset[str]:
    """Return the words of expressions that are no measures, whose names no measure can take."""
    return frozenset({*OWN, *NAMED, *OF_LAYERS, *OF_RUNS})


def name_of(node: ast.Name) -> str:
    """Return the reference that a word of the tree stands for."""
    return unicodedata.normalize("NFKC", node.id).replace(DOT, ".")
