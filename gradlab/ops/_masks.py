"""What gradients with masks share: a comparison with NaN does not hold, and what is NaN must not become 0 by that."""

from __future__ import annotations

from typing import Any

from gradlab.terms import Maker, Term


def but_nan(m: Maker, x: Term, value: Any) -> Term:
    """Return a value, and NaN where x is NaN."""
    return m.where(m.equal(x, x), value, x)  # type: ignore[no-any-return]
