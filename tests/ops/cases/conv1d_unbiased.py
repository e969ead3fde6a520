"""The signals of `conv1d`."""

from tests.ops.casebook import Cases
from tests.ops.convolutions import SIGNALS, functional, without_bias

CASES = Cases("conv1d_unbiased", without_bias(SIGNALS), torch=functional("conv1d"))
