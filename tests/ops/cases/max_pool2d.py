"""Windows beside each other, overlapping, with gaps and with borders."""

from tests.ops.casebook import Cases, Refusal
from tests.ops.convolutions import functional
from tests.ops.pools import IMAGES, REACHING, SPREAD, calls, refusals

CASES = Cases(
    "max_pool2d",
    calls((*IMAGES, *REACHING, *SPREAD)),
    torch=functional("max_pool2d"),
    refuses=(
        *refusals("max_pool2d"),
        Refusal(
            ((1, 1, 1, 6),),
            {"kernel_size": 2, "padding": (1, 0), "dilation": 2},
            "a window of `max_pool2d` sees nothing but padding: its taps, 2 apart, step over 1",
        ),
        Refusal(((1, 1, 6, 6),), {"kernel_size": 2, "dilation": 0}, "`dilation` is at least 1, got 0"),
    ),
)
