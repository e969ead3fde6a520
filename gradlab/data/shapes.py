"""600 drawn images of 16x16 pixels with one shape each: x (600, 256), t (600,) disc 0, square 1, triangle 2.

Two lines with equal options behind the set's own give the same rows, so that an image has a class, a box and a mask at once.
Pixels are 0 to 15 and are divided by 15, unless `scale` says otherwise. A shape is lighter or darker than what is behind it.

Arguments:
    t  "class", "box", "mask": what t is: the class (600,); the box around the shape (600, 4), its centre x, y, its width and
       height, in widths of the image; the mask (600, 16, 16), 0 beside the shape, 1 on a disc, 2 on a square, 3 on a triangle

Source: drawn for gradlab, 2026.

Example:
    x, t = dataset("shapes", split="train", batch=32, image=True)
    same, box = dataset("shapes", t="box", split="train", batch=32, image=True)
    again, mask = dataset("shapes", t="mask", split="train", batch=32, image=True)
"""

from __future__ import annotations

from gradlab.arguments import choice
from gradlab.data._shipped import arrays_of, pictures, shares
from gradlab.data.dataset import Rows, dataset

SIZE = 16


def load(seed: int, t: str = "class", image: bool = False) -> Rows:
    """Return the images and what is asked for."""
    which, as_image = choice("shapes", "t", t, ("class", "box", "mask")), choice("shapes", "image", image, (False, True))
    found = arrays_of("shapes.npz")
    target = shares(found["box"], SIZE) if which == "box" else found[which].copy()
    return pictures(found["x"], as_image), target


DATASET = dataset(load, classes=3, scale=15.0, image=(1, SIZE, SIZE))
