"""What the cases of the convolutions share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from gradlab.op import Shape
from tests.ops.casebook import Operands, Refusal, Rng

Given = tuple[Shape, Shape, dict[str, Any]]
"""Shapes of x and W, and attributes."""


def with_and_without_bias(
    calls: tuple[Given, ...], channels: Callable[[Shape, dict[str, Any]], int]
) -> Callable[[Rng], Iterator[Operands]]:
    """Make operands with a bias for every channel of the output, then the same without."""

    def operands(rng: Rng) -> Iterator[Operands]:
        for x, w, attrs in calls:
            yield (x, w, (channels(w, attrs),)), attrs
        for x, w, attrs in calls:
            yield (x, w), attrs

    return operands


def functional(name: str) -> Callable[..., Any]:
    """Return PyTorch's function of that name."""

    def call(torch: Any, *tensors: Any, **attrs: Any) -> Any:
        return getattr(torch.nn.functional, name)(*tensors, **attrs)

    return call


def large_layer(*kernel: int, spread: bool = False) -> Callable[[int], Iterator[Operands]]:
    """Make layers of 16 kernels for 16 channels of images with sides of 32, with a bias and without; spread: from 16 to 32."""

    def operands(elements: int) -> Iterator[Operands]:
        side = (16 if spread else 32,) * len(kernel)
        x, w = (max(1, elements // (16 * 32 ** len(kernel))), 16, *side), (16, 16, *kernel)
        attrs = {"stride": 2, "padding": 1, "output_padding": 1} if spread else {"padding": 1}
        yield (x, w, (16,)), attrs
        yield (x, w), attrs

    return operands


IMAGES: tuple[Given, ...] = (
    ((2, 1, 4, 5), (2, 1, 3, 2), {}),
    ((1, 2, 3, 3), (1, 2, 3, 3), {}),
    ((2, 5, 5), (3, 2, 2, 2), {"stride": 2}),
    ((1, 2, 4, 4), (2, 2, 3, 3), {"padding": 1}),
    ((1, 1, 5, 6), (2, 1, 2, 3), {"stride": (2, 1), "padding": (0, 2), "dilation": (2, 1)}),
    ((2, 4, 3, 3), (4, 2, 2, 2), {"groups": 2}),
    ((1, 3, 4, 4), (6, 1, 3, 3), {"groups": 3, "padding": 1, "stride": 2}),
    ((1, 1, 2, 2), (1, 1, 2, 2), {"padding": 3, "stride": 3, "dilation": 2}),
    ((2, 3, 2, 3), (4, 3, 1, 1), {}),
    ((1, 1, 3, 1), (1, 1, 1, 1), {"padding": 2, "stride": 3}),
    ((0, 2, 4, 4), (3, 2, 3, 3), {"padding": 1}),
    ((3, 2, 9, 8), (5, 2, 3, 3), {"padding": 1}),
    ((2, 16, 2, 3), (16, 16, 2, 2), {"padding": 1}),
)
SIGNALS: tuple[Given, ...] = (
    ((2, 1, 5), (2, 1, 3), {}),
    ((2, 6), (3, 2, 2), {"stride": 2}),
    ((1, 2, 4), (2, 2, 3), {"padding": 2, "dilation": 3}),
    ((2, 4, 5), (4, 1, 2), {"groups": 4, "padding": 1}),
    ((0, 2, 4), (3, 2, 3), {}),
    ((2, 16, 3), (16, 16, 2), {"stride": 2, "padding": 1}),
)
VOLUMES: tuple[Given, ...] = (
    ((2, 1, 3, 4, 3), (2, 1, 2, 3, 2), {}),
    ((2, 3, 3, 4), (3, 2, 2, 2, 2), {"stride": 2}),
    ((1, 2, 3, 2, 3), (2, 2, 3, 1, 3), {"padding": (1, 0, 1)}),
    ((1, 1, 4, 5, 6), (1, 1, 2, 2, 3), {"stride": (2, 1, 3), "padding": (0, 1, 2), "dilation": (2, 3, 1)}),
    ((1, 4, 2, 3, 2), (4, 2, 1, 2, 2), {"groups": 2}),
    ((1, 1, 2, 1, 1), (1, 1, 2, 1, 1), {"padding": 3, "stride": 3, "dilation": 2}),
    ((0, 2, 2, 2, 2), (3, 2, 1, 2, 1), {}),
)
SPREAD_IMAGES: tuple[Given, ...] = (
    ((2, 1, 2, 3), (1, 2, 3, 2), {}),
    ((2, 3, 3), (2, 1, 2, 2), {"stride": 2}),
    ((1, 2, 3, 3), (2, 2, 3, 3), {"stride": 2, "padding": 1, "output_padding": 1}),
    ((1, 1, 3, 2), (1, 2, 2, 3), {"stride": (1, 3), "padding": (1, 0), "dilation": (2, 1), "output_padding": (0, 2)}),
    ((2, 4, 2, 2), (4, 1, 2, 2), {"groups": 2}),
    ((1, 3, 2, 2), (3, 2, 2, 2), {"groups": 3, "stride": 2}),
    ((0, 2, 2, 2), (2, 3, 2, 2), {}),
    ((2, 3, 2, 2), (3, 2, 1, 1), {}),
    ((2, 16, 2, 2), (16, 16, 2, 2), {"stride": 2}),
)
SPREAD_SIGNALS: tuple[Given, ...] = (
    ((2, 1, 3), (1, 2, 2), {}),
    ((2, 3), (2, 1, 3), {"stride": 2}),
    ((1, 2, 3), (2, 2, 3), {"stride": 3, "padding": 1, "output_padding": 2, "dilation": 2}),
    ((2, 4, 2), (4, 1, 2), {"groups": 2, "padding": 1}),
    ((0, 2, 2), (2, 3, 2), {}),
)


def image_refusals(bias: tuple[Shape, ...]) -> tuple[Refusal, ...]:
    """Return what `conv2d` refuses, with or without a bias of two kernels."""
    x, w = (1, 3, 8, 8), (2, 3, 3, 3)
    takes = (
        "`conv2d` takes x of shape (batch, channels, height, width) and W of (channels out, channels / groups, height, width)"
    )
    return (
        Refusal(((8, 8), w, *bias), {}, f"{takes}, got (8, 8) and (2, 3, 3, 3)"),
        Refusal((x, (2, 3, 3), *bias), {}, f"{takes}, got (1, 3, 8, 8) and (2, 3, 3)"),
        Refusal((x, (2, 4, 3, 3), *bias), {}, "W of shape (2, 4, 3, 3) reads 4 channels, x of shape (1, 3, 8, 8) has 3"),
        Refusal(
            ((1, 4, 8, 8), w, *bias),
            {"groups": 2},
            "W of shape (2, 3, 3, 3) reads 6 channels in 2 groups, x of shape (1, 4, 8, 8) has 4",
        ),
        Refusal((x, (2, 1, 3, 3), *bias), {"groups": 3}, "3 groups cannot share the 2 kernels of W of shape (2, 1, 3, 3)"),
        Refusal((x, w, *bias), {"groups": 0}, "`groups` is a whole number, at least 1, got 0"),
        Refusal((x, w, *bias), {"groups": 1.5}, "`groups` is a whole number, at least 1, got 1.5"),
        Refusal((x, w, *bias), {"stride": 0}, "`stride` is at least 1, got 0"),
        Refusal((x, w, *bias), {"stride": (1, -1)}, "`stride` is at least 1, got (1, -1)"),
        Refusal((x, w, *bias), {"stride": True}, "`stride` is a whole number or a pair of them, got True"),
        Refusal((x, w, *bias), {"padding": -1}, "`padding` is at least 0, got -1"),
        Refusal((x, w, *bias), {"padding": (1, 2, 3)}, "`padding` is a whole number or a pair of them, got (1, 2, 3)"),
        Refusal((x, w, *bias), {"dilation": 0}, "`dilation` is at least 1, got 0"),
        Refusal((x, (2, 3, 9, 3), *bias), {}, "a window of 9x3 does not fit into 8x8"),
        Refusal(
            (x, w, *bias),
            {"dilation": 6, "padding": 1},
            "a window of 3x3 spread to 13x13 does not fit into 8x8 padded to 10x10",
        ),
        Refusal((x, (2, 3, 0, 3), *bias), {}, "the window of `conv2d` has at least one element an axis, got 0x3"),
    )
