"""A curved function of five features, and features that do not matter: x (n, features) uniform in 0 to 1, t (n,) a number.

    t = 10 sin(π x0 x1) + 20 (x2 - 0.5)² + 10 x3 + 5 x4 + noise

Arguments:
    features  whole, from 5 to 1000: numbers in a sample; those behind the first five do not matter

Source: Friedman, *Multivariate Adaptive Regression Splines*, Annals of Statistics 19, 1991; scikit-learn's `make_friedman1`.

Example:  x, t = dataset("friedman", n=100, noise=0.1)
"""

from __future__ import annotations

from gradlab.arguments import number, whole
from gradlab.data.dataset import Rows, dataset, random_state


def load(seed: int, n: int = 100, features: int = 10, noise: float = 0.0) -> Rows:
    """Draw n points; noise is the standard deviation of t."""
    whole("friedman", "n", n, high=100_000)
    whole("friedman", "features", features, low=5, high=1_000)
    number("friedman", "noise", noise, low=0.0)
    from sklearn.datasets import make_friedman1

    x, t = make_friedman1(n, features, noise=noise, random_state=random_state(seed))
    return x, t


DATASET = dataset(load, classes=0, drawn=True)
