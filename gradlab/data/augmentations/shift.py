"""Images are moved by up to so many pixels along both axes; zeros come in. Also known as padding and random cropping.

Arguments:
    pixels  whole, from 0: how far an image may be moved, less than its size

Example:  x, t = dataset("digits", split="train", batch=32, augment="shift(1)")
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import whole
from gradlab.data.augmentation import augmentation
from gradlab.data.augmentations._gather import gathered, whole_numbers
from gradlab.data.dataset import Floats
from gradlab.graph.random import Stream
from gradlab.op import Shape


def shift(stream: Stream, x: Floats, spread: float, pixels: int = 1) -> Floats:
    """Return images moved by -pixels to pixels along both axes."""
    moves = whole_numbers(stream, (len(x), 2), -pixels, pixels)
    return gathered(x, np.arange(x.shape[2]) - moves[:, :1], np.arange(x.shape[3]) - moves[:, 1:])


def _check(name: str, shape: Shape, pixels: int) -> None:
    whole(name, "pixels", pixels, low=0, high=max(0, min(shape[1:]) - 1))


AUGMENTATION = augmentation(shift, _check)
