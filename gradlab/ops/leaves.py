"""Leaves: nodes whose value comes from outside the graph. They are not operations of a run, and `backward` ends at them.

`mode` is 1 in training and 0 when the model is used; a graph has one at most. `buffer` is a statistic that runs along with
training: only the update phase changes it, and it is no parameter. `window` shows the gradient of a node: the
update phase reads it there. `clock` is the number of the update.
"""

from __future__ import annotations

from typing import Any

from gradlab.errors import ShapeError
from gradlab.op import Op, Shape, leaf


def given_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape that was written. Raises ShapeError when none was."""
    if "shape" not in attrs:
        raise ShapeError("a leaf has no operands to take its shape from: give it a value or a shape")
    return tuple(attrs["shape"])


def scalar_shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of one number."""
    return ()


OP: tuple[Op, ...] = (
    leaf("param", "parameter", given_shape, role="parameter"),
    leaf("input", "input", given_shape, role="input"),
    leaf("const", "constant", given_shape, role="constant"),
    leaf("noise", "noise", given_shape, role="noise"),
    leaf("mode", "1 in training, 0 in use", scalar_shape, role="mode"),
    leaf("buffer", "running statistic", given_shape, role="buffer"),
    leaf("state", "optimizer state", given_shape, role="state"),
    leaf("window", "window on a gradient", given_shape, role="gradient"),
    leaf("clock", "number of the update", scalar_shape, role="clock"),
)
