"""ConvTranspose over one, two or three axes: what is too much at the ends is cut off, what is missing is a border."""

from __future__ import annotations

from math import prod

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep


def _conv_transpose(c: NodeCall) -> OnnxStep:
    x, w, b = c.x(0), c.x(1), c.maybe(2)
    n = w.rank - 2
    if not 1 <= n <= 3:
        c.refuse(f"a transposed convolution over {n} axes")
    strides, dilations, extra = (_each(c, name, n, v) for name, v in (("strides", 1), ("dilations", 1), ("output_padding", 0)))
    full = [
        s * (size - 1) + d * (k - 1) + 1 for s, size, d, k in zip(strides, x.shape[2:], dilations, w.shape[2:], strict=True)
    ]
    starts, sizes = _place(c, full, extra, strides, x.shape[2:])
    groups = int(c.attr("group", 1))
    if n == 3:
        z = _volume(c, x, w, strides, dilations, groups)
    else:
        z = c.m.call(f"conv_transpose{n}d", x, w, stride=strides, dilation=dilations, groups=groups)
    ends = [max(start + size - there, 0) for start, size, there in zip(starts, sizes, full, strict=True)]
    ahead = [max(-start, 0) for start in starts]
    if any(ends) or any(ahead):
        z = c.m.pad(z, widths=((0, 0), (0, 0), *zip(ahead, ends, strict=True)))
    key = tuple(slice(start + a, start + a + size) for start, a, size in zip(starts, ahead, sizes, strict=True))
    if z.shape[2:] != tuple(sizes):
        z = z[(slice(None), slice(None), *key)]
    return z if b is None else z + c.m.reshape(b, (b.shape[0], *(1,) * n))


def _volume(
    c: NodeCall, x: OnnxStep, w: OnnxStep, strides: tuple[int, ...], dilations: tuple[int, ...], groups: int
) -> OnnxStep:
    """Return the whole of what volumes write: a convolution, with kernels turned round, of elements with zeros between."""
    m = c.m
    for axis, s in enumerate(strides, start=2):
        if s > 1:
            apart = m.reshape(x, (*x.shape[: axis + 1], 1, *x.shape[axis + 1 :]))
            wide = m.pad(apart, widths=tuple((0, s - 1 if i == axis + 1 else 0) for i in range(apart.rank)))
            flat = m.reshape(wide, (*x.shape[:axis], x.shape[axis] * s, *x.shape[axis + 1 :]))
            x = flat[(*(slice(None),) * axis, slice(0, flat.shape[axis] - s + 1))]
    kernel = m.flip(w, axis=(2, 3, 4))
    parts = m.reshape(kernel, (groups, w.shape[0] // groups, w.shape[1], prod(w.shape[2:])))
    turned = m.reshape(m.transpose(parts, (0, 2, 1, 3)), (groups * w.shape[1], w.shape[0] // groups, *w.shape[2:]))
    around = tuple(d * (k - 1) for d, k in zip(dilations, w.shape[2:], strict=True))
    return m.conv3d(x, turned, stride=1, padding=around, dilation=dilations, groups=groups)


def _each(c: NodeCall, name: str, n: int, default: int) -> tuple[int, ...]:
    found = c.attr(name)
    return (default,) * n if not found else tuple(int(v) for v in found)


def _place(
    c: NodeCall, full: list[int], extra: tuple[int, ...], strides: tuple[int, ...], sizes: tuple[int, ...]
) -> tuple[list[int], list[int]]:
    """Return where the result begins in the whole, and how large it is, along each axis."""
    n, auto, told = len(full), c.attr("auto_pad", "NOTSET"), c.attr("output_shape")
    if auto in {"SAME_UPPER", "SAME_LOWER"} and not told:
        told = [size * s for size, s in zip(sizes, strides, strict=True)]
    if told:
        wanted = [int(v) for v in told][-n:]
        total = [f + e - w for f, e, w in zip(full, extra, wanted, strict=True)]
        return [t // 2 if auto == "SAME_UPPER" else t - t // 2 for t in total], wanted
    pads = [int(p) for p in c.attr("pads", [0] * 2 * n)] if auto != "VALID" else [0] * 2 * n
    return pads[:n], [f + e - a - z for f, e, a, z in zip(full, extra, pads[:n], pads[n:], strict=True)]


MAPPING = OnnxMapping("ConvTranspose", _conv_transpose, weights=(1, 2))
