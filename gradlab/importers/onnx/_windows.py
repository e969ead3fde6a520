"""What convolutions and pools share: kernels, strides, dilations, and how wide the border is on both sides of an axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from gradlab.importers.onnx._mapping import NodeCall
from gradlab.importers.onnx._tape import OnnxStep, OnnxTape


@dataclass(frozen=True, slots=True)
class PoolWindows:
    """How windows lie on the last axes of an image. out: how many there are along each; pads: the border that they need."""

    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    pads: tuple[tuple[int, int], ...]
    out: tuple[int, ...]
    told: tuple[tuple[int, int], ...]

    @property
    def even(self) -> bool:
        """Whether the border is as wide before as behind."""
        return all(before == behind for before, behind in self.pads)

    @property
    def before(self) -> tuple[int, ...]:
        """The border before each axis."""
        return tuple(before for before, _ in self.pads)


def windows(c: NodeCall, sizes: Sequence[int], kernel: Sequence[int]) -> PoolWindows:
    """Return the windows of a node over axes of some sizes. Raises Unsupported."""
    n = len(sizes)
    strides, dilations = _listed(c, "strides", n, 1), _listed(c, "dilations", n, 1)
    if len(kernel) != n or not all(k >= 1 for k in (*kernel, *strides, *dilations)):
        c.refuse(f"windows of {list(kernel)} with strides {list(strides)} over {n} axes")
    wide = [(k - 1) * d + 1 for k, d in zip(kernel, dilations, strict=True)]
    told = _pads(c, sizes, wide, strides)
    auto = c.attr("auto_pad", "NOTSET")
    pads, out = [], []
    for size, k, s, (before, behind) in zip(sizes, wide, strides, told, strict=True):
        count, rest = divmod(size + before + behind - k, s)
        count += 1
        if rest and c.attr("ceil_mode", 0) and auto in {"NOTSET", ""} and count * s < size + before:
            count += 1
        if auto in {"SAME_UPPER", "SAME_LOWER"}:
            count = -(-size // s)
        if count < 1:
            c.refuse(f"windows of {list(kernel)} are wider than the image of {list(sizes)} with its border")
        out.append(count)
        pads.append((before, max((count - 1) * s + k - size - before, 0) if (rest or count * s > size + behind) else behind))
    return PoolWindows(tuple(kernel), strides, dilations, tuple(pads), tuple(out), told)


def _listed(c: NodeCall, name: str, n: int, default: int) -> tuple[int, ...]:
    found = c.attr(name)
    return (default,) * n if not found else tuple(int(v) for v in found)


def _pads(c: NodeCall, sizes: Sequence[int], wide: Sequence[int], strides: Sequence[int]) -> tuple[tuple[int, int], ...]:
    auto, n = c.attr("auto_pad", "NOTSET"), len(sizes)
    if auto in {"SAME_UPPER", "SAME_LOWER"}:
        each = [max((-(-size // s) - 1) * s + k - size, 0) for size, k, s in zip(sizes, wide, strides, strict=True)]
        return tuple((p // 2, p - p // 2) if auto == "SAME_UPPER" else (p - p // 2, p // 2) for p in each)
    pads = [0] * 2 * n if auto == "VALID" else [int(p) for p in c.attr("pads", [0] * 2 * n)]
    if len(pads) != 2 * n or min(pads, default=0) < 0:
        c.refuse(f"pads {pads} around {n} axes")
    return tuple(zip(pads[:n], pads[n:], strict=True))


def bordered(m: OnnxTape, x: OnnxStep, pads: Sequence[tuple[int, int]], value: float = 0.0) -> OnnxStep:
    """Return x with a border around its last axes."""
    if not any(before or behind for before, behind in pads):
        return x
    widths = ((0, 0),) * (x.rank - len(pads)) + tuple(pads)
    if value == -inf:
        return _filled(m, x, widths)
    return m.pad(x, widths=widths, value=value) if value else m.pad(x, widths=widths)


LOWEST = -3e38


def _filled(m: OnnxTape, x: OnnxStep, widths: tuple[tuple[int, int], ...]) -> OnnxStep:
    """Return x with a border that wins over no number."""
    return m.pad(x, widths=widths, value=LOWEST)
