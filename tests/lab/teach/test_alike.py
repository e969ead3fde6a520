"""Numbers that tell a hidden one: three digits of it, and what is made of it alone."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.lab.teach.alike import alike, equal, reads_alike
from gradlab.session import build

MODEL = "x = param(0.7)\nf = x * 1.3\nminus = -f\ntwice = minus * 2\nother = f + x\nloss = other * twice\n"


@pytest.mark.parametrize("secret", [0.39322, -0.39322, 0.99978, 1.003, 9.996, 0.0454, 123.4, -1.2, 4.539e-5])
def test_a_number_tells_a_secret_if_it_is_written_with_the_same_three_digits(secret: float) -> None:
    for factor in np.linspace(0.98, 1.02, 401):
        number = float(secret * factor)
        same = f"{number:.2e}" == f"{secret:.2e}"
        assert reads_alike(number, secret) or not same
        far = f"{number * (1 - 1e-3):.2e}" != f"{secret:.2e}" and f"{number * (1 + 1e-3):.2e}" != f"{secret:.2e}"
        assert not (reads_alike(number, secret) and not same and far)
    assert not reads_alike(-secret, secret)


def test_a_whole_number_is_told_by_an_equal_one_only() -> None:
    assert alike(np.array([3.0, 3.001, -3.0]), (3.0,)).tolist() == [True, False, False]
    assert equal(np.array([0.39322, 0.3930]), (0.39322,)).tolist() == [True, False]


def test_what_is_made_of_a_hidden_number_and_constants_alone_is_hidden_and_nothing_else() -> None:
    lab = build(MODEL, backend="plain")
    lab.do("forward\nquiz f")
    hidden = {lab.nodes[place.node].name for place in lab.snapshot().hidden}
    assert hidden == {"f", "minus", "twice"}
    lab.do("reveal")
    assert lab.snapshot().hidden == ()
