"""Resize and Upsample: along each axis a matrix says what part every element has in what comes out.

Modes nearest, linear and cubic, with and without antialiasing, in all transformations of coordinates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isclose

import numpy as np

from gradlab.importers.onnx._linear import along
from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.op import Array
from gradlab.ops.upsample_bilinear import parts as bilinear

MOST = 1 << 24
"""Elements of a matrix for one axis."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a node brings axes to another size."""

    mode: str
    coordinates: str
    nearest: str
    cubic: float
    exclude: bool
    antialias: bool
    beyond: float


def matrix(n: int, out: int, scale: float, how: Manner, region: tuple[float, float]) -> tuple[Array, Array]:
    """Return what part each of n elements has in each of those that come out, and which of these lie beyond the image."""
    found, beyond = np.zeros((out, n)), np.zeros(out, bool)
    for i in range(out):
        at = _origin(i, n, out, scale, how.coordinates, region)
        if how.coordinates == "tf_crop_and_resize" and not 0 <= at <= n - 1:
            beyond[i] = True
            continue
        base = ceil(at) - 1
        weights = np.asarray(_weights(at - base, scale, how), float)
        places = base - len(weights) // 2 + 1 + np.arange(len(weights))
        if how.exclude:
            weights = np.where((places >= 0) & (places < n), weights, 0.0)
            weights = weights / weights.sum()
        np.add.at(found[i], places.clip(0, n - 1), weights)
    return found, beyond


def _origin(i: int, n: int, out: int, scale: float, coordinates: str, region: tuple[float, float]) -> float:
    """Return where element i of what comes out lies among those that go in."""
    wide = scale * n
    if coordinates == "align_corners":
        return 0.0 if wide == 1 else i * (n - 1) / (wide - 1)
    if coordinates == "asymmetric":
        return i / scale
    if coordinates == "tf_crop_and_resize":
        start, end = region
        if wide == 1:
            return start * (n - 1) + (end - start) * (n - 1) / 2
        return start * (n - 1) + i * (end - start) * (n - 1) / (wide - 1)
    if coordinates == "pytorch_half_pixel" and wide == 1:
        return -0.5
    offset = n / 2 * (1 - out / wide) if coordinates == "half_pixel_symmetric" else 0.0
    return offset + (i + 0.5) / scale - 0.5


def _weights(ratio: float, scale: float, how: Manner) -> Sequence[float] | Array:
    """Return the weights of the elements around a place. ratio: how far behind the lower one, above 0, at most 1."""
    narrow = min(scale, 1.0) if how.antialias else 1.0
    if how.mode == "nearest":
        if isclose(ratio, 1.0, abs_tol=1e-12):
            return (0.0, 1.0)
        upper = {"round_prefer_floor": ratio > 0.5, "round_prefer_ceil": ratio >= 0.5, "ceil": True}.get(how.nearest, False)
        return (float(not upper), float(upper))
    reach = 1 if how.mode == "linear" else 2
    first = floor(-reach / narrow) + 1
    at = np.abs((np.arange(first, 2 - first if reach == 2 else first + 2 - 2 * first) - ratio) * narrow)
    values = np.clip(1 - at, 0, 1) if how.mode == "linear" else _cubic(at, how.cubic)
    return values / values.sum() if how.antialias else values


def _cubic(x: Array, a: float) -> Array:
    near = (a + 2) * x**3 - (a + 3) * x**2 + 1
    return np.where(x <= 1, near, np.where(x < 2, a * (x**3 - 5 * x**2 + 8 * x - 4), 0.0))


