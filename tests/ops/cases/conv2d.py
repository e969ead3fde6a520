"""Images with every kind of stride, padding, dilation and groups."""

from collections.abc import Iterator

from tests.ops.casebook import Cases, Operands, Refusal
from tests.ops.convolutions import IMAGES, functional, image_refusals, large_layer, with_and_without_bias


def large(elements: int) -> Iterator[Operands]:
    """Yield layers of wide images and of the deep small ones at the end of a network."""
    yield from large_layer(3, 3)(elements)
    deep = ((elements // (512 * 64), 512, 4, 4), (512, 512, 3, 3), (512,))
    yield deep, {"padding": 1}
    yield deep[:2], {"padding": 1}


CASES = Cases(
    "conv2d",
    with_and_without_bias(IMAGES, lambda w, attrs: w[0]),
    torch=functional("conv2d"),
    large=large,
    refuses=(
        *image_refusals(((2,),)),
        *image_refusals(()),
        Refusal(((1, 3, 8, 8), (2, 3, 3, 3), (3,)), {}, "the bias of 2 kernels has shape (2,), got (3,)"),
        Refusal(((1, 3, 8, 8), (2, 3, 3, 3), ()), {}, "the bias of 2 kernels has shape (2,), got ()"),
    ),
)
