"""The root mean square of all elements, √mean(x²).

Of a gradient, this is what `delta` of a layer says.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.train.measure import Axis, Floats, StripKind, Sums, measure, spread


def of(x: Floats, axis: Axis = None) -> Any:
    """Return the root mean square."""
    return spread(x, axis)


def from_sums(sums: Sums) -> Floats:
    """Return the root mean square."""
    return np.sqrt(sums.squares / sums.count)


MEASURE = measure(
    of,
    form="size",
    order=50,
    views=(),
    sums=from_sums,
    strips=(
        StripKind("|δ|, the rms of the gradient, by decades", "gradients", decades=True, common=True),
        StripKind("rms of the weights", "weights"),
    ),
)
