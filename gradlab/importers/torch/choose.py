"""One number or another: masks, bounds."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping, Unmapped


def _where(m: Any, condition: Any, x: Any = None, other: Any = None, **_: Any) -> Any:
    if x is None or other is None:
        raise Unmapped("`where` of a condition alone gives as many numbers as hold")
    return m.call("where", condition, x, other)


def _masked_fill(m: Any, x: Any, mask: Any, value: Any, **_: Any) -> Any:
    return m.call("where", mask, value, x)


def _clamp(m: Any, x: Any, min: Any = None, max: Any = None, **_: Any) -> Any:
    numbers = all(one is None or isinstance(one, int | float) for one in (min, max))
    if numbers:
        bounds = {key: float(one) for key, one in (("low", min), ("high", max)) if one is not None}
        return m.call("clip", x, **bounds)
    low = x if min is None else m.call("maximum", x, min)
    return low if max is None else m.call("minimum", low, max)


def _hardtanh(m: Any, x: Any, min_val: Any = -1, max_val: Any = 1, **_: Any) -> Any:
    return m.call("hardtanh", x, low=float(min_val), high=float(max_val))


MAPPING = (
    Mapping("where", _where),
    Mapping("masked_fill", _masked_fill),
    Mapping("clamp", _clamp, ("clip",)),
    Mapping("clamp_min", _clamp),
    Mapping("clamp_max", _clamp),
    Mapping("hardtanh", _hardtanh),
    Mapping("relu6", lambda m, x, **_: m.call("hardtanh", x, low=0.0, high=6.0)),
)
