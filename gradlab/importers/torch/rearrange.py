"""Numbers moved, repeated or left out."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping, Unmapped


def _pad(m: Any, x: Any, pad: Any = None, mode: str = "constant", value: Any = None, padding: Any = None, **_: Any) -> Any:
    widths = list(pad if pad is not None else padding)
    pairs = [(widths[i], widths[i + 1]) for i in range(0, len(widths), 2)][::-1]
    rank = len(m.shape_of(x))
    pairs = [(0, 0)] * (rank - len(pairs)) + pairs
    if any(one < 0 for pair in pairs for one in pair):
        key = [slice(max(0, -a), n - max(0, -b)) for n, (a, b) in zip(m.shape_of(x), pairs, strict=True)]
        x, pairs = m.index(x, *key), [(max(0, a), max(0, b)) for a, b in pairs]
    more = {"value": float(value)} if value else {}
    return m.call("pad", x, widths=[tuple(one) for one in pairs], **more, **({} if mode == "constant" else {"mode": mode}))


def _mode(mode: str) -> Any:
    return lambda m, x, padding, **_: _pad(m, x, padding, mode)


def _flip(m: Any, x: Any, dims: Any, **_: Any) -> Any:
    return m.call("flip", x, axis=m.axes(x, dims))


def _roll(m: Any, x: Any, shifts: Any, dims: Any = (), **_: Any) -> Any:
    shifts, dims = ([one] if isinstance(one, int) else list(one) for one in (shifts, dims))
    if not dims:
        shape = m.shape_of(x)
        flat = m.call("roll", m.reshape(x, (_size(shape),)), shift=shifts[0], axis=0)
        return m.reshape(flat, shape)
    for shift, dim in zip(shifts, dims, strict=True):
        x = m.call("roll", x, shift=shift, axis=m.axis(x, dim))
    return x


def _size(shape: Any) -> int:
    found = 1
    for one in shape:
        found *= one
    return found


def _repeat(m: Any, x: Any, repeats: Any = None, dims: Any = None, **_: Any) -> Any:
    counts = list(repeats if repeats is not None else dims)
    shape = m.shape_of(x)
    x = m.reshape(x, (*(1,) * (len(counts) - len(shape)), *shape))
    for axis, count in enumerate(counts):
        x = x if count == 1 else m.call("concat", *[m.item(x)] * count, axis=axis)
    return x


def _repeat_interleave(m: Any, x: Any, repeats: Any, dim: Any = None, **_: Any) -> Any:
    if not isinstance(repeats, int):
        raise Unmapped("repeats that differ")
    if dim is None:
        x, dim = m.reshape(x, (_size(m.shape_of(x)),)), 0
    axis, shape = m.axis(x, dim), m.shape_of(x)
    wide = m.expand(
        m.reshape(x, (*shape[: axis + 1], 1, *shape[axis + 1 :])), (*shape[: axis + 1], repeats, *shape[axis + 1 :])
    )
    return m.reshape(wide, (*shape[:axis], shape[axis] * repeats, *shape[axis + 1 :]))


def _triangle(name: str) -> Any:
    return lambda m, x, diagonal=0, **_: m.call(name, x, k=int(diagonal))


def _pixel_shuffle(m: Any, x: Any, upscale_factor: int, **_: Any) -> Any:
    *lead, c, h, w = m.shape_of(x)
    r, n = upscale_factor, len(lead)
    parts = m.reshape(x, (*lead, c // r**2, r, r, h, w))
    order = [*range(n), n, n + 3, n + 1, n + 4, n + 2]
    return m.reshape(m.transpose(parts, order), (*lead, c // r**2, h * r, w * r))


MAPPING = (
    Mapping("pad", _pad, ("constant_pad_nd",)),
    *(Mapping(f"reflection_pad{n}d", _mode("reflect")) for n in (1, 2, 3)),
    *(Mapping(f"replication_pad{n}d", _mode("replicate")) for n in (1, 2, 3)),
    Mapping("flip", _flip),
    Mapping("roll", _roll),
    Mapping("repeat", _repeat, ("tile",)),
    Mapping("repeat_interleave", _repeat_interleave),
    Mapping("tril", _triangle("tril")),
    Mapping("triu", _triangle("triu")),
    Mapping("pixel_shuffle", _pixel_shuffle),
)
