"""What the cases of the pools share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradlab.op import Shape
from tests.ops.casebook import Operands, Refusal, Rng

Given = tuple[Shape, dict[str, Any]]

IMAGES: tuple[Given, ...] = (
    ((2, 1, 4, 6), {"kernel_size": 2}),
    ((1, 5, 5), {"kernel_size": 3, "stride": 1}),
    ((2, 2, 5, 4), {"kernel_size": 3, "stride": 2, "padding": 1}),
    ((1, 2, 4, 5), {"kernel_size": (1, 3), "stride": (2, 1), "padding": (0, 1)}),
    ((1, 1, 7, 7), {"kernel_size": 2, "stride": 3}),
    ((0, 2, 4, 4), {"kernel_size": 2}),
    ((1, 1, 1, 1), {"kernel_size": 1}),
    ((1, 1, 2, 3), {"kernel_size": 2, "stride": 1, "padding": 1}),
    ((2, 3, 8, 10), {"kernel_size": 2}),
)
SIGNALS: tuple[Given, ...] = (
    ((2, 2, 6), {"kernel_size": 2}),
    ((1, 7), {"kernel_size": 3, "stride": 2, "padding": 1}),
    ((0, 2, 4), {"kernel_size": 2}),
)

REACHING: tuple[Given, ...] = (
    ((1, 2, 5, 4), {"kernel_size": 2, "ceil_mode": True}),
    ((2, 1, 6, 7), {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True}),
    ((1, 1, 5, 5), {"kernel_size": (2, 3), "stride": (3, 4), "ceil_mode": True}),
    ((1, 1, 3, 3), {"kernel_size": 2, "stride": 2, "padding": 1, "ceil_mode": True}),
)
SPREAD: tuple[Given, ...] = (
    ((1, 2, 6, 7), {"kernel_size": 2, "dilation": 2}),
    ((2, 1, 7, 6), {"kernel_size": 3, "stride": 1, "padding": 1, "dilation": (2, 1)}),
    ((1, 1, 8, 9), {"kernel_size": 2, "stride": 3, "padding": 1, "dilation": (1, 3), "ceil_mode": True}),
    ((1, 1, 4, 4), {"kernel_size": 2, "stride": 2, "dilation": (2, 1), "ceil_mode": True}),
)
REACHING_SIGNALS: tuple[Given, ...] = (
    ((1, 2, 5), {"kernel_size": 2, "ceil_mode": True}),
    ((2, 7), {"kernel_size": 3, "stride": 3, "padding": 1, "ceil_mode": True}),
)
VOLUMES: tuple[Given, ...] = (
    ((2, 1, 2, 4, 3), {"kernel_size": (2, 2, 3)}),
    ((1, 3, 4, 4), {"kernel_size": 2, "stride": 1, "padding": 1}),
    ((1, 2, 3, 5, 4), {"kernel_size": 3, "stride": (1, 2, 2), "padding": (1, 0, 1)}),
    ((1, 1, 3, 4, 5), {"kernel_size": 2, "ceil_mode": True}),
    ((0, 1, 2, 2, 2), {"kernel_size": 1}),
)


def calls(given: tuple[Given, ...], **more: Any) -> Any:
    """Make operands, each with further attributes."""

    def operands(rng: Rng) -> Iterator[Operands]:
        for x, attrs in given:
            yield (x,), {**attrs, **more}

    return operands


def refusals(name: str) -> tuple[Refusal, ...]:
    """Return what a pool of images refuses."""
    x = (1, 1, 6, 6)
    return (
        Refusal(((6, 6),), {"kernel_size": 2}, f"`{name}` takes x of shape (…, channels, height, width), got (6, 6)"),
        Refusal((x,), {"kernel_size": 0}, "`kernel_size` is at least 1, got 0"),
        Refusal((x,), {"kernel_size": 2.0}, "`kernel_size` is a whole number or a pair of them, got 2.0"),
        Refusal((x,), {"kernel_size": 2, "stride": -1}, "`stride` is at least 1, got -1"),
        Refusal((x,), {"kernel_size": 2, "padding": -1}, "`padding` is at least 0, got -1"),
        Refusal((x,), {"kernel_size": 3, "padding": 2}, "`padding` is at most half the window, got (2, 2) for (3, 3)"),
        Refusal((x,), {"kernel_size": 9, "padding": 1}, "a window of 9x9 does not fit into 6x6 padded to 8x8"),
        Refusal(((1, 1, 0, 6),), {"kernel_size": 2}, "a window of 2x2 does not fit into 0x6"),
        Refusal(
            ((1, 1, 0, 6),),
            {"kernel_size": 2, "padding": 1},
            f"a window of `{name}` sees nothing but padding in x of shape (1, 1, 0, 6)",
        ),
        Refusal((x,), {"kernel_size": 2, "ceil_mode": 1}, "`ceil_mode` is True or False, got 1"),
    )
