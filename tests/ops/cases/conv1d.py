"""Signals."""

from tests.ops.casebook import Cases, Refusal
from tests.ops.convolutions import SIGNALS, functional, large_layer, with_and_without_bias

CASES = Cases(
    "conv1d",
    with_and_without_bias(SIGNALS, lambda w, attrs: w[0]),
    torch=functional("conv1d"),
    large=large_layer(3),
    refuses=(
        Refusal(
            ((1, 2, 5, 5), (2, 2, 3), (2,)),
            {},
            "`conv1d` takes x of shape (batch, channels, length) and W of (channels out, channels / groups, length),"
            " got (1, 2, 5, 5) and (2, 2, 3)",
        ),
        Refusal(((1, 2, 5), (2, 2, 3), (2,)), {"stride": (1, 1)}, "`stride` is a whole number, got (1, 1)"),
        Refusal(((1, 2, 5), (2, 2, 6), (2,)), {}, "a window of 6 does not fit into 5"),
        Refusal(((1, 2, 5), (2, 2, 3), (1,)), {}, "the bias of 2 kernels has shape (2,), got (1,)"),
    ),
)
