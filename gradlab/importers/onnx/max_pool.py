"""MaxPool over one, two or three axes; the places of the winners are not given."""

from __future__ import annotations

from math import inf

from gradlab.importers.onnx._mapping import Call, Mapping
from gradlab.importers.onnx._tape import Step
from gradlab.importers.onnx._windows import bordered, windows


def _max_pool(c: Call) -> Step:
    x = c.x(0)
    n = x.rank - 2
    if not 1 <= n <= 3:
        c.refuse(f"a pool over {n} axes")
    seen = windows(c, x.shape[2:], c.attr("kernel_shape", []))
    attrs: dict[str, object] = {"kernel_size": seen.kernel, "stride": seen.strides}
    if any(d > 1 for d in seen.dilations):
        attrs["dilation"] = seen.dilations
    if seen.even and all(2 * p <= k for p, k in zip(seen.before, seen.kernel, strict=True)):
        attrs |= {"padding": seen.before} if any(seen.before) else {}
    else:
        x = bordered(c.m, x, seen.pads, -inf)
    return c.m.call(f"max_pool{n}d", x, **attrs)


MAPPING = Mapping("MaxPool", _max_pool, kind=(0, "int64"))
