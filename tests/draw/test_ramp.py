"""A number as one cell."""

from __future__ import annotations

from itertools import pairwise
from math import inf, nan

import numpy as np
import pytest

from gradlab.draw.glyphs import HANGING, STEPS
from gradlab.draw.ink import text_of, width_of
from gradlab.draw.ramp import ramp, ramp_row, ramp_rows

SHARES = [k / 7 for k in range(1, 8)]


def test_positive_grows_from_the_floor() -> None:
    assert [ramp(share, 1.0) for share in SHARES] == [(glyph, "positive") for glyph in "▁▂▃▄▅▆▇"]


def test_negative_hangs_from_the_ceiling() -> None:
    assert [ramp(-share, 1.0) for share in SHARES] == [(glyph, HANGING) for glyph in "▇▆▅▄▃▂▁"]


def test_a_sign_is_seen_without_any_colour() -> None:
    def picture(value: float) -> tuple[bool, ...]:
        """The eighths of a cell from the floor that are bright."""
        glyph, role = ramp(value, 1.0)
        filled = STEPS.index(glyph) + 1
        return tuple((eighth < filled) != (role == HANGING) for eighth in range(8))

    seen = [picture(sign * share) for share in SHARES for sign in (1, -1)]
    assert len(set(seen)) == len(seen)
    assert all(sum(picture(share)) == sum(picture(-share)) for share in SHARES), "the same size is the same brightness"
    assert all(sum(picture(a)) < sum(picture(b)) for a, b in pairwise(SHARES))


@pytest.mark.parametrize(("value", "scale", "wanted"), [
    (0.0, 1.0, (" ", "")), (-0.0, 1.0, (" ", "")), (nan, 1.0, ("!", "bad")), (-inf, 1.0, ("!", "bad")),
    (1e-300, 1.0, ("▁", "positive")), (-1e-300, 1.0, ("▇", HANGING)), (5.0, 1.0, ("▇", "positive")),
    (-5.0, 1.0, ("▁", HANGING)), (2.0, 0.0, ("▇", "positive")), (2.0, nan, ("▇", "positive")), (-2.0, inf, ("▁", HANGING)),
])  # fmt: skip
def test_what_is_no_usual_number_has_a_cell_of_its_own(value: float, scale: float, wanted: tuple[str, str]) -> None:
    assert ramp(value, scale) == wanted


def test_a_row_joins_what_has_one_role_and_keeps_every_cell() -> None:
    row = ramp_row([0.5, 1.0, -1.0, 0.0, 0.0], 1.0)
    assert row == (("▄▇", "positive"), ("▁", HANGING), ("  ", ""))
    assert width_of(row) == 5


def test_a_matrix_is_drawn_on_the_scale_of_its_largest_finite_number() -> None:
    rows = ramp_rows(np.array([[1.0, -2.0], [np.inf, 0.0]]))
    assert [text_of(row) for row in rows] == ["▄▁", "! "]
    assert [text_of(row) for row in ramp_rows(np.full((1, 2), np.nan))] == ["!!"]
