"""Draws follow their probabilities, and what is no probability is a finding."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.ops import OPS
from tests.ops.harness import Bench

both_machines = pytest.mark.parametrize("backend", ["plain", "jit"])
NAN = np.nan


@both_machines
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_draw_is_the_class_whose_stretch_it_falls_into(backend: str, dtype: str) -> None:
    p = np.array([0.0, 0.25, 0.0, 0.5, 0.25, 0.0], dtype)
    u = np.array([0.0, 1e-9, 0.2499, 0.25, 0.7499, 0.75, 0.999999, 1.0], dtype)
    z = Bench(OPS["sample"], [np.tile(p, (len(u), 1)), u], {}, backend, dtype).forward()
    assert z.tolist() == [1, 1, 1, 3, 3, 4, 4, 4]


@both_machines
def test_weights_need_not_add_up_to_one(backend: str) -> None:
    assert Bench(OPS["sample"], [np.array([10.0, 30.0]), np.array(0.24)], {}, backend).forward() == 0
    assert Bench(OPS["sample"], [np.array([10.0, 30.0]), np.array(0.26)], {}, backend).forward() == 1


@both_machines
@pytest.mark.parametrize("p", [[0.0, 0.0], [0.5, -0.1], [0.5, NAN], [np.inf, 1.0]])
def test_what_is_no_probability_gives_nan(backend: str, p: list[float]) -> None:
    assert np.isnan(Bench(OPS["sample"], [np.array(p), np.array(0.5)], {}, backend).forward())
    if not np.isnan(p).any():
        reason = OPS["sample"].reason
        assert reason is not None
        said = reason((np.array(p), np.array(0.5)), (), {})
        assert said == {0.0: "all probabilities of a draw are 0", 0.4: "1 of the probabilities are negative"}.get(sum(p), "")
