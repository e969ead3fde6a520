"""Numbers made whole: cut, and to the nearest."""

from __future__ import annotations

from gradlab.importers.onnx._tape import OnnxStep, OnnxTape


def cut(m: OnnxTape, x: OnnxStep) -> OnnxStep:
    """Return x without what stands behind the point."""
    return m.sign(x) * m.floor(m.abs(x))


def nearest(m: OnnxTape, x: OnnxStep) -> OnnxStep:
    """Return the nearest whole number; of two that are equally near the even one."""
    up = m.floor(x + 0.5)
    tie = m.equal(x + 0.5, up)
    return up - tie * m.mod(up, 2.0)
