"""Round clouds of points, one a class: x (n, features), t (n,) the cloud, from 0. Centres are uniform in ±10.

Arguments:
    centers  whole, from 1: clouds, at most as many as rows
    std      number, from 0: the standard deviation of a cloud

Source: scikit-learn's `make_blobs`.

Example:  x, t = dataset("blobs", n=60, centers=3, std=0.5)
"""

from __future__ import annotations

from gradlab.arguments import number, whole
from gradlab.data.dataset import Rows, dataset, random_state


def load(seed: int, n: int = 100, centers: int = 3, features: int = 2, std: float = 1.0) -> Rows:
    """Draw n points around the centres."""
    whole("blobs", "n", n, high=100_000)
    whole("blobs", "features", features, high=1_000)
    whole("blobs", "centers", centers, high=min(n, 1_000))
    number("blobs", "std", std, low=0.0)
    from sklearn.datasets import make_blobs

    x, t = make_blobs(n, features, centers=centers, cluster_std=std, random_state=random_state(seed))
    return x, t.astype(float)


DATASET = dataset(load, classes=-1, drawn=True)
