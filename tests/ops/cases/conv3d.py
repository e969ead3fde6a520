"""Volumes with every kind of stride, padding, dilation and groups."""

from tests.ops.casebook import Cases, Refusal
from tests.ops.convolutions import VOLUMES, functional, large_layer, with_and_without_bias

X, W, B = (1, 2, 3, 4, 5), (2, 2, 2, 2, 2), (2,)

CASES = Cases(
    "conv3d",
    with_and_without_bias(VOLUMES, lambda w, attrs: w[0]),
    torch=functional("conv3d"),
    large=large_layer(3, 3, 3),
    refuses=(
        Refusal(
            ((4, 5), W, B),
            {},
            "`conv3d` takes x of shape (batch, channels, depth, height, width) and W of"
            " (channels out, channels / groups, depth, height, width), got (4, 5) and (2, 2, 2, 2, 2)",
        ),
        Refusal((X, W, B), {"stride": (1, 1)}, "`stride` is a whole number or three of them, got (1, 1)"),
        Refusal((X, (2, 2, 4, 2, 2), B), {}, "a window of 4x2x2 does not fit into 3x4x5"),
        Refusal((X, W, (3,)), {}, "the bias of 2 kernels has shape (2,), got (3,)"),
    ),
)
