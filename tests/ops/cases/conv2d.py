"""Images with every kind of stride, padding, dilation and groups."""

from tests.ops.casebook import Cases, Refusal
from tests.ops.convolutions import IMAGES, functional, image_refusals, with_and_without_bias

CASES = Cases(
    "conv2d",
    with_and_without_bias(IMAGES, lambda w, attrs: w[0]),
    torch=functional("conv2d"),
    refuses=(
        *image_refusals(((2,),)),
        *image_refusals(()),
        Refusal(((1, 3, 8, 8), (2, 3, 3, 3), (3,)), {}, "the bias of 2 kernels has shape (2,), got (3,)"),
        Refusal(((1, 3, 8, 8), (2, 3, 3, 3), ()), {}, "the bias of 2 kernels has shape (2,), got ()"),
    ),
)
