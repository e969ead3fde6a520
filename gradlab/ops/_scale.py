"""What ops that bring images to another size share: a whole factor for each axis, or the sizes themselves."""

from __future__ import annotations

from typing import Any

from gradlab.errors import ShapeError
from gradlab.op import Shape
from gradlab.ops._window import pair, written
from gradlab.terms import Maker, Term

ATTRS: dict[str, Any] = {"scale_factor": 2, "size": None}


def enlarged(name: str) -> Any:
    """Make the shape rule: both axes of an image grow by whole factors, or to a given size."""

    def rule(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
        x = shapes[0]
        if len(x) < 2:
            raise ShapeError(f"`{name}` takes x of shape (…, height, width), got {x}")
        return (*x[:-2], *(_by_factor(x, attrs) if attrs["size"] is None else _by_size(name, x, attrs)))

    return rule


def resized_back(m: Maker, g: Term, down: Term, across: Term) -> Term:
    """Write down what an image gets. down, across: the part of each of its rows, and columns, in those of g."""
    return m.transpose(down) @ g @ across  # type: ignore[no-any-return]


def _by_factor(x: Shape, attrs: dict[str, Any]) -> Shape:
    down, across = pair(attrs, "scale_factor", 2, 1)
    attrs["size"] = (x[-2] * down, x[-1] * across)
    return x[-2] * down, x[-1] * across


def _by_size(name: str, x: Shape, attrs: dict[str, Any]) -> Shape:
    size = pair(attrs, "size", 2, 0)
    if attrs["scale_factor"] in (None, ATTRS["scale_factor"]):
        attrs["scale_factor"] = None
    elif (x[-2] * pair(attrs, "scale_factor", 2, 1)[0], x[-1] * attrs["scale_factor"][1]) != size:
        raise ShapeError(f"`{name}` takes `scale_factor` or `size`, got {attrs['scale_factor']} and {written(size)}")
    if any(n == 0 < wanted for n, wanted in zip(x[-2:], size, strict=True)):
        raise ShapeError(f"`{name}` makes nothing of an image of {written(x[-2:])}")
    return size
