"""Optimizers of a whole vector: where they land, how many updates that takes, and what scipy finds."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlab.errors import ArgumentError
from gradlab.op import Array
from gradlab.optim import OPTIMIZERS, Joint, Recipe, build_update
from gradlab.optim.clips import CLIPS
from gradlab.session import Lab, build
from tests.optim.bowl import bowl
from tests.scenario.reading import messages

JOINT = [name for name, optimizer in OPTIMIZERS.items() if isinstance(optimizer, Joint)]
A = np.array([[4.0, 1.0, 0.5], [1.0, 3.0, 0.0], [0.5, 0.0, 2.0]])
C = np.array([1.0, -2.0, 0.5])
QUADRATIC = f"""
x = param([3.0, -1.0])
z = param(2.0)
v = concat([x, reshape(z, (1,))])
loss = 0.5 * sum(v * (const({A.tolist()}) @ v)) - sum(const({C.tolist()}) * v)
minimize(loss, newton)
"""
ROSENBROCK = """
p = param([-1.2, 1.0])
loss = (1 - p[0])**2 + 100 * (p[1] - p[0]**2)**2
minimize(loss, newton)
"""
LOGISTIC = """
x, t = dataset("blobs", n=40, centers=2, std=3.0, target="column")
w = param(shape=(2, 1), init=zeros)
b = param(0.0)
loss = bce(x @ w + b, t) + 0.01 * sum(w**2)
minimize(loss, newton)
"""


def lab_of(text: str, name: str, backend: str = "plain") -> Lab:
    return build(text.replace("newton", name), 0, backend=backend)


def point(lab: Lab) -> Array:
    return np.concatenate([lab.value(node.name).reshape(-1) for node in lab.graph.params])


def test_there_are_three() -> None:
    assert JOINT == ["bfgs", "lbfgs", "newton"]


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_newton_lands_in_one_step_on_a_parabola(backend: str) -> None:
    lab = lab_of(QUADRATIC, "newton", backend)
    lab.do("train 6")
    assert np.max(np.abs(point(lab) - np.linalg.solve(A, C))) > 1.0
    lab.do("train 1")
    np.testing.assert_allclose(point(lab), np.linalg.solve(A, C), atol=1e-11)
    np.testing.assert_allclose(lab.value("newton.hessian"), A, atol=1e-10)


@pytest.mark.parametrize(("name", "updates"), [("newton", 5 * 7), ("bfgs", 80), ("lbfgs", 80)])
@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_the_valley_of_rosenbrock_is_walked_to_its_end(name: str, updates: int, backend: str) -> None:
    lab = lab_of(ROSENBROCK, name, backend)
    lab.do(f"train {updates}")
    assert np.max(np.abs(lab.value(f"{name}.origin") - 1.0)) < 1e-7
    np.testing.assert_allclose(point(lab), 1.0, atol=1e-6)


@pytest.mark.parametrize("name", JOINT)
def test_the_minimum_is_the_one_that_scipy_finds(name: str) -> None:
    from scipy.optimize import minimize

    lab = lab_of(LOGISTIC, name)
    x, t = lab.value("x"), lab.value("t")[:, 0]

    def loss(v: Array) -> Any:
        f = x @ v[:2] + v[2]
        return np.mean(np.logaddexp(0, f) - t * f) + 0.01 * np.sum(v[:2] ** 2)

    theirs = minimize(loss, np.zeros(3), method="BFGS", tol=1e-10)
    lab.do("train 70")
    np.testing.assert_allclose(lab.value(f"{name}.origin"), theirs.x, atol=1e-5)
    assert loss(lab.value(f"{name}.origin")) <= theirs.fun + 1e-12


def test_bfgs_learns_the_inverse_of_the_hessian() -> None:
    lab = lab_of(QUADRATIC, "bfgs")
    lab.do("train 25")
    np.testing.assert_allclose(point(lab), np.linalg.solve(A, C), atol=1e-8)
    lab = lab_of(QUADRATIC, "bfgs(c2=0.1)")
    lab.do("train 18")
    np.testing.assert_allclose(lab.value("bfgs.H"), np.linalg.inv(A), atol=2e-2)


@pytest.mark.parametrize("name", ["bfgs", "lbfgs"])
def test_the_best_loss_never_rises_and_a_rejected_try_leaves_the_origin(name: str) -> None:
    lab = lab_of(ROSENBROCK, name)
    best, origin, rejected = np.inf, lab.value(f"{name}.origin"), 0
    for update in range(60):
        lab.do(f"goto {update + 1}.f.0")
        accepted = bool(lab.value(f"{name}.accepted"))
        now, value = lab.value(f"{name}.origin"), float(lab.value(f"{name}.value"))
        assert value <= best
        if not accepted:
            assert np.array_equal(now, origin) and value == best
        best, origin, rejected = value, now, rejected + (not accepted)
    assert 5 < rejected < 55


@pytest.mark.parametrize("name", ["bfgs", "lbfgs"])
def test_a_try_beyond_the_edge_of_the_loss_is_rejected(name: str) -> None:
    lab = lab_of("w = param(3.0)\nloss = 8 * w - log(w)\nminimize(loss, newton)", name)
    lost = 0
    for update in range(40):
        lab.do(f"goto {update}.b.0")
        lost += not np.isfinite(lab.value("loss"))
    assert lost > 0
    np.testing.assert_allclose(lab.value(f"{name}.origin"), 0.125, rtol=1e-6)


def test_lbfgs_remembers_no_more_than_it_is_told_to() -> None:
    lab = lab_of(ROSENBROCK, "lbfgs(m=3)")
    lab.do("train 40")
    assert lab.value("lbfgs.S").shape == (3, 2)
    bends = np.sum(lab.value("lbfgs.S") * lab.value("lbfgs.Y"), axis=1)
    assert (bends > 0).all()


def test_where_the_hessian_is_singular_damping_helps() -> None:
    text = "a, b = param(1.0), param(2.0)\nloss = (a + b - 1)**2\nminimize(loss, newton)"
    lab = lab_of(text, "newton(damping=1e-9)")
    lab.do("train 5")
    assert float(lab.value("a") + lab.value("b")) == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "w = param(shape=(13, 5), init=zeros)\nloss = sum(w)\nminimize(loss, newton)",
            "`newton` moves at most 64 numbers, these parameters have 65",
        ),
        (
            "w = param(shape=(1001,), init=zeros)\nloss = sum(w)\nminimize(loss, bfgs)",
            "`bfgs` moves at most 1,000 numbers, these parameters have 1,001",
        ),
        (
            "w = param(1.0)\nminimize(w, lbfgs, clip=1.0)",
            "`lbfgs` goes by the loss and its gradient: no `clip`, `l2` or `average` changes them",
        ),
        (
            'x, t = dataset("moons", n=24, batch=5)\nw = param([1.0, 2.0])\nloss = mse(x @ w, t)\nminimize(loss, bfgs)',
            "`bfgs` compares one update with the next and takes all data at once, but `x` changes from update to update",
        ),
        ("w = param(1.0)\nminimize(w, lbfgs(2.5))", "`m` of `lbfgs` is a whole number, got 2.5"),
        ("w = param(1.0)\nminimize(w, lbfgs(warmup(5, 3)))", "`m` of `lbfgs` is a number, got warmup(rate=5, updates=3)"),
        ("w = param(1.0)\nminimize(w, newton(damping=-1))", "`damping` of `newton` is at least 0, got -1"),
    ],
)
def test_what_cannot_be_done_is_said(text: str, message: str) -> None:
    assert messages(text) == [message]


def test_a_recipe_is_refused_by_the_builder_too() -> None:
    graph, loss, params = bowl()
    with pytest.raises(ArgumentError, match="goes by the loss and its gradient"):
        build_update(graph, "", loss, params, OPTIMIZERS["newton"], recipe=Recipe(CLIPS["clip_norm"](1.0)))


@pytest.mark.parametrize("name", JOINT)
def test_a_joint_optimizer_has_a_text_with_its_formula_and_source(name: str) -> None:
    assert "W.next" in OPTIMIZERS[name].doc and "Source:" in OPTIMIZERS[name].doc
