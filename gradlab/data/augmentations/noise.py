"""Normal noise is added to every number: `noise(0.05)` has the standard deviation of 5 % of the range of the raw training rows.

Arguments:
    std  number, from 0: the standard deviation, in ranges of the raw training rows

Example:  x, t = dataset("digits", split="train", batch=32, augment="noise(0.05)")
"""

from __future__ import annotations

from gradlab.arguments import number
from gradlab.data.augmentation import augmentation
from gradlab.data.dataset import Floats
from gradlab.graph.random import Stream
from gradlab.op import Shape


def noise(stream: Stream, x: Floats, spread: float, std: float = 0.05) -> Floats:
    """Return x + std · range · N(0, 1)."""
    return x + std * spread * stream.normal(x.shape)


def _check(name: str, shape: Shape, std: float) -> None:
    number(name, "std", std, low=0.0)


AUGMENTATION = augmentation(noise, _check, images=False)
