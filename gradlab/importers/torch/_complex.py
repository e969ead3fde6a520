"""Complex numbers as pairs of real ones: a tensor (…) of them is an item (…, 2), its real and its imaginary parts.

That is enough for rotations, as of positions in attention. What has no rule here is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gradlab.importers.torch import MAPPINGS
from gradlab.importers.torch._capture import Called, Value, mapped
from gradlab.importers.torch._maker import KnownTensor
from gradlab.importers.torch._mapping import Unmapped

Pair = tuple[Any, Any]
MOVING = (
    "view", "expand", "permute", "transpose", "select", "slice", "narrow", "split", "chunk", "unbind", "cat", "stack", "clone",
)  # fmt: skip
"""Mappings that move numbers and change none: a pair is moved as a number is."""
DIMS = ("dim", "dim0", "dim1")


def pairs(tensor: Any) -> Any:
    """Return a tensor of complex numbers as one of pairs; others as they are."""
    import torch

    return torch.view_as_real(tensor.detach().resolve_conj()) if tensor.is_complex() else tensor


def in_pairs(call: Called) -> Called:
    """Return a call with pairs in the place of complex numbers."""
    return Called(
        call.operator, mapped(call.args, _in_pairs), mapped(call.named, _in_pairs),
        [None if one is None else _in_pairs(one) for one in call.outputs], call.scope, call.place,
    )  # fmt: skip


def _in_pairs(one: Any) -> Any:
    if not isinstance(one, Value) or not one.tensor.is_complex():
        return one
    return Value(pairs(one.numbers), one.kind, one.key, one.needs, one.producer)


def build(m: Any, call: Called, arguments: dict[str, Any]) -> Any:
    """Append what a call with complex numbers is, and return the items that it gives. Raises Unmapped.

    m: whose `called` is the call in pairs.   arguments: by the names of the schema, items.
    """
    rule = RULES.get(call.name.rstrip("_"))
    if rule is not None:
        return rule(m, call, *list(arguments.values()))
    mapping = MAPPINGS.find(call.name)
    if mapping is None or mapping.name not in MOVING:
        raise Unmapped(NOT_IMPORTED)
    rank = next(value.tensor.dim() for value in _values(call) if value.tensor.is_complex())
    rank += mapping.name == "stack"
    for name in DIMS:
        if isinstance(arguments.get(name), int):
            arguments[name] %= rank
    if "dims" in arguments:
        arguments["dims"] = [*(one % rank for one in arguments["dims"]), rank]
    return mapping.build(m, **arguments)


NOT_IMPORTED = "complex numbers are not imported"


def _values(call: Called) -> list[Value]:
    from gradlab.importers.torch._capture import values_in

    return [*values_in((call.args, call.named)), *(one for one in call.outputs if one is not None)]


def _pair(m: Any, call: Called, position: int, item: Any) -> Pair:
    """Return the real and the imaginary part of an argument; 0 for the second of a real one."""
    given = call.args[position]
    if isinstance(given, complex):
        return given.real, given.imag
    if not isinstance(given, Value) or not given.tensor.is_complex():
        return item, 0.0
    all_ = (slice(None),) * given.tensor.dim()
    return m.index(item, *all_, 0), m.index(item, *all_, 1)


def _joined(m: Any, real: Any, imaginary: Any) -> Any:
    shape = np.broadcast_shapes(m.shape_of(real), m.shape_of(imaginary))
    parts = [m.item(m.expand(m.item(one), shape)) for one in (real, imaginary)]
    return m.call("stack", *parts, axis=len(shape))


def _times(m: Any, a: Any, b: Any) -> Any:
    if isinstance(a, float) or isinstance(b, float):
        number, other = (a, b) if isinstance(a, float) else (b, a)
        if isinstance(other, float):
            return number * other
        return 0.0 if number == 0 else m.call("mul", other, number)
    return m.call("mul", a, b)


def _plus(m: Any, a: Any, b: Any, sign: int = 1) -> Any:
    if isinstance(a, float) and isinstance(b, float):
        return a + sign * b
    if isinstance(b, float) and b == 0:
        return a
    return m.call("add", a, b) if sign > 0 else m.call("sub", a, b)


def _mul(m: Any, call: Called, x: Any, other: Any) -> Any:
    (a, b), (c, d) = _pair(m, call, 0, x), _pair(m, call, 1, other)
    real = _plus(m, _times(m, a, c), _times(m, b, d), -1)
    return _joined(m, real, _plus(m, _times(m, a, d), _times(m, b, c)))


def _sum(sign: int) -> Callable[..., Any]:
    def rule(m: Any, call: Called, x: Any, other: Any, alpha: Any = 1) -> Any:
        if alpha != 1:
            raise Unmapped(NOT_IMPORTED)
        (a, b), (c, d) = _pair(m, call, 0, x), _pair(m, call, 1, other)
        return _joined(m, _plus(m, a, c, sign), _plus(m, b, d, sign))

    return rule


def _polar(m: Any, call: Called, size: Any, angle: Any) -> Any:
    return _joined(m, m.call("mul", size, m.call("cos", angle)), m.call("mul", size, m.call("sin", angle)))


def _conj(m: Any, call: Called, x: Any) -> Any:
    return m.call("mul", x, KnownTensor(np.array([1.0, -1.0])))


RULES: dict[str, Callable[..., Any]] = {
    "view_as_complex": lambda m, call, x: x,
    "view_as_real": lambda m, call, x: x,
    "mul": _mul,
    "add": _sum(1),
    "sub": _sum(-1),
    "polar": _polar,
    "complex": lambda m, call, real, imaginary: _joined(m, real, imaginary),
    "abs": lambda m, call, x: m.call("norm", x, axis=len(m.shape_of(x)) - 1),
    "_conj": _conj,
    "conj": _conj,
    "resolve_conj": lambda m, call, x: x,
}
