"""What the bench measures: the calls of the tests on many numbers."""

from __future__ import annotations

import pytest

from gradlab.op import Op
from gradlab.ops import compiled_ops
from tests.ops.casebook import cases_of
from tests.ops.enlarged import enlarged, size

ELEMENTS = 1 << 18
FIXED = ("nms",)
"""Every box is compared with every other one: fewer are enough."""
compared = pytest.mark.parametrize("op", [op for op in compiled_ops().values() if cases_of(op).torch], ids=lambda op: op.name)


@compared
def test_every_op_that_pytorch_has_is_called_on_many_numbers(op: Op) -> None:
    calls = enlarged(op, cases_of(op), ELEMENTS)
    sizes = [size(op, shapes, attrs) for shapes, attrs in calls]
    assert sizes and (op.name in FIXED or all(0.9 * ELEMENTS < n < 10 * ELEMENTS for n in sizes))
