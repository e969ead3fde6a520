"""The images of `conv2d`."""

from tests.ops.casebook import Cases
from tests.ops.convolutions import IMAGES, functional, image_refusals, without_bias

CASES = Cases("conv2d_unbiased", without_bias(IMAGES), torch=functional("conv2d"), refuses=image_refusals(()))
