"""Conv: over one, two or three axes."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.importers.onnx._windows import bordered, windows


def _conv(c: NodeCall) -> OnnxStep:
    return convolved(c, c.x(0), c.x(1), c.maybe(2))


def convolved(c: NodeCall, x: OnnxStep, w: OnnxStep, b: OnnxStep | None) -> OnnxStep:
    """Return the convolution that the attributes of a node say."""
    n = w.rank - 2
    if not 1 <= n <= 3:
        c.refuse(f"a convolution over {n} axes")
    seen = windows(c, x.shape[2:], w.shape[2:])
    attrs = {"stride": seen.strides, "dilation": seen.dilations, "groups": int(c.attr("group", 1))}
    attrs = {name: value[0] if isinstance(value, tuple) and len({*value}) == 1 else value for name, value in attrs.items()}
    attrs = {name: value for name, value in attrs.items() if value != 1}
    if seen.even:
        attrs |= {"padding": seen.before if len({*seen.before}) > 1 else seen.before[0]} if any(seen.before) else {}
    else:
        x = bordered(c.m, x, seen.pads)
    return c.m.call(f"conv{n}d", x, w, b, **attrs)


MAPPING = OnnxMapping("Conv", _conv, weights=(1, 2))
