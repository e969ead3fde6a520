"""Det of matrices of up to three rows, by minors."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep


def _det(c: NodeCall) -> OnnxStep:
    x = c.x()
    n = x.shape[-1]
    if n > 3 or n < 1:
        c.refuse(f"the determinant of {n} rows")
    return _minor(x, tuple(range(n)), 0)


def _minor(x: OnnxStep, columns: tuple[int, ...], row: int) -> OnnxStep:
    """Return the determinants of the rows from `row` on in some columns."""
    ahead = (slice(None),) * (x.rank - 2)
    if len(columns) == 1:
        return x[(*ahead, row, columns[0])]
    total: OnnxStep | None = None
    for k, column in enumerate(columns):
        part = x[(*ahead, row, column)] * _minor(x, tuple(i for i in columns if i != column), row + 1)
        total = part if total is None else total - part if k % 2 else total + part
    assert total is not None
    return total


MAPPING = OnnxMapping("Det", _det)
