"""Whole numbers: the nearest, the next one, what stands in front of the point and behind it. No gradient goes through them."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.importers.torch._mapping import CONSTANTS, Mapping, Unmapped


def nearest(m: Any, x: Any) -> Any:
    """Return the nearest whole number; of two that are equally near the even one."""
    low = m.call("floor", x)
    rest = m.call("sub", x, low)
    even = m.call("mul", m.call("equal", rest, 0.5), m.call("mod", low, 2.0))
    return m.call("add", low, m.call("add", m.call("greater", rest, 0.5), even))


def cut(m: Any, x: Any) -> Any:
    """Return x without what stands behind the point."""
    return m.call("mul", m.call("sign", x), m.call("floor", m.call("abs", x)))


def _round(m: Any, x: Any, decimals: int = 0, **_: Any) -> Any:
    if decimals:
        raise Unmapped("`round` to decimals")
    return nearest(m, x)


def _ceil(m: Any, x: Any, **_: Any) -> Any:
    return m.call("neg", m.call("floor", m.call("neg", x)))


def _frac(m: Any, x: Any, **_: Any) -> Any:
    return m.call("sub", x, cut(m, x))


def _fmod(m: Any, x: Any, other: Any, **_: Any) -> Any:
    return m.call("sub", x, m.call("mul", other, cut(m, m.call("div", x, other))))


def _fake_quantized(
    m: Any, x: Any, scale: Any, zero_point: Any, quant_min: int, quant_max: int, fake_quant_enabled: Any = 1, **_: Any
) -> Any:
    """Return x as it is with whole numbers of a scale; its gradient goes straight through within the bounds."""
    if int(m.known(fake_quant_enabled, "whether it is quantised")) != 1:
        raise Unmapped("a fake quantisation that is turned off")
    if isinstance(scale, float):
        scale = float(np.float32(scale))  # PyTorch computes with it in float32
    whole = m.call("add", nearest(m, m.call("div", x, scale)), zero_point)
    bound = m.call("clip", whole, low=float(quant_min), high=float(quant_max))
    made = m.call("mul", m.call("sub", bound, zero_point), scale)
    return m.call("custom", made, m.call("where", m.call("equal", whole, bound), x, 0.0)), None


MAPPING = (
    Mapping("round", _round),
    Mapping("ceil", _ceil),
    Mapping("trunc", lambda m, x, **_: cut(m, x), ("fix",)),
    Mapping("frac", _frac),
    Mapping("fmod", _fmod),
    Mapping("floor_divide", lambda m, x, other, **_: m.call("floor", m.call("div", x, other))),
    Mapping(
        "fake_quantize_per_tensor_affine_cachemask", _fake_quantized,
        ("fake_quantize_per_tensor_affine", "_fake_quantize_per_tensor_affine_cachemask_tensor_qparams"), near=CONSTANTS,
    ),
)  # fmt: skip
