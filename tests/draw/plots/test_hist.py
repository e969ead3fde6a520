"""The numbers that a histogram tells."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradlab.scenario.model import draft_text
from gradlab.session import Lab


@pytest.mark.parametrize("scale", [1e300, 4e307, 1.0, 1e-200, 1e-310])
def test_the_deviation_of_very_large_and_very_small_numbers_is_a_number(scale: float) -> None:
    numbers = np.array([1.0, -1.0, 0.5, 3.0]) * scale
    text = f"```python model\nx = input({numbers.tolist()})\n```"
    lab = Lab(draft_text(text).finish(), "plain")
    told = "\n".join(line.text for line in lab.do("plot hist x").lines)
    found = re.search(r"mean (\S+) +σ (\S+)", told)
    assert found is not None
    assert float(found[1]) == pytest.approx(0.875 * scale, rel=1e-2)
    assert float(found[2]) == pytest.approx(np.std([1.0, -1.0, 0.5, 3.0]) * scale, rel=1e-2)
    assert "inf" not in told and "nan" not in told.lower()
