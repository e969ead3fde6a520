"""What ops share that find rows by number: numbers come as floats, and one that is no row is a finding and no crash."""

from __future__ import annotations

import numpy as np

from gradlab.numeric import Number, helper


@helper
def row_number(i: Number, rows: int) -> int:
    """Return the number of a row as an integer, or -1 where it is none of them: negative, too large, not whole, NaN."""
    return int(i) if i >= 0 and i < rows and i == np.floor(i) else -1
