"""Which op shrank or grew the signal most, and how noisy the gradient is."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from gradlab.session import Lab
from gradlab.train.statistics import LayerStats

DEEP = """
x = noise(shape=(200, 100))
h = x
for i in range(3):
    with layer(f"h{i}"):
        h = tanh(dense(h, 100, init=normal(0.01)))
loss = mean(h * noise(shape=(200, 100)))
"""


def finished(text: str) -> Lab:
    lab = gradlab.build(text)
    lab.do("forward")
    lab.do("backward")
    return lab


def rows(lab: Lab) -> dict[str, LayerStats]:
    return {row.name: row for row in lab.stats()}


def test_small_weights_are_what_shrinks_the_signal_and_the_gradient() -> None:
    for row in rows(finished(DEEP)).values():
        assert row.forth is not None and row.back is not None
        assert row.forth.label == "W" and row.forth.factor == pytest.approx(0.1, rel=0.05), "0.01 · √100"
        if row.name != "h0":
            assert row.back.label == "W" and row.back.factor == pytest.approx(0.1, rel=0.05)


def test_a_saturated_unit_is_what_shrinks_the_gradient() -> None:
    lab = finished('x = noise(shape=(50, 20))\nwith layer("h"):\n    s = x * 8\n    h = tanh(s)\nloss = mean(h)\n')
    row = rows(lab)["h"]
    assert row.forth is not None and row.back is not None
    out, into = (float(np.sqrt(np.mean(np.square(lab.value(name))))) for name in ("h.h", "h.s"))
    assert row.forth.label == "tanh" and row.forth.factor == pytest.approx(out / into)
    sizes = [float(np.sqrt(np.mean(np.square(lab.grad(name))))) for name in ("h.s", "h.h")]
    factors = {"tanh": sizes[0] / sizes[1], "mul": 8.0}
    assert row.back.factor == pytest.approx(factors[row.back.label])


def test_an_op_that_leaves_nothing_has_no_factor() -> None:
    lab = finished('x = input([[1.0, 2.0]])\nwith layer("h"):\n    h = relu(x * -1)\nloss = sum(h)\n')
    row = rows(lab)["h"]
    assert row.forth is not None and row.forth.factor == 0.0
    assert row.forth.label == "relu"


def test_before_a_pass_nothing_is_known() -> None:
    row = {row.name: row for row in gradlab.build(DEEP).stats()}["h0"]
    assert (row.forth, row.back, row.noise) == (None, None, None)


def test_the_noise_scale_is_that_of_the_gradients_of_the_samples() -> None:
    text = "x, t = noise(shape=(8, 3)), noise(shape=(8, 2))\nh = tanh(dense(x, 2, init=normal(0.7)))\nloss = mse(h, t)\n"
    lab = finished(text)
    x, delta = lab.value("x"), lab.grad("h._affine.0")
    each = np.array([8 * np.outer(x[s], delta[s]).reshape(-1) for s in range(8)])
    mean = each.mean(axis=0)
    np.testing.assert_allclose(mean, lab.grad("h.W").reshape(-1), rtol=1e-12)
    wanted = float(np.sum((each - mean) ** 2) / 7 / (mean @ mean))
    assert rows(lab)["h"].noise == pytest.approx(wanted, rel=1e-9)


def test_samples_that_agree_have_no_noise() -> None:
    lab = finished("x = const([[1.0, 2.0], [1.0, 2.0]])\nh = tanh(dense(x, 2, init=ones))\nloss = mean(h)\n")
    assert rows(lab)["h"].noise == pytest.approx(0.0, abs=1e-12)


def test_a_weight_that_is_read_twice_has_no_noise_scale() -> None:
    lab = finished(
        'x, W = noise(shape=(4, 3)), param(shape=(3, 3), init=he)\nwith layer("a"):\n    h = x @ W @ W\nloss = mean(h)\n'
    )
    assert all(row.noise is None for row in lab.stats())
