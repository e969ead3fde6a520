"""A window of size x size pixels is cut out of each image, somewhere, and enlarged to the whole by its nearest pixels.

Arguments:
    size  whole, from 1: pixels along both sides of the window, at most those of the image

Example:  x, t = dataset("digits", split="train", batch=32, augment="crop(6)")
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import REQUIRED, whole
from gradlab.data.augmentation import augmentation
from gradlab.data.augmentations._gather import gathered, whole_numbers
from gradlab.data.dataset import Floats
from gradlab.graph.random import Stream
from gradlab.op import Shape


def crop(stream: Stream, x: Floats, spread: float, size: int = REQUIRED) -> Floats:
    """Return windows as large as the images."""
    height, width = x.shape[2:]
    top = whole_numbers(stream.child("down"), (len(x), 1), 0, height - size)
    left = whole_numbers(stream.child("across"), (len(x), 1), 0, width - size)
    return gathered(x, top + np.arange(height) * size // height, left + np.arange(width) * size // width)


def _check(name: str, shape: Shape, size: int) -> None:
    whole(name, "size", size, low=1, high=min(shape[1:]))


AUGMENTATION = augmentation(crop, _check)
