"""The smallest over axes."""

from tests.ops.casebook import Cases, Refusal
from tests.ops.reductions import REFUSES, over_axes, torch_over

CASES = Cases(
    "min",
    over_axes(empty=False),
    torch=torch_over("amin"),
    refuses=(
        *REFUSES,
        Refusal(((0, 3),), {"axis": 0}, "`min` over axis 0 of shape (0, 3): nothing has no smallest element"),
    ),
)
