"""The greatest over axes."""

from tests.ops.casebook import Cases, Refusal
from tests.ops.reductions import REFUSES, over_axes, torch_over

CASES = Cases(
    "max",
    over_axes(empty=False),
    torch=torch_over("amax"),
    refuses=(
        *REFUSES,
        Refusal(((0, 3),), {"axis": 0}, "`max` over axis 0 of shape (0, 3): nothing has no greatest element"),
    ),
)
