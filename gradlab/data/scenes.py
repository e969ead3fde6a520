"""400 drawn images of 24x24 pixels with one to three shapes each: x (400, 576), t (400, 3, 6) the shapes.

A row of t is a shape: 1, its class (disc 0, square 1, triangle 2), its centre x, y, its width and height, in widths of the
image; where there are fewer than three, the last rows are 0. Shapes do not touch. Two lines with equal options behind the set's
own give the same rows. Pixels are 0 to 15 and are divided by 15, unless `scale` says otherwise.

Arguments:
    t      "boxes", "grid", "mask": what t is: the shapes (400, 3, 6); the same by cells (400, cells, cells, 8), in each 1 if
           the centre of a shape is in it, then x, y within the cell, from 0 to 1, width and height of the shape, and three
           classes with a single 1; the mask (400, 24, 24), 0 beside the shapes, 1 on a disc, 2 on a square, 3 on a triangle
    cells  whole, from 4 to 24: rows and columns of cells; of two shapes in a cell the first one stays

Source: drawn for gradlab, 2026.

Example:
    x, boxes = dataset("scenes", split="train", batch=20, image=True)
    same, grid = dataset("scenes", t="grid", split="train", batch=20, image=True)
"""

from __future__ import annotations

import numpy as np

from gradlab.arguments import choice, whole
from gradlab.data._shipped import arrays_of, pictures, shares
from gradlab.data.dataset import Floats, Rows, dataset

SIZE = 24
CLASSES = 3


def load(seed: int, t: str = "boxes", cells: int = 4, image: bool = False) -> Rows:
    """Return the images and what is asked for."""
    which, as_image = choice("scenes", "t", t, ("boxes", "grid", "mask")), choice("scenes", "image", image, (False, True))
    whole("scenes", "cells", cells, low=4, high=SIZE)
    found = arrays_of("scenes.npz")
    x = pictures(found["x"], as_image)
    if which == "mask":
        return x, found["mask"].copy()
    shapes = found["shapes"]
    boxes = np.concatenate([shapes[..., :2], shares(shapes[..., 2:], SIZE)], axis=-1)
    return x, boxes if which == "boxes" else by_cells(boxes, cells)


def by_cells(boxes: Floats, cells: int) -> Floats:
    """Return shapes (n, 3, 6) as (n, cells, cells, 8), each in the cell that its centre is in."""
    grid = np.zeros((len(boxes), cells, cells, 5 + CLASSES))
    for row, shape in reversed([*np.argwhere(boxes[..., 0])]):
        _, kind, x, y, width, height = boxes[row, shape]
        column, line = int(x * cells), int(y * cells)
        grid[row, line, column] = [1, x * cells - column, y * cells - line, width, height, *(kind == np.arange(CLASSES))]
    return grid


DATASET = dataset(load, classes=0, scale=15.0, image=(1, SIZE, SIZE))
