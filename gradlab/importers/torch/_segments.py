"""Numbers that belong together, by the number of the place that each goes to: added up, or the greatest of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.importers.torch._maker import KnownTensor
from gradlab.importers.torch._mapping import Unmapped
from gradlab.op import Array

MOST = 1 << 24
"""Elements of a table in which the numbers of each place stand in a row."""
NOTHING = {"amax": float("-inf"), "max": float("-inf"), "amin": float("inf"), "min": float("inf"), "prod": 1.0}
"""What stands where a place has fewer numbers than others."""
OPS = {"amax": "max", "max": "max", "amin": "min", "min": "min", "prod": "prod"}


def gathered(m: Any, rows: Any, places: Array, count: int, how: str) -> Any:
    """Return a row for each of `count` places: sum, mean, prod, amax or amin of the rows that go there; 0 of none.

    rows: (n, …).   places: (n,), whole numbers.
    """
    places = places.astype(np.int64)
    many = np.bincount(places, minlength=count)
    rest = (1,) * (len(m.shape_of(rows)) - 1)
    if how == "mean":
        shares = KnownTensor(np.maximum(many, 1).astype(np.float64).reshape(count, *rest))
        return m.call("div", gathered(m, rows, places, count, "sum"), shares)
    if how == "sum":
        return m.call("scatter_add", m.item(rows), KnownTensor(places.astype(np.float64)), rows=count)
    if how not in OPS:
        raise Unmapped(f"numbers brought together by `{how}`")
    found = m.call(OPS[how], _table(m, rows, places, many, NOTHING[how]), axis=1)
    if many.all():
        return found
    return m.call("where", KnownTensor((many > 0).astype(np.float64).reshape(count, *rest)), found, 0.0)


def _table(m: Any, rows: Any, places: Array, many: Array, nothing: float) -> Any:
    """Return the rows of each place in a row of a table: (places, most rows of one place, …)."""
    shape, wide = m.shape_of(rows), max(1, int(many.max(initial=0)))
    if many.size * wide * int(np.prod(shape[1:])) > MOST:
        raise Unmapped(f"{wide:,} numbers go to one of {many.size:,} places")
    order = np.argsort(places, kind="stable")
    where = np.arange(len(places)) - np.repeat(np.cumsum(many) - many, many)
    table = np.full((many.size, wide), len(places))
    table[places[order], where] = order
    full = m.call("concat", m.item(rows), m.leaf_of(KnownTensor(np.full((1, *shape[1:]), nothing))), axis=0)
    return m.call("gather", full, KnownTensor(table.astype(np.float64)))
