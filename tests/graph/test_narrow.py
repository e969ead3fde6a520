"""Numbers as narrow dtypes hold them."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.graph.narrow import NARROW, rounded

TINY, EPS = 2.0**-133, 2.0**-8


@pytest.mark.parametrize(
    ("number", "wanted"),
    [
        (1.0, 1.0),
        (1 + EPS, 1.0),  # a tie: to the even one
        (1 + 3 * EPS, 1 + 4 * EPS),
        (1 + 1.01 * EPS, 1 + 2 * EPS),
        (-1.01 * 2.0**-134, -TINY),
        (2.0**-134, 0.0),
        (1.5 * TINY, 2 * TINY),
        (2.0**-126, 2.0**-126),
        (3.3895e38, 3.3895313892515355e38),
        (3.4e38, np.inf),
        (-np.inf, -np.inf),
    ],
)
def test_bfloat16_has_eight_digits_and_the_range_of_float32(number: float, wanted: float) -> None:
    assert rounded(np.array([number]), "bfloat16").tolist() == [wanted]


def test_nan_and_the_sign_of_zero_stay() -> None:
    found = rounded(np.array([np.nan, -0.0]), "bfloat16")
    assert np.isnan(found[0])
    assert np.signbit(found[1])


@pytest.mark.parametrize("name", NARROW)
def test_the_smallest_normal_number_is_where_digits_begin_to_get_lost(name: str) -> None:
    one = NARROW[name]
    step = 2.0 ** (1 - one.digits)
    near = np.array([one.smallest * (1 + step), one.smallest * (1 + step) / 2])
    assert (rounded(near, name).astype(np.float64) == near).tolist() == [True, False]


def test_bfloat16_rounds_as_pytorch_does() -> None:
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(0)
    with np.errstate(over="ignore"):
        x = (rng.standard_normal(20_000) * 10.0 ** rng.integers(-44, 39, 20_000)).astype(np.float32)
    np.testing.assert_array_equal(rounded(x, "bfloat16"), torch.tensor(x).to(torch.bfloat16).to(torch.float32).numpy())
