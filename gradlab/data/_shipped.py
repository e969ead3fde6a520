"""The files of numbers and of names that come with gradlab itself; `tests/data/make_shipped.py` makes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from gradlab.data.dataset import Floats

FOLDER = Path(__file__).parent / "shipped"


@cache
def arrays_of(name: str) -> dict[str, Floats]:
    """Return the arrays of an archive, float64."""
    with np.load(FOLDER / name, allow_pickle=False) as archive:
        return {key: archive[key].astype(np.float64) for key in archive.files}


def lines_of(name: str) -> list[str]:
    """Return the lines of a text."""
    return (FOLDER / name).read_text(encoding="ascii").split()


def pictures(x: Floats, as_image: bool) -> Floats:
    """Return images x (n, height, width) in a row each, or as (n, 1, height, width)."""
    return x[:, None].copy() if as_image else x.reshape(len(x), -1).copy()


def shares(corners: Floats, size: int) -> Floats:
    """Return boxes (…, 4), left, top, right, bottom in pixels, as centre x, y, width, height in widths of the image."""
    first, last = corners[..., :2], corners[..., 2:]
    return np.concatenate([(first + last) / 2, last - first], axis=-1) / size
