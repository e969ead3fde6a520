"""1,797 real handwritten digits of 8x8 pixels: x (1797, 64), t (1797,) the digit, 0 to 9.

Pixels are 0 to 16 and are divided by 16, unless `scale` says otherwise. With `image=True` x is (1797, 1, 8, 8);
flat rows can be augmented as well.

Source: Alpaydin & Kaynak, *Optical recognition of handwritten digits*, UCI 1998; scikit-learn's copy.

Example:  x, t = dataset("digits", split="train", batch=32)
"""

from __future__ import annotations

from gradlab.arguments import choice
from gradlab.data.dataset import Rows, dataset, read_shipped


def load(seed: int, image: bool = False) -> Rows:
    """Return all digits."""
    x, t = read_shipped("digits.csv.gz", "load_digits")
    return (x.reshape(-1, 1, 8, 8), t) if choice("digits", "image", image, (False, True)) else (x, t)


DATASET = dataset(load, classes=10, scale=16.0, image=(1, 8, 8))
