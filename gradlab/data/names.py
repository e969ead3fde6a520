"""384 first names of three to eight letters, a row each: x (384, 9) the letters before, t (384, 9) the letter that follows.

Letters are 1 to 26, in lower case. x begins with 0, t ends with 0, which is the end of a name; behind it x is 0 and t is -1, so
that `ignore_index=-1` of `cross_entropy` leaves out what is behind a name. One's own names are read by `text`.

Source: written for gradlab, 2026.

Example:
    x, t = dataset("names", split="train", batch=32)
    h, last = rnn(one_hot(x.T, 27), 32)
    logits = dense(h, 27)
    loss = cross_entropy(logits, t.T, ignore_index=-1)
"""

from __future__ import annotations

import numpy as np

from gradlab.data._shipped import lines_of
from gradlab.data.dataset import Rows, dataset


def load(seed: int) -> Rows:
    """Return the names."""
    names = lines_of("names.txt")
    x = np.zeros((len(names), max(map(len, names)) + 1))
    t = np.full_like(x, -1)
    for row, name in enumerate(names):
        letters = [ord(letter) - ord("a") + 1 for letter in name]
        x[row, 1 : len(name) + 1] = letters
        t[row, : len(name) + 1] = [*letters, 0]
    return x, t


DATASET = dataset(load, classes=0)
