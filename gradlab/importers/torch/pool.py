"""One number for a window."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping, Unmapped
from gradlab.importers.torch.convolution import _each, _pair


def _max(axes: int, places: bool = False) -> Any:
    def build(
        m: Any,
        x: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        ceil_mode: bool = False,
        **_: Any,
    ) -> Any:
        attrs = _window(axes, kernel_size, stride, padding)
        attrs |= {"dilation": _pair(dilation, axes)} if set(_each(dilation, axes)) != {1} else {}
        found = m.call(f"max_pool{axes}d", x, **attrs, **({"ceil_mode": True} if ceil_mode else {}))
        return (found, None) if places else found

    return build


def _average(axes: int) -> Any:
    def build(
        m: Any,
        x: Any,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: Any = None,
        **_: Any,
    ) -> Any:
        if divisor_override:
            raise Unmapped("a divisor of its own")
        attrs = _window(axes, kernel_size, stride, padding)
        attrs |= {"ceil_mode": True} if ceil_mode else {}
        attrs |= {} if count_include_pad else {"count_include_pad": False}
        return m.call(f"avg_pool{axes}d", x, **attrs)

    return build


def _window(axes: int, kernel_size: Any, stride: Any, padding: Any) -> dict[str, Any]:
    attrs = {"kernel_size": _pair(kernel_size, axes)}
    if stride not in (None, [], ()) and _pair(stride, axes) != attrs["kernel_size"]:
        attrs["stride"] = _pair(stride, axes)
    if set(_each(padding, axes)) != {0}:
        attrs["padding"] = _pair(padding, axes)
    return attrs


def _adaptive(axes: int, average: bool) -> Any:
    def build(m: Any, x: Any, output_size: Any, **_: Any) -> Any:
        shape = m.shape_of(x)
        size = [int(n if one is None else one) for one, n in zip(_listed(output_size, axes), shape[-axes:], strict=True)]
        if average and axes == 2:
            return m.call("adaptive_avg_pool2d", x, output_size=_pair(size, 2))
        if any(n % one for one, n in zip(size, shape[-axes:], strict=True)):
            raise Unmapped(f"windows of several sizes, {shape[-axes:]} to {tuple(size)}")
        kernel = [n // one for one, n in zip(size, shape[-axes:], strict=True)]
        found = m.call(f"{'avg' if average else 'max'}_pool{axes}d", x, kernel_size=_pair(kernel, axes))
        return found if average else (found, None)

    return build


def _listed(one: Any, axes: int) -> list[Any]:
    return list(one) * (axes if len(one) == 1 else 1) if isinstance(one, list | tuple) else [one] * axes


MAPPING = (
    *(Mapping(f"max_pool{n}d", _max(n)) for n in (1, 2, 3)),
    *(Mapping(f"max_pool{n}d_with_indices", _max(n, True)) for n in (1, 2, 3)),
    *(Mapping(f"avg_pool{n}d", _average(n)) for n in (1, 2, 3)),
    *(Mapping(f"adaptive_avg_pool{n}d", _adaptive(n, True), (f"_adaptive_avg_pool{n}d",)) for n in (1, 2, 3)),
    *(Mapping(f"adaptive_max_pool{n}d", _adaptive(n, False)) for n in (1, 2, 3)),
)
