"""Which op shrank or grew the signal most, and how noisy the gradient is."""

from __future__ import annotations

import numpy as np
import pytest

import gradlab
from gradlab.op import Array
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


def test_a_weight_that_a_gradient_of_the_model_reads_has_no_noise_scale() -> None:
    lab = finished(
        "x, t = noise(shape=(8, 3)), noise(shape=(8, 2))\nh = tanh(dense(x, 2, init=normal(0.7)))\nfit = mse(h, t)\n"
        "loss = fit + mean(square(gradient(fit, x)))\n"
    )
    assert rows(lab)["h"].noise is None


def rms(array: Array) -> float:
    return float(np.sqrt(np.mean(np.square(array))))


def deep(layer: str, lines: str = "x = noise(shape=(30, 20))") -> Lab:
    return finished(
        f'{lines}\nh = x\nfor i in range(3):\n    with layer(f"l{{i}}"):\n        h = {layer}\nloss = mean(h * x)\n'
    )


def test_a_recurrent_step_shrinks_the_gradient_by_its_weights_and_its_tanh() -> None:
    lab = finished("h, _ = rnn(noise(shape=(40, 4, 3)), 8, init=normal(0.2))\nloss = mean(h * noise(shape=(40, 4, 8)))\n")
    found, steps = rows(lab), range(1, 40)
    weights = lab.value("h.W")
    for t in steps:
        h, delta = lab.value(f"h.t{t}.h"), lab.grad(f"h.t{t}.h")
        back = found[f"h.t{t}"].back
        assert back is not None and back.label == "W"
        through_tanh = delta * (1 - h * h)
        assert back.factor == pytest.approx(rms(through_tanh @ weights.T) / rms(through_tanh))
        assert back.whole == pytest.approx(rms((through_tanh @ weights.T)[:, 3:]) / rms(delta))
    wholes = [back.whole for t in steps if (back := found[f"h.t{t}"].back) is not None and back.whole is not None]
    assert np.mean(wholes) == pytest.approx(0.53, abs=0.05)


def test_a_first_step_from_a_state_of_zeros_is_judged_by_its_input() -> None:
    row = rows(finished("h, _ = rnn(noise(shape=(3, 4, 3)), 8, init=normal(0.2))\nloss = mean(h * h)\n"))["h.t0"]
    assert row.forth is not None and row.back is not None
    assert (row.forth.label, row.back.label) == ("W", "W")


def test_a_slice_is_not_accused_of_what_others_sent_to_what_it_cuts() -> None:
    text = "u, w = noise(shape=(2, 50)), param(0.7)\na = tanh(u[0] * w * 0.001)\nb = tanh(u[1] * w * 0.5)\n"
    text += "f = sum(a * 0.0001 + b)\n"
    found = rows(finished(text))
    for name, label, factor in (("a", "mul", 0.001), ("b", "mul", 0.5)):
        forth, back = found[name].forth, found[name].back
        assert forth is not None and back is not None
        assert (forth.label, back.label) == (label, label)
        assert forth.factor == pytest.approx(factor) and back.factor == pytest.approx(factor)
    assert found["a"].back is not None and found["a"].back.whole == pytest.approx(0.7 * 0.001, rel=1e-3)


@pytest.mark.parametrize(
    ("layer", "forth", "back"),
    [
        ("highway(h)", {"carry"}, {"carry"}),
        ("residual(h)", {"add", "relu"}, {"relu", "add"}),
        ("residual(h, init=normal(1.0))", {"W_1", "W_2", "add"}, {"W_1", "W_2"}),
        ("preactivation(h)", {"add"}, {"add"}),
        ("relu(batch_norm(dense(h, 20, bias=False)))", {"relu", "standardize", "W"}, {"relu", "standardize", "W"}),
        ("layer_norm(dense(h, 20))", {"layer_norm", "W"}, {"layer_norm", "W"}),
        ("h * sigmoid(dense(h, 20))", {"mul"}, {"mul"}),
    ],
)
def test_what_carries_the_signal_is_accused_and_no_gate_or_variance(layer: str, forth: set[str], back: set[str]) -> None:
    for row in deep(layer).stats():
        assert row.forth is not None and row.back is not None
        assert row.forth.label in forth and row.back.label in back


def test_attention_is_judged_by_its_values_and_not_by_its_scores() -> None:
    row = rows(finished("x = noise(shape=(2, 5, 8))\nh = attention(x, x, x, causal=True)\nloss = mean(h * h)\n"))["h"]
    assert row.forth is not None and row.back is not None
    assert (row.forth.label, row.back.label) == ("weights", "weights")


def test_the_factor_of_a_skip_is_what_it_sent_and_that_of_the_block_is_all_it_sent() -> None:
    lab = deep("h + tanh(dense(h, 20, init=normal(0.5)))")
    back = rows(lab)["l1"].back
    assert back is not None and back.factor == 1.0
    assert back.whole == pytest.approx(rms(lab.grad("l0.h")) / rms(lab.grad("l1.h")))
    assert back.whole is not None and back.whole > 1.3


def test_a_gate_that_is_written_by_hand_is_none_of_the_signal() -> None:
    hand = "h * (1 / (1 + exp(-(h @ param(shape=(20, 20), init=normal(0.3))))))"
    assert {row.forth.label for row in deep(hand).stats() if row.forth is not None} == {"mul"}


def test_two_states_leave_a_step_of_an_lstm_so_that_no_factor_is_that_of_the_step() -> None:
    row = rows(finished("h, _, _ = lstm(noise(shape=(4, 4, 3)), 8)\nloss = mean(h * h)\n"))["h.t1"]
    assert row.back is not None and row.back.whole is None and row.back.label in {"f", "o", "i", "tanh"}


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_behind_an_update_the_factors_are_those_of_the_passes_before_it(backend: str) -> None:
    text = (
        "x = noise(shape=(9, 5))\nh = x\nfor i in range(2):\n    with layer(f'l{i}'):\n"
        "        h = h + tanh(dense(h, 5, init=normal(0.5)))\nloss = mean(h * h)\nminimize(loss, sgd(5.0))\n"
    )
    lab = gradlab.build(text, backend=backend)
    lab.do("train 3")
    lab.do("forward")
    lab.do("backward")
    before, digest = rows(lab), lab.digest()
    lab.do("step update")
    assert lab.position.phase == "f" and lab.position.op == 0
    for name, row in rows(lab).items():
        assert (row.forth, row.back) == (before[name].forth, before[name].back)
    lab.do("back")
    rows(lab)
    lab.do("goto 3.b.end")
    assert lab.digest() == digest, "asking changes no number"
