"""178 Italian wines: x (178, 13) chemical measurements of very different sizes, t (178,) the grower, 0 to 2.

Unscaled it is a lesson of its own: proline is about 1,000, a phenol 0.3.

Source: Forina et al., *PARVUS*, 1991; scikit-learn's copy.

Example:  x, t = dataset("wine", split="train", scale="standard")
"""

from __future__ import annotations

from gradlab.data.dataset import Rows, dataset, read_shipped


def load(seed: int) -> Rows:
    """Return all wines."""
    return read_shipped("wine_data.csv", "load_wine", skip=1)


DATASET = dataset(load, classes=3)
