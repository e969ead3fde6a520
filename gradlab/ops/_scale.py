"""What ops that make images larger share."""

from __future__ import annotations

from typing import Any

from gradlab.errors import ShapeError
from gradlab.op import Shape
from gradlab.ops._window import pair


def enlarged(name: str) -> Any:
    """Make the shape rule: both axes of an image grow by whole factors."""

    def rule(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
        x = shapes[0]
        if len(x) < 2:
            raise ShapeError(f"`{name}` takes x of shape (…, height, width), got {x}")
        down, across = pair(attrs, "scale_factor", 2, 1)
        return (*x[:-2], x[-2] * down, x[-1] * across)

    return rule
