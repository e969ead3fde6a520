"""Images whose rows and columns are read from other places."""

from __future__ import annotations

import numpy as np

from gradlab.data.dataset import Floats
from gradlab.graph.random import Order, Stream
from gradlab.op import Shape


def gathered(x: Floats, down: Order, across: Order) -> Floats:
    """Return images whose pixel (i, j) is what stands at (down[:, i], across[:, j]), 0 outside."""
    height, width = x.shape[2:]
    inside = ((down >= 0) & (down < height))[:, :, None] & ((across >= 0) & (across < width))[:, None, :]
    read = x[
        np.arange(len(x))[:, None, None, None],
        np.arange(x.shape[1])[None, :, None, None],
        np.clip(down, 0, height - 1)[:, None, :, None],
        np.clip(across, 0, width - 1)[:, None, None, :],
    ]
    return np.where(inside[:, None], read, 0.0)


def whole_numbers(stream: Stream, shape: Shape, low: int, high: int) -> Order:
    """Return whole numbers from low to high, both included, each as likely."""
    return np.asarray(low + np.floor(stream.uniform(shape) * (high - low + 1)), np.int64)
