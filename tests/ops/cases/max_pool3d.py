"""Windows in volumes: beside each other, overlapping, with borders, and spread."""

from tests.ops.casebook import Cases, Refusal
from tests.ops.convolutions import functional
from tests.ops.pools import VOLUMES, calls

SPREAD = ((1, 2, 4, 3, 5), {"kernel_size": 2, "stride": 1, "padding": (1, 0, 0), "dilation": (2, 1, 3)})

CASES = Cases(
    "max_pool3d",
    calls((*VOLUMES, SPREAD)),
    torch=functional("max_pool3d"),
    refuses=(
        Refusal(
            ((4, 4, 4),), {"kernel_size": 2}, "`max_pool3d` takes x of shape (…, channels, depth, height, width), got (4, 4, 4)"
        ),
        Refusal(((1, 4, 4, 4),), {"kernel_size": (2, 2)}, "`kernel_size` is a whole number or three of them, got (2, 2)"),
        Refusal(((1, 1, 4, 4),), {"kernel_size": 2}, "a window of 2x2x2 does not fit into 1x4x4"),
    ),
)
