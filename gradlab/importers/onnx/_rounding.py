"""Numbers made whole: cut, and to the nearest."""

from __future__ import annotations

from gradlab.importers.onnx._tape import Step, Tape


def cut(m: Tape, x: Step) -> Step:
    """Return x without what stands behind the point."""
    return m.sign(x) * m.floor(m.abs(x))


def nearest(m: Tape, x: Step) -> Step:
    """Return the nearest whole number; of two that are equally near the even one."""
    up = m.floor(x + 0.5)
    tie = m.equal(x + 0.5, up)
    return up - tie * m.mod(up, 2.0)
