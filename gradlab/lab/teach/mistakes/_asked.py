"""What was asked, as a mistake sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from gradlab.axis.run import Run
from gradlab.graph.graph import Node
from gradlab.lab.why.paths import Edge, edges_of, sent_by
from gradlab.op import Array

if TYPE_CHECKING:
    from gradlab.lab.core import Core


@dataclass(frozen=True)
class Asked:
    """One number, or one array, that was asked for.

    core: as it stands.   run: the one in which the right answer was made.   what: of the node.
    key: the index behind the name.   wanted: the right answer, float64.
    """

    core: Core
    run: Run
    what: Literal["value", "grad"]
    node: Node
    key: Any
    wanted: Array

    def pick(self, array: Array) -> Array:
        """Return the part of an array of the node's shape that was asked for; of another shape the array as it is."""
        array = np.asarray(array, np.float64)
        return np.asarray(array[self.key]) if array.shape == self.node.shape else array

    @cached_property
    def value(self) -> Array:
        """The node's value in the run."""
        return np.asarray(self.run.machine.value(self.node.index), np.float64)

    @cached_property
    def grad(self) -> Array:
        """The node's gradient in the run."""
        return np.asarray(self.run.machine.grad(self.node.index), np.float64)

    @cached_property
    def edges(self) -> list[Edge]:
        """The edges that the gradient came by."""
        root = self.run.root_of(self.run.at.update)
        return [] if root is None else edges_of(self.run, root, self.node.index)

    @cached_property
    def sent(self) -> list[Array]:
        """What each edge sent, in the node's shape."""
        return [part.reshape(self.node.shape) for part in sent_by(self.run, self.edges, self.node.index)]


@dataclass(frozen=True, slots=True)
class Guess:
    """An array that somebody gets who makes the mistake, and what to say to them."""

    array: Array
    sentence: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake. guesses(asked): what those get who make it; nothing where it cannot be made."""

    name: str
    guesses: Callable[[Asked], Iterator[Guess]]