def _sizes(c: NodeCall, axes: Sequence[int]) -> tuple[list[float], list[int]]:
    """Return the scale and the new size of each axis."""
    old = [c.shape()[a] for a in axes]
    where = 1 if c.node.op == "Upsample" or c.opset < 11 else 2
    if (c.has(where) and c.numbers(where).size) or c.attr("scales"):
        given = c.attr("scales") if c.attr("scales") else c.numbers(where)
        scales = [float(s) for s in given]
        return scales, [floor(n * s) for n, s in zip(old, scales, strict=True)]
    wanted = c.ints(3)
    policy = c.attr("keep_aspect_ratio_policy", "stretch")
    if policy == "stretch":
        return [w / n for w, n in zip(wanted, old, strict=True)], wanted
    ratios = [w / n for w, n in zip(wanted, old, strict=True)]
    scale = min(ratios) if policy == "not_larger" else max(ratios)
    return [scale] * len(old), [floor(scale * n + 0.5) for n in old]


def _resize(c: NodeCall) -> OnnxStep:
    x = c.x()
    axes = [c.axis(int(a)) for a in c.attr("axes", range(x.rank))]
    scales, sizes = _sizes(c, axes)
    usual = "asymmetric" if c.node.op == "Upsample" or c.opset < 11 else "half_pixel"
    nearest = "floor" if usual == "asymmetric" else "round_prefer_floor"
    how = Manner(
        c.attr("mode", "nearest"), c.attr("coordinate_transformation_mode", usual), c.attr("nearest_mode", nearest),
        float(c.attr("cubic_coeff_a", -0.75)), bool(c.attr("exclude_outside", 0)), bool(c.attr("antialias", 0)),
        float(c.attr("extrapolation_value", 0.0)),
    )  # fmt: skip
    region = [0.0] * len(axes) + [1.0] * len(axes)
    if how.coordinates == "tf_crop_and_resize" and c.has(1):
        region = [float(r) for r in c.numbers(1)]
    found: dict[int, tuple[Array, Array]] = {}
    for k, (axis, scale, size) in enumerate(zip(axes, scales, sizes, strict=True)):
        n = x.shape[axis]
        if size < 0 or size * n > MOST or scale <= 0:
            c.refuse(f"axis {axis} of {n} elements brought to {size}")
        found[axis] = matrix(n, size, scale, how, (region[k], region[k + len(axes)]))
    return _known(c, x, found, how) or _by_axes(c, x, found, how)


def _known(c: NodeCall, x: OnnxStep, found: dict[int, tuple[Array, Array]], how: Manner) -> OnnxStep | None:
    """Return images of another size by the op that does just that, None where there is none."""
    if x.rank < 3 or how.mode == "cubic" or how.coordinates == "tf_crop_and_resize":
        return None
    each = [found[i][0] if i in found else np.eye(n) for i, n in enumerate(x.shape)]
    if any(not np.array_equal(e, np.eye(len(e))) if e.shape[0] == e.shape[1] else True for e in each[:-2]):
        return None
    size = (len(each[-2]), len(each[-1]))
    copies = [np.eye(n)[np.arange(len(e)) * n // len(e)] for e, n in zip(each[-2:], x.shape[-2:], strict=True)]
    if all(np.array_equal(a, b) for a, b in zip(each[-2:], copies, strict=True)):
        return c.m.upsample_nearest(x, size=size)
    smooth = [bilinear(n, len(e)) for e, n in zip(each[-2:], x.shape[-2:], strict=True)]
    if all(np.allclose(a, b, atol=1e-12) for a, b in zip(each[-2:], smooth, strict=True)):
        return c.m.upsample_bilinear(x, size=size)
    return None


def _by_axes(c: NodeCall, x: OnnxStep, found: dict[int, tuple[Array, Array]], how: Manner) -> OnnxStep:
    for axis in sorted(found, reverse=True):
        parts, beyond = found[axis]
        x = along(c.m, x, parts, axis)
        if beyond.any():
            mask = c.m.leaf("const", beyond.reshape(-1, *(1,) * (x.rank - axis - 1)), "beyond", c.m.layer)
            x = c.m.where(mask, how.beyond, x)
    return x


MAPPING = (OnnxMapping("Resize", _resize), OnnxMapping("Upsample", _resize))
