"""Signals."""

from tests.ops.casebook import Cases, Refusal
from tests.ops.convolutions import functional
from tests.ops.pools import REACHING_SIGNALS, SIGNALS, calls

CASES = Cases(
    "max_pool1d",
    calls((*SIGNALS, *REACHING_SIGNALS, ((1, 2, 7), {"kernel_size": 3, "stride": 1, "padding": 1, "dilation": 2}))),
    torch=functional("max_pool1d"),
    refuses=(
        Refusal(((6,),), {"kernel_size": 2}, "`max_pool1d` takes x of shape (…, channels, length), got (6,)"),
        Refusal(((1, 6),), {"kernel_size": 3, "padding": 2}, "`padding` is at most half the window, got 2 for 3"),
    ),
)
