"""Comparisons and logic: masks of 1 and 0."""

from __future__ import annotations

from typing import Any

from gradlab.importers.program import OpCall
from gradlab.importers.torch._mapping import Mapping, Unmapped
from gradlab.ops import OPS

NAMES = {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal"}


def _comparison(name: str, op: str) -> Mapping:
    return Mapping(name, lambda m, x, other, **_: m.call(op, x, other))


def mask(m: Any, x: Any) -> Any:
    """Return x as 1 where it is not 0."""
    return x if isinstance(x, OpCall) and OPS[x.op].role == "compare" else m.call("not_equal", x, 0)


def _and(m: Any, x: Any, other: Any, **_: Any) -> Any:
    return m.call("mul", mask(m, x), mask(m, other))


def _or(m: Any, x: Any, other: Any, **_: Any) -> Any:
    return m.call("maximum", mask(m, x), mask(m, other))


def _xor(m: Any, x: Any, other: Any, **_: Any) -> Any:
    return m.call("not_equal", mask(m, x), mask(m, other))


def _not(m: Any, x: Any, **_: Any) -> Any:
    return m.call("equal", x, 0)


def _bitwise(build: Any) -> Any:
    """Return what is done to masks; bits of whole numbers are another thing."""

    def masks(m: Any, **given: Any) -> Any:
        if str(m.called.outputs[0].tensor.dtype) != "torch.bool":
            raise Unmapped("bits of whole numbers")
        return build(m, **given)

    return masks


MAPPING = (
    Mapping("bitwise_and", _bitwise(_and), ("__and__",)),
    Mapping("bitwise_or", _bitwise(_or), ("__or__",)),
    Mapping("bitwise_xor", _bitwise(_xor), ("__xor__",)),
    Mapping("bitwise_not", _bitwise(_not)),
    *(_comparison(name, op) for name, op in NAMES.items()),
    Mapping("logical_and", _and),
    Mapping("logical_or", _or),
    Mapping("logical_xor", _xor),
    Mapping("logical_not", _not),
)
