"""Windows beside each other, overlapping, with gaps and with borders."""

from tests.ops.casebook import Cases
from tests.ops.convolutions import functional
from tests.ops.pools import IMAGES, calls, refusals

CASES = Cases("max_pool2d", calls(IMAGES), torch=functional("max_pool2d"), refuses=refusals("max_pool2d"))
