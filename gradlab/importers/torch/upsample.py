"""Images brought to another size."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping, Unmapped
from gradlab.importers.torch.convolution import _pair


def _nearest(m: Any, x: Any = None, input: Any = None, **_: Any) -> Any:
    given = x if x is not None else input
    return m.call("upsample_nearest", given, size=_pair(m.out_shape()[-2:], 2))


def _bilinear(m: Any, x: Any = None, input: Any = None, align_corners: bool = False, **_: Any) -> Any:
    if align_corners:
        raise Unmapped("`align_corners=True`")
    return m.call("upsample_bilinear", x if x is not None else input, size=_pair(m.out_shape()[-2:], 2))


MAPPING = (Mapping("upsample_nearest2d", _nearest), Mapping("upsample_bilinear2d", _bilinear))
