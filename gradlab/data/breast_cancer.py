"""569 tumours: x (569, 30) measurements of cell nuclei, t (569,) malignant 0, benign 1.

Source: Street, Wolberg & Mangasarian, *Nuclear feature extraction for breast tumor diagnosis*, SPIE 1905, 1993;
scikit-learn's copy.

Example:  x, t = dataset("breast_cancer", split="train", batch=32, scale="standard")
"""

from __future__ import annotations

from gradlab.data.dataset import Rows, dataset, read_shipped


def load(seed: int) -> Rows:
    """Return all tumours."""
    return read_shipped("breast_cancer.csv", "load_breast_cancer", skip=1)


DATASET = dataset(load, classes=2)
