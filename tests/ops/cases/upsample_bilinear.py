"""Images of every kind of size and scale."""

from tests.ops.casebook import Cases
from tests.ops.scales import interpolated, refusals, sizes

CASES = Cases("upsample_bilinear", sizes, torch=interpolated("bilinear"), refuses=refusals("upsample_bilinear"))
