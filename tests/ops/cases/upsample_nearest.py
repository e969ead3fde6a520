"""Images of every kind of size and scale."""

from tests.ops.casebook import Cases
from tests.ops.scales import interpolated, refusals, sizes

CASES = Cases("upsample_nearest", sizes, torch=interpolated("nearest"), refuses=refusals("upsample_nearest"))
