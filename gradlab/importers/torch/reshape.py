"""The same numbers in another shape."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping


def _reshape(m: Any, x: Any, **_: Any) -> Any:
    return m.reshape(x, m.out_shape())


def _expand(m: Any, x: Any, **_: Any) -> Any:
    return m.expand(x, m.out_shape())


def _permute(m: Any, x: Any, dims: Any, **_: Any) -> Any:
    rank = len(m.shape_of(x))
    return m.transpose(x, [one % rank for one in dims])


def _transpose(m: Any, x: Any, dim0: Any = 0, dim1: Any = 1, **_: Any) -> Any:
    axes = list(range(len(m.shape_of(x))))
    if len(axes) < 2:
        return x
    axes[dim0], axes[dim1] = axes[dim1], axes[dim0]
    return m.transpose(x, axes)


def _reversed(m: Any, x: Any, **_: Any) -> Any:
    return m.transpose(x, list(range(len(m.shape_of(x))))[::-1])


def _movedim(m: Any, x: Any, source: Any, destination: Any, **_: Any) -> Any:
    rank = len(m.shape_of(x))
    pairs = sorted((to % rank, of % rank) for of, to in zip(_list(source), _list(destination), strict=True))
    axes = [one for one in range(rank) if one not in {of for _, of in pairs}]
    for to, of in pairs:
        axes.insert(to, of)
    return m.transpose(x, axes)


def _list(one: Any) -> list[int]:
    return list(one) if isinstance(one, list | tuple) else [one]


MAPPING = (
    Mapping(
        "view",
        _reshape,
        (
            "reshape", "_unsafe_view", "flatten", "unflatten", "squeeze", "unsqueeze", "view_as", "reshape_as", "view_copy",
            "_reshape_alias", "ravel", "atleast_1d", "atleast_2d", "squeeze_copy", "unsqueeze_copy",
        ),
    ),
    Mapping("expand", _expand, ("expand_as", "broadcast_to", "expand_copy")),
    Mapping("permute", _permute, ("permute_copy",)),
    Mapping("transpose", _transpose, ("t", "swapaxes", "swapdims", "transpose_copy", "t_copy")),
    Mapping("numpy_T", _reversed),
    Mapping("mT", lambda m, x, **_: _transpose(m, x, -2, -1)),
    Mapping("movedim", _movedim, ("moveaxis",)),
)  # fmt: skip
