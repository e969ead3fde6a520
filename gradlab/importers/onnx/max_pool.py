"""MaxPool over one, two or three axes, with the places of the winners where they are read, and MaxUnpool, which takes them."""

from __future__ import annotations

from math import inf, prod

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping, Result
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.importers.onnx._windows import PoolWindows, bordered, windows


def _max_pool(c: NodeCall) -> Result:
    x = c.x(0)
    n = x.rank - 2
    if not 1 <= n <= 3:
        c.refuse(f"a pool over {n} axes")
    seen = windows(c, x.shape[2:], c.attr("kernel_shape", []))
    attrs: dict[str, object] = {"kernel_size": seen.kernel, "stride": seen.strides}
    if any(d > 1 for d in seen.dilations):
        attrs["dilation"] = seen.dilations
    padded = x
    if seen.even and all(2 * p <= k for p, k in zip(seen.before, seen.kernel, strict=True)):
        attrs |= {"padding": seen.before} if any(seen.before) else {}
    else:
        padded = bordered(c.m, x, seen.pads, -inf)
    z = c.m.call(f"max_pool{n}d", padded, **attrs)
    return (z, _winners(c, x, seen)) if c.wants(1) else z


def _winners(c: NodeCall, x: OnnxStep, seen: PoolWindows) -> OnnxStep:
    """Return the place of every winner in the whole of x, seen as one row."""
    m, (rows, size, many) = c.m, (prod(x.shape[:2]), prod(x.shape[2:]), prod(seen.out))
    read, inside = _table(seen, x.shape[2:])
    flat = m.transpose(m.reshape(x, (rows, size)), (1, 0))
    taken = m.gather(flat, m.leaf("const", read, "places", m.layer))  # (windows, taps, rows)
    if not inside.all():
        taken = m.where(m.leaf("const", inside[:, :, None], "inside", m.layer), taken, -inf)
    tap = m.argmax(taken, axis=1) + m.leaf("const", np.arange(many)[:, None] * read.shape[1], "windows", m.layer)
    order = read
    if c.attr("storage_order", 0):
        places = np.unravel_index(read, x.shape[2:])
        order = np.ravel_multi_index(places[::-1], x.shape[2:][::-1])
    won = m.gather(m.leaf("const", order.reshape(-1), "order", m.layer), tap)
    first = m.leaf("const", np.arange(rows)[:, None] * size, "rows", m.layer)
    return m.reshape(m.transpose(won, (1, 0)) + first, (*x.shape[:2], *seen.out))


def _table(seen: PoolWindows, sizes: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Return which element every tap of every window reads, and whether it lies in the image: (windows, taps)."""
    n = len(sizes)
    read, inside = np.zeros((1,) * 2 * n, np.int64), np.ones((1,) * 2 * n, bool)
    for axis, size in enumerate(sizes):
        at = np.arange(seen.out[axis])[:, None] * seen.strides[axis] + np.arange(seen.kernel[axis]) * seen.dilations[axis]
        at = at - seen.pads[axis][0]
        shape = [at.shape[0] if i == axis else at.shape[1] if i == n + axis else 1 for i in range(2 * n)]
        read = read * size + at.clip(0, size - 1).reshape(shape)
        inside = inside & ((at >= 0) & (at < size)).reshape(shape)
    whole = (prod(seen.out), prod(seen.kernel))
    return read.reshape(whole), np.broadcast_to(inside, (*seen.out, *seen.kernel)).reshape(whole)


def _max_unpool(c: NodeCall) -> OnnxStep:
    x, places = c.x(0), c.x(1)
    kernel, n = [int(k) for k in c.attr("kernel_shape", [])], x.rank - 2
    strides, pads = [int(s) for s in c.attr("strides", [1] * n)], [int(p) for p in c.attr("pads", [0] * 2 * n)]
    usual = [(s - 1) * d - a - b + k for s, d, a, b, k in zip(x.shape[2:], strides, pads[:n], pads[n:], kernel, strict=True)]
    wanted = c.ints(2)[2:] if c.has(2) else usual
    whole = (*x.shape[:2], *usual)
    flat = c.m.reshape(x, (prod(x.shape),))
    z = c.m.reshape(c.m.scatter_add(flat, c.m.reshape(places, (prod(x.shape),)), rows=prod(whole)), whole)
    if wanted == usual:
        return z
    return c.m.pad(z, widths=((0, 0), (0, 0), *((0, w - u) for w, u in zip(wanted, usual, strict=True))))


MAPPING = (OnnxMapping("MaxPool", _max_pool, kind=(0, "int64")), OnnxMapping("MaxUnpool", _max_unpool))
