"""What a constant of the script was made of, so that an open question can hide it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from gradlab.lab.teach.alike import CLOSE
from gradlab.lab.teach.veil import Veil
from gradlab.lab.why.checking import NUDGED
from gradlab.op import Array

MOST_NUMBERS = 4096
"""Numbers of a tensor that are kept to be compared; of a larger one it counts that it was read."""


@dataclass(frozen=True, slots=True)
class NumbersRead:
    """A value or a gradient that was read.

    node, what: which one.   numbers: what they were, flat; None where it was read at another position, or is too large.
    """

    node: int
    what: str
    numbers: Array | None = None

    def tells(self, veil: Veil) -> bool:
        """Return whether it has a number that a question hides; where it is not known what they are, whether it may have."""
        if not veil.touches(self.node, self.what):
            return False
        if self.numbers is None or not veil.secrets:
            return True
        secrets = np.array(veil.secrets)[:, None]
        return bool((np.abs(self.numbers - secrets) <= CLOSE * np.abs(secrets)).any())


def source(node: int, what: str, array: Array) -> NumbersRead:
    """Return what was read where the run stands."""
    return NumbersRead(node, what, array.reshape(-1).copy() if array.size <= MOST_NUMBERS else None)


def hidden_constants(veil: Veil, constants: Mapping[str, Array], kept: Mapping[str, tuple[NumbersRead, ...]]) -> Iterator[str]:
    """Yield the names of the constants that may tell what a question hides: what a nudge foretold may tell everything."""
    for name, value in constants.items():
        told = np.isnan(veil.array(np.asarray(value, np.float64))) & ~np.isnan(value)
        if name in NUDGED or np.any(told) or any(source.tells(veil) for source in kept.get(name, ())):
            yield name
