"""The root mean square of all elements, √mean(x²): of a gradient, this is what `delta` of a layer says."""

from __future__ import annotations

from gradlab.train.probe import Floats, probe, root_mean_square


def measure(x: Floats, op: str) -> float:
    """Return the root mean square."""
    return root_mean_square(x)


PROBE = probe(measure)
