"""Distances between all rows of two tables."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping
from gradlab.importers.torch.reduce import norm_of


def _cdist(m: Any, x1: Any, x2: Any, p: Any = 2.0, **_: Any) -> Any:
    a, b = m.shape_of(x1), m.shape_of(x2)
    left = m.reshape(m.item(x1), (*a[:-1], 1, a[-1]))
    right = m.reshape(m.item(x2), (*b[:-2], 1, *b[-2:]))
    apart = m.call("sub", left, right)
    return norm_of(m, apart, float(p), (len(m.shape_of(apart)) - 1,), False)


MAPPING = Mapping("_cdist_forward", _cdist, ("cdist", "_euclidean_dist"))
