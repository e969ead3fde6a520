"""150 iris flowers: x (150, 4) lengths and widths in cm, t (150,) setosa 0, versicolor 1, virginica 2.

Source: Fisher, *The use of multiple measurements in taxonomic problems*, Annals of Eugenics 7, 1936; scikit-learn's copy.

Example:  x, t = dataset("iris", split="train", batch=30)
"""

from __future__ import annotations

from gradlab.data.dataset import Rows, dataset, read_shipped


def load(seed: int) -> Rows:
    """Return all flowers."""
    return read_shipped("iris.csv", "load_iris", skip=1)


DATASET = dataset(load, classes=3)
