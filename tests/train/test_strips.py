"""The layers of a run through time: what is measured in the training loop is what stands in the arrays."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.session import Lab, build
from gradlab.train.statistics import QUANTITIES
from gradlab.train.strips import CAPACITY, Strips

NET = """
x, t = dataset("moons", n=60{batch})
h = tanh(dense(x, 5, init=xavier))
r = relu(dense(h, 4, init=he))
y = dense(r, 2, init=xavier)
minimize(cross_entropy(y, t), {optimizer})
"""
backends = pytest.mark.parametrize("backend", ["plain", "jit"])


def trained(backend: str, updates: int = 35, batch: str = "", optimizer: str = "sgd(0.5)") -> Lab:
    lab = build(NET.format(batch=batch, optimizer=optimizer), backend=backend)
    lab.train(updates)
    return lab


def strips(lab: Lab) -> Strips:
    assert lab.run.strips is not None
    return lab.run.strips


@backends
@pytest.mark.parametrize("batch", ["", ", batch=20"])
@pytest.mark.parametrize("optimizer", ["sgd(0.5)", "adam(0.05)"])
def test_a_measured_update_is_the_one_that_one_can_walk_to(backend: str, batch: str, optimizer: str) -> None:
    lab = trained(backend, batch=batch, optimizer=optimizer)
    kept = strips(lab)
    assert kept.updates == [0, 10, 20, 30]
    seen = {quantity: dict(kept.of(quantity)) for quantity in QUANTITIES}
    ratios = dict(kept.ratios())
    for place, update in enumerate([0, 10, 20, 30]):
        lab.do(f"goto {update}.b.1")
        lab.do("step phase")
        rows = {row.name: row for row in lab.stats()}
        before = {name: lab.value(f"{name}.W") for name in ("h", "r")}
        for name in ("h", "r"):
            out, delta = rows[name].activations, rows[name].delta
            assert out is not None and delta is not None
            assert seen["activations"][name].mean[place] == pytest.approx(out.mean, rel=1e-9, abs=1e-12)
            assert seen["activations"][name].std[place] == pytest.approx(out.std, rel=1e-6)
            assert seen["activations"][name].zeros[place] == pytest.approx(out.zeros)
            assert seen["gradients"][name].rms[place] == pytest.approx(delta, rel=1e-9)
            assert seen["weights"][name].rms[place] == pytest.approx(float(np.sqrt(np.mean(before[name] ** 2))), rel=1e-9)
        lab.do("update")
        for name in ("h", "r"):
            change = lab.value(f"{name}.W") - before[name]
            wanted = float(np.log10(np.linalg.norm(change) / np.linalg.norm(before[name])))
            assert ratios[name][place] == pytest.approx(wanted, rel=1e-6)


def test_both_machines_measure_the_same() -> None:
    plain, jit = trained("plain"), trained("jit")
    for quantity in QUANTITIES:
        for name, strip in strips(plain).of(quantity).items():
            np.testing.assert_allclose(strip.rms, strips(jit).of(quantity)[name].rms, rtol=1e-9)


def test_saturated_units_are_counted() -> None:
    lab = build("x = const([[3.0, 0.1]])\nh = tanh(dense(x, 1, init=constant(4.0)))\nminimize(mean(h * h), sgd(1e-9))\n")
    lab.train(3)
    assert list(strips(lab).of("activations")["h"].saturated) == [1.0]


@backends
def test_walking_back_and_forth_again_changes_nothing(backend: str) -> None:
    lab = trained(backend)
    once = {name: strip.rms.copy() for name, strip in strips(lab).of("gradients").items()}
    lab.do("goto 12.f.0")
    assert strips(lab).updates == [0, 10]
    lab.do("goto 35.f.0")
    assert strips(lab).updates == [0, 10, 20, 30]
    for name, rms in once.items():
        np.testing.assert_array_equal(strips(lab).of("gradients")[name].rms, rms)


@backends
def test_measuring_changes_no_number_of_the_run(backend: str) -> None:
    lab, other = (build(NET.format(batch=", batch=20", optimizer="adam(0.05)"), backend=backend) for _ in range(2))
    other.run.strips = None
    other.run.machine.measure(None)
    lab.train(50)
    other.train(50)
    assert lab.digest() == other.digest()
    assert other.run.strips is None


def test_very_many_updates_are_thinned_out_evenly() -> None:
    lab = build("w = param(1.0)\nminimize(w * w, sgd(1e-6))\n")
    lab.train(30_000)
    updates = strips(lab).updates
    assert 300 <= len(updates) <= CAPACITY
    assert len(set(np.diff(updates))) == 1


def test_more_layers_than_a_screen_has_rows_are_not_kept() -> None:
    scoped = "with layer(f'l{i}'):\n        h = h * 1.0"
    for line in (scoped, "h = tanh(h)"):
        assert build(f"h = param(1.0)\nfor i in range(300):\n    {line}\nminimize(h * h, sgd(1e-6))\n").run.strips is None


def test_a_model_that_does_not_train_keeps_nothing() -> None:
    lab = build("w = param(1.0)\nz = w * w\n")
    lab.do("forward")
    assert lab.run.strips is None
