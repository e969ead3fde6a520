"""The images of `conv_transpose2d`."""

from tests.ops.casebook import Cases
from tests.ops.convolutions import SPREAD_IMAGES, functional, without_bias

CASES = Cases("conv_transpose2d_unbiased", without_bias(SPREAD_IMAGES), torch=functional("conv_transpose2d"))
