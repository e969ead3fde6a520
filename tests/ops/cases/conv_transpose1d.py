"""Signals with every kind of stride, padding, dilation and groups."""

from tests.ops.casebook import Cases, Refusal
from tests.ops.convolutions import SPREAD_SIGNALS, functional, large_layer, with_and_without_bias

TAKES = "`conv_transpose1d` takes x of shape (batch, channels, length) and W of (channels in, channels out / groups, length)"
X, W, B = (1, 2, 3), (2, 3, 2), (3,)

CASES = Cases(
    "conv_transpose1d",
    with_and_without_bias(SPREAD_SIGNALS, lambda w, attrs: w[1] * attrs.get("groups", 1)),
    torch=functional("conv_transpose1d"),
    large=large_layer(3, spread=True),
    refuses=(
        Refusal(((3,), W, B), {}, f"{TAKES}, got (3,) and (2, 3, 2)"),
        Refusal((X, (3, 2, 2), (2,)), {}, "W of shape (3, 2, 2) reads 3 channels, x of shape (1, 2, 3) has 2"),
        Refusal((X, W, B), {"stride": (1, 1)}, "`stride` is a whole number, got (1, 1)"),
        Refusal((X, W, B), {"padding": 2}, "a padding of 2 leaves nothing of 3 under a window of 2"),
    ),
)
