"""Truth tables of two bits: x (4, 2), t (4,). One line parts all but xor.

    and     Truth table, 1 where both bits are: x (4, 2), t (4,)
    or      Truth table, 1 where a bit is: x (4, 2), t (4,)
    nor     Truth table, 1 where no bit is: x (4, 2), t (4,)
    nand    Truth table, 0 where both bits are 1: x (4, 2), t (4,)
    xor     Truth table, 1 where one bit is and the other is not: x (4, 2), t (4,)

Source: Minsky & Papert, *Perceptrons*, 1969.

Example:
    x, t = dataset("xor", target="column")
    a, o, na, no = dataset("and"), dataset("or"), dataset("nand"), dataset("nor")
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gradlab.data.dataset import Dataset, Rows, dataset

BITS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
TABLES = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "nor": (1, 0, 0, 0), "nand": (1, 1, 1, 0), "xor": (0, 1, 1, 0)}


def _load(table: tuple[int, ...]) -> Callable[[int], Rows]:
    def load(seed: int) -> Rows:
        return BITS.copy(), np.array(table, np.float64)

    return load


DATASET: tuple[Dataset, ...] = tuple(dataset(_load(table), classes=2, name=name) for name, table in TABLES.items())
