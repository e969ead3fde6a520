"""Images with every kind of stride, padding, dilation and groups."""

from tests.ops.casebook import Cases, Refusal
from tests.ops.convolutions import SPREAD_IMAGES, functional, large_layer, with_and_without_bias

TAKES = (
    "`conv_transpose2d` takes x of shape (batch, channels, height, width) and W of"
    " (channels in, channels out / groups, height, width)"
)
X, W, B = (1, 2, 3, 3), (2, 3, 2, 2), (3,)

CASES = Cases(
    "conv_transpose2d",
    with_and_without_bias(SPREAD_IMAGES, lambda w, attrs: w[1] * attrs.get("groups", 1)),
    torch=functional("conv_transpose2d"),
    large=large_layer(3, 3, spread=True),
    refuses=(
        Refusal(((3, 3), W, B), {}, f"{TAKES}, got (3, 3) and (2, 3, 2, 2)"),
        Refusal((X, (3, 2, 2, 2), (2,)), {}, "W of shape (3, 2, 2, 2) reads 3 channels, x of shape (1, 2, 3, 3) has 2"),
        Refusal((X, W, (9,)), {"groups": 3}, "3 groups cannot share the 2 channels of x of shape (1, 2, 3, 3)"),
        Refusal((X, W, (2,)), {}, "the bias of 3 kernels has shape (3,), got (2,)"),
        Refusal((X, W, B), {"groups": -1}, "`groups` is a whole number, at least 1, got -1"),
        Refusal((X, W, B), {"stride": 0}, "`stride` is at least 1, got 0"),
        Refusal((X, W, B), {"output_padding": -1}, "`output_padding` is at least 0, got -1"),
        Refusal(
            (X, W, B),
            {"output_padding": 2, "stride": 2},
            "`output_padding` is smaller than the stride or the dilation, got (2, 2)",
        ),
        Refusal((X, W, B), {"padding": 2}, "a padding of (2, 2) leaves nothing of 3x3 under a window of 2x2"),
        Refusal((X, (2, 3, 2, 0), B), {}, "the window of `conv_transpose2d` has at least one element an axis, got 2x0"),
    ),
)
