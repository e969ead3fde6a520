"""What is said of arrays that a framework and the laboratory both have."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from gradlab.importers.program import Expected, Item, Leaf, Program
from gradlab.importers.verdict import ValueVerdict, compared


def said(ours: dict[str, float], theirs: dict[str, float | None]) -> ValueVerdict:
    """Compare gradients of parameters of one number each."""
    program = Program("a model", "float64", by="theirs")
    leaves: dict[Item, str] = {program.add(Leaf(kind="parameter", array=np.zeros(1), key=name)): name for name in theirs}

    def expected() -> Iterator[Expected]:
        for leaf, name in leaves.items():
            number = theirs[name]
            yield Expected(leaf, name, None if number is None else np.array([number]), gradient=True)

    program.expected = expected
    return compared(program, leaves, lambda name: np.zeros(1), lambda name: np.array([ours[name]]))


@pytest.mark.parametrize(
    ("ours", "theirs", "partings", "symmetric", "told"),
    [
        ({"a": 1.0, "b": 2e-7}, {"a": 1.0, "b": 1e-7}, 1, 0, "1 of 2 arrays differ"),  # small, but no rounding
        ({"a": 1.0, "b": 3e-17}, {"a": 1.0, "b": -1e-17}, 0, 1, "1 array agrees with theirs, bit for bit; 1 zero by symmetry"),
        ({"a": 1.0}, {"a": None}, 0, 0, "nothing was compared with theirs; 1 that it cannot compute"),
        ({"a": np.nan}, {"a": np.nan}, 0, 0, "1 array agrees"),
        ({"a": 1.0, "b": np.nan}, {"a": 1.0, "b": 0.0}, 1, 0, "1 of 2 arrays differ"),  # NaN is no zero
        ({"a": np.nan}, {"a": 1.0}, 1, 0, "1 of 1 arrays differ"),
    ],
)
def test_what_is_said_is_what_was_compared(
    ours: dict[str, float], theirs: dict[str, float | None], partings: int, symmetric: int, told: str
) -> None:
    verdict = said(ours, theirs)
    assert (len(verdict.partings), verdict.symmetric) == (partings, symmetric)
    assert told in str(verdict)
