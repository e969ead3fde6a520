"""Each row is made brighter or darker: `jitter(0.2)` multiplies it by a number between 0.8 and 1.2.

Arguments:
    amount  number, from 0 to 1: how far the factor of a row may be from 1

Example:  x, t = dataset("digits", split="train", batch=32, augment="jitter(0.2)")
"""

from __future__ import annotations

from gradlab.arguments import number
from gradlab.data.augmentation import augmentation
from gradlab.data.dataset import Floats
from gradlab.graph.random import Stream
from gradlab.op import Shape


def jitter(stream: Stream, x: Floats, spread: float, amount: float = 0.2) -> Floats:
    """Return x times U(1 - amount, 1 + amount), one factor a row."""
    return x * (1.0 + amount * (2.0 * stream.uniform((len(x), *(1,) * (x.ndim - 1))) - 1.0))


def _check(name: str, shape: Shape, amount: float) -> None:
    number(name, "amount", amount, low=0.0, high=1.0)


AUGMENTATION = augmentation(jitter, _check, images=False)
