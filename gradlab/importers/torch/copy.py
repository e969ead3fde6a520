"""Copies, and other operators that change no number."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping, Unmapped
from gradlab.importers.torch.rounding import cut

EXACT = ("torch.float64", "torch.float32", "torch.float16", "torch.bfloat16")


def _same(m: Any, x: Any, **_: Any) -> Any:
    return x


def _cast(m: Any, x: Any, **_: Any) -> Any:
    """Return x: of numbers that become whole, what is in front of the point."""
    given = m.called.args[0].tensor
    made = m.called.outputs[0].tensor
    if given.is_floating_point() and str(made.dtype) == "torch.bool":
        return m.call("not_equal", x, 0)
    if given.is_floating_point() and not made.is_floating_point():
        return cut(m, x)
    return x


def _detach(m: Any, x: Any, **_: Any) -> Any:
    """Return x without a gradient, unless PyTorch has made of it what it was: so it keeps what a backward pass needs."""
    made, source = m.called.outputs[0].tensor.grad_fn, m.called.args[0]
    while made is not None and source is not None:
        if source.tensor.grad_fn is made:
            return m.items[source]
        call = source.producer
        source = call.args[0] if call is not None and call.name == "detach" else None
    return m.call("stop_gradient", m.item(x))


def _copy(m: Any, x: Any, src: Any, **_: Any) -> Any:
    return m.expand(src, m.shape_of(x) if not isinstance(x, float | int) else ())


def _fill(m: Any, x: Any, value: Any, **_: Any) -> Any:
    return m.expand(m.item(value), m.shape_of(x))


def _overlaid(m: Any, args: Any, **_: Any) -> Any:
    """Return what one tensor holds after another one over the same numbers was written."""
    old, new, mask, places = args
    from gradlab.importers.torch._maker import KnownTensor

    flat = m.reshape(m.item(new), (_size(m.shape_of(new)),))
    taken = m.call("gather", flat, KnownTensor(places.numpy().astype("float64")))
    if bool(mask.all()):
        return taken
    return m.call("where", KnownTensor(mask.numpy().astype("float64")), taken, m.item(old))


def _size(shape: Any) -> int:
    found = 1
    for one in shape:
        found *= one
    return found


def _lost(m: Any, **_: Any) -> Any:
    raise Unmapped("how many numbers it gives depends on the batch")


MAPPING = (
    Mapping(
        "clone", _same,
        ("contiguous", "alias", "lift_fresh", "lift_fresh_copy", "positive", "conj", "resolve_conj", "alias_copy", "_conj"),
    ),
    Mapping("_to_copy", _cast, ("to", "type_as")),
    Mapping("detach", _detach, ("detach_copy", "data")),
    Mapping("copy", _copy, ("copy_",)),
    Mapping("fill", _fill, ("fill_",)),
    Mapping("overlaid", _overlaid),
    Mapping("nonzero", _lost, ("unique", "_unique2")),
)  # fmt: skip
