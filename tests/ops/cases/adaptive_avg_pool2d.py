"""Images that are parted evenly, with overlaps, and into more windows than they have rows."""

from tests.ops.casebook import Cases, Refusal
from tests.ops.convolutions import functional
from tests.ops.pools import Given, calls

IMAGES: tuple[Given, ...] = (
    ((2, 1, 4, 6), {"output_size": 2}),
    ((1, 2, 5, 7), {"output_size": (2, 3)}),
    ((2, 3, 4), {"output_size": (3, 1)}),
    ((1, 1, 2, 3), {"output_size": (5, 4)}),
    ((1, 1, 1, 1), {"output_size": 3}),
)

CASES = Cases(
    "adaptive_avg_pool2d",
    calls(IMAGES),
    torch=functional("adaptive_avg_pool2d"),
    refuses=(
        Refusal(
            ((4, 4),), {"output_size": 2}, "`adaptive_avg_pool2d` takes x of shape (…, channels, height, width), got (4, 4)"
        ),
        Refusal(((1, 4, 4),), {"output_size": 0}, "`output_size` is at least 1, got 0"),
        Refusal(((1, 4, 4),), {"output_size": (1, None)}, "`output_size` is a whole number or a pair of them, got (1, None)"),
        Refusal(((1, 0, 4),), {"output_size": 2}, "`adaptive_avg_pool2d` takes images of at least one element, got 0x4"),
    ),
)
