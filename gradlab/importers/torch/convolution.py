"""Convolutions over signals, images and volumes, and their transposed forms."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping, Unmapped


def _pair(one: Any, axes: int) -> Any:
    values = [int(v) for v in one] if isinstance(one, list | tuple) else [int(one)]
    values = values * axes if len(values) == 1 else values
    return values[0] if len(set(values)) == 1 else tuple(values)


def _conv(
    m: Any,
    input: Any,
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
    **_: Any,
) -> Any:
    axes = len(m.shape_of(weight)) - 2
    attrs = {"stride": _pair(stride, axes), "dilation": _pair(dilation, axes)}
    if isinstance(padding, str):
        spread = [(k - 1) * d for k, d in zip(m.shape_of(weight)[2:], _each(dilation, axes), strict=True)]
        if padding == "same" and any(one % 2 for one in spread):
            before = [(one // 2, one - one // 2) for one in spread]
            input = m.call("pad", input, widths=[(0, 0)] * (len(m.shape_of(input)) - axes) + before)  # noqa: A001
            padding = 0
        else:
            padding = [one // 2 for one in spread] if padding == "same" else 0
    attrs["padding"] = _pair(padding, axes)
    attrs |= {"groups": int(groups)} if groups != 1 else {}
    return m.call(f"conv{axes}d", *(one for one in (input, weight, bias) if one is not None), **attrs)


def _each(one: Any, axes: int) -> list[int]:
    return [int(v) for v in one] * (axes if len(one) == 1 else 1) if isinstance(one, list | tuple) else [int(one)] * axes


def _transposed(
    m: Any,
    input: Any,
    weight: Any,
    *,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
    **_: Any,
) -> Any:
    axes = len(m.shape_of(weight)) - 2
    if axes > 2:
        return _volume(
            m, input, weight, bias, stride=_each(stride, axes), padding=_each(padding, axes),
            more=_each(output_padding, axes), dilation=_each(dilation, axes), groups=int(groups),
        )  # fmt: skip
    attrs = {"stride": _pair(stride, axes), "padding": _pair(padding, axes), "output_padding": _pair(output_padding, axes)}
    attrs |= {"groups": int(groups), "dilation": _pair(dilation, axes)}
    return m.call(f"conv_transpose{axes}d", *(one for one in (input, weight, bias) if one is not None), **attrs)


def _volume(
    m: Any, x: Any, weight: Any, bias: Any, *, stride: Any, padding: Any, more: Any, dilation: Any, groups: int
) -> Any:  # fmt: skip
    """Return a transposed convolution over a volume: the plain one with zeros between and the kernel turned round."""
    if groups != 1:
        raise Unmapped("a transposed convolution over a volume in groups")
    given, axes = m.shape_of(x), range(2, 5)
    for axis, s in zip(axes, stride, strict=True):
        shape = m.shape_of(x)
        apart = m.reshape(m.item(x), (*shape[: axis + 1], 1, *shape[axis + 1 :]))
        wide = m.call("pad", apart, widths=[(0, s - 1) if one == axis + 1 else (0, 0) for one in range(6)])
        x = m.reshape(wide, (*shape[:axis], shape[axis] * s, *shape[axis + 1 :]))
        x = m.index(x, *(slice(None),) * axis, slice(0, (given[axis] - 1) * s + 1))
    turned = m.transpose(m.call("flip", weight, axis=(2, 3, 4)), [1, 0, 2, 3, 4])
    edges = [d * (k - 1) - p for d, k, p in zip(dilation, m.shape_of(weight)[2:], padding, strict=True)]
    if min(edges) < 0:
        raise Unmapped("a padding beyond the kernel")
    widths = [(0, 0), (0, 0), *((one, one + extra) for one, extra in zip(edges, more, strict=True))]
    x = m.call("pad", x, widths=widths) if any(map(any, widths)) else x
    return _conv(m, x, turned, bias, 1, 0, dilation)


def _convolution(m: Any, transposed: bool = False, **given: Any) -> Any:
    return _transposed(m, **given) if transposed else _conv(m, **given)


MAPPING = (
    *(Mapping(f"conv{n}d", _conv) for n in (1, 2, 3)),
    *(Mapping(f"conv_transpose{n}d", _transposed) for n in (1, 2, 3)),
    Mapping("convolution", _convolution, ("_convolution", "mkldnn_convolution", "convolution_overrideable")),
)
