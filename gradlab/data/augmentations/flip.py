"""Images are mirrored left to right, each with probability p: `flip` is `flip(0.5)`. A mirrored digit is no digit any more.

Arguments:
    p  number, from 0 to 1: the probability that an image is mirrored

Example:  x, t = dataset("digits", split="train", batch=32, augment="flip(0.2)")
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import number
from gradlab.data.augmentation import augmentation
from gradlab.data.dataset import Floats
from gradlab.graph.random import Stream
from gradlab.op import Shape


def flip(stream: Stream, x: Floats, spread: float, p: float = 0.5) -> Floats:
    """Return images, some of them mirrored."""
    return np.where(stream.uniform((len(x), 1, 1, 1)) < p, x[:, :, :, ::-1], x)


def _check(name: str, shape: Shape, p: float) -> None:
    number(name, "p", p, low=0.0, high=1.0)


AUGMENTATION = augmentation(flip, _check)
