"""Fourier transforms and windows: products with cosines and sines. The last axis holds the real and the imaginary part."""

from __future__ import annotations

from math import pi

import numpy as np

from gradlab.importers.onnx._linear import along
from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping, Result
from gradlab.importers.onnx._tape import OnnxStep

MOST = 1 << 24
"""Elements of a matrix."""


def transform(c: NodeCall, x: OnnxStep, axis: int, n: int, *, inverse: bool, half: bool) -> OnnxStep:
    """Return the transform of length n along an axis. x: real numbers (…, 1) or complex ones (…, 2)."""
    there = x.shape[axis]
    if n * max(n, there) > MOST or n < 1:
        c.refuse(f"a transform of length {n:,}")
    if there != n:
        key = (*(slice(None),) * axis, slice(0, min(n, there)))
        x = x[key] if there > n else c.m.pad(x, widths=tuple((0, n - there if i == axis else 0) for i in range(x.rank)))
    turns = 2 * pi * np.outer(np.arange(n // 2 + 1 if half else n), np.arange(n)) / n
    cos, sin = np.cos(turns), np.sin(turns) * (1 if inverse else -1)
    if inverse:
        cos, sin = cos / n, sin / n
    last = (*(slice(None),) * (x.rank - 1),)
    real = x[(*last, slice(0, 1))]
    z = [along(c.m, real, cos, axis), along(c.m, real, sin, axis)]
    if x.shape[-1] == 2:
        other = x[(*last, slice(1, 2))]
        z = [z[0] - along(c.m, other, sin, axis), z[1] + along(c.m, other, cos, axis)]
    return c.m.concat(z, axis=x.rank - 1)


def _dft(c: NodeCall) -> OnnxStep:
    x = c.x()
    axis = int(c.attr("axis", 1)) if c.opset < 20 else (c.ints(2)[0] if c.has(2) else -2)
    axis = c.axis(axis)
    n = c.ints(1)[0] if c.has(1) else x.shape[axis]
    inverse, half = bool(c.attr("inverse", 0)), bool(c.attr("onesided", 0))
    if inverse and half:
        return _real_inverse(c, x, axis, n if c.has(1) else 2 * (x.shape[axis] - 1))
    return transform(c, x, axis, n, inverse=inverse, half=half)


def _real_inverse(c: NodeCall, x: OnnxStep, axis: int, n: int) -> OnnxStep:
    """Return the real numbers whose transform has these first elements."""
    there = min(x.shape[axis], n // 2 + 1)
    x = x[(*(slice(None),) * axis, slice(0, there))]
    turns = 2 * pi * np.outer(np.arange(n), np.arange(there)) / n
    twice = np.where((np.arange(there) == 0) | (2 * np.arange(there) == n), 1.0, 2.0) / n
    last = (*(slice(None),) * (x.rank - 1),)
    real, other = x[(*last, slice(0, 1))], x[(*last, slice(1, 2))]
    return along(c.m, real, np.cos(turns) * twice, axis) - along(c.m, other, np.sin(turns) * twice, axis)


def _stft(c: NodeCall) -> OnnxStep:
    x, hop = c.x(), c.ints(1)[0]
    window = c.maybe(2)
    length = c.ints(3)[0] if c.has(3) else window.shape[0] if window is not None else 0
    x = c.m.reshape(x, (*x.shape[:2], 1)) if x.rank == 2 else x
    count = 1 + (x.shape[1] - length) // hop
    if length < 1 or hop < 1 or count < 1:
        c.refuse(f"frames of {length} in a signal of {x.shape[1]}")
    places = (np.arange(count)[:, None] * hop + np.arange(length)).reshape(-1)
    rows = c.m.gather(c.m.transpose(x, (1, 0, 2)), c.m.leaf("const", places, "places", c.m.layer))
    frames = c.m.transpose(c.m.reshape(rows, (count, length, x.shape[0], x.shape[2])), (2, 0, 1, 3))
    if window is not None:
        frames = frames * c.m.reshape(window, (length, 1))
    return transform(c, frames, 2, length, inverse=False, half=bool(c.attr("onesided", 1)))


def _window(*weights: float) -> OnnxMapping:
    name = {3: "BlackmanWindow", 2: "HannWindow" if weights[0] == 0.5 else "HammingWindow"}[len(weights)]

    def emit(c: NodeCall) -> Result:
        n = int(c.numbers(0).reshape(-1)[0])
        c.bound(n, MOST, f"a window of {n:,}")
        at = np.arange(max(0, n)) * 2 * pi / max(1, n if c.attr("periodic", 1) else n - 1)
        found = sum((-1) ** k * w * np.cos(k * at) for k, w in enumerate(weights))
        return c.fixed(np.asarray(found), "float32")

    return OnnxMapping(name, emit, kind="float32")


MAPPING = (
    OnnxMapping("DFT", _dft),
    OnnxMapping("STFT", _stft),
    _window(0.5, 0.5),
    _window(25 / 46, 21 / 46),
    _window(0.42, 0.5, 0.08),
)
