"""Clouds of points on the corners of a cube, some features of no use: x (n, features), t (n,) the class, from 0.

Arguments:
    informative  whole, from 1: features that tell something about the class, the first of them
    classes      whole, from 2: classes, at most 2 ** informative
    apart        number, from 1e-9: half the side of the cube
    flip         number, from 0 to 1: the share of rows with a random class

Source: Guyon, *Design of experiments for the NIPS 2003 variable selection benchmark*, 2003;
scikit-learn's `make_classification`.

Example:  x, t = dataset("classification", n=100, features=8, informative=3)
"""

from __future__ import annotations

from gradlab.arguments import number, whole
from gradlab.data.dataset import Rows, dataset, random_state

LEAST_APART = 1e-9
"""At 0 all clouds stand in one place."""


def load(
    seed: int, n: int = 100, features: int = 20, informative: int = 5, classes: int = 2, apart: float = 1.0, flip: float = 0.01
) -> Rows:
    """Draw n points; apart: half the side of the cube; flip: the share of points with a random class."""
    whole("classification", "n", n, high=100_000)
    whole("classification", "features", features, high=1_000)
    whole("classification", "informative", informative, high=features)
    whole("classification", "classes", classes, low=2, high=min(2 ** min(informative, 20), n))
    number("classification", "apart", apart, low=LEAST_APART)
    number("classification", "flip", flip, low=0.0, high=1.0)
    from sklearn.datasets import make_classification

    x, t = make_classification(
        n, features, n_informative=informative, n_redundant=0, n_classes=classes, n_clusters_per_class=1, class_sep=apart,
        flip_y=flip, random_state=random_state(seed),
    )  # fmt: skip
    return x, t.astype(float)


DATASET = dataset(load, classes=-1, drawn=True)
