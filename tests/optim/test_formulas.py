"""Every optimizer's formula on arrays: against plain loops, against PyTorch, and against what its paper promises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlab.errors import ArgumentError
from gradlab.op import Array
from gradlab.optim import OPTIMIZERS, Optimizer
from gradlab.optim.arrays import advance, start
from tests.optim.naive import STEPS

NAMED: dict[str, Optimizer] = {name: o for name, o in OPTIMIZERS.items() if isinstance(o, Optimizer)}
each = pytest.mark.parametrize("optimizer", NAMED.values(), ids=lambda o: str(o.name))


def run(optimizer: Optimizer, w: Array, gradients: list[Array]) -> Array:
    state = start(optimizer, w)
    for t, g in enumerate(gradients, 1):
        w, state = advance(optimizer, w, g, state, t)
    return w


def some_gradients(seed: int, updates: int = 30) -> list[Array]:
    return list(np.random.default_rng(seed).normal(size=(updates, 3, 2)))


@each
def test_a_formula_is_what_a_plain_loop_computes(optimizer: Optimizer) -> None:
    w, gradients = np.random.default_rng(1).normal(size=(3, 2)), some_gradients(2)
    expected = w.copy()
    for place in np.ndindex(3, 2):
        state: dict[str, float] = {}
        for t, g in enumerate(gradients, 1):
            w_here, g_here = float(expected[place]), float(g[place])
            expected[place] = STEPS[optimizer.name](w_here, g_here, state, dict(optimizer.hyper), t)
    np.testing.assert_allclose(run(optimizer, w, gradients), expected, rtol=1e-11, atol=1e-13)


TORCH: dict[str, tuple[str, dict[str, Any]]] = {
    "sgd": ("SGD", {"lr": 0.01}),
    "momentum": ("SGD", {"lr": 0.01, "momentum": 0.9}),
    "momentum_velocity": ("SGD", {"lr": 0.01, "momentum": 0.9}),
    "nesterov": ("SGD", {"lr": 0.01, "momentum": 0.9, "nesterov": True}),
    "adagrad": ("Adagrad", {"lr": 0.01, "eps": 1e-10}),
    "rmsprop": ("RMSprop", {"lr": 0.01, "alpha": 0.99, "eps": 1e-8}),
    "adadelta": ("Adadelta", {"lr": 1.0, "rho": 0.9, "eps": 1e-6}),
    "adam": ("Adam", {"lr": 0.001}),
    "amsgrad": ("Adam", {"lr": 0.001, "amsgrad": True}),
    "adamw": ("AdamW", {"lr": 0.001, "weight_decay": 0.01}),
}


@pytest.mark.parametrize("name", TORCH)
def test_a_formula_is_what_pytorch_computes(name: str, torch: Any) -> None:
    w, gradients = np.random.default_rng(1).normal(size=(3, 2)), some_gradients(2)
    theirs = torch.tensor(w, requires_grad=True)
    word, hyper = TORCH[name]
    peer = getattr(torch.optim, word)([theirs], **hyper)
    for g in gradients:
        theirs.grad = torch.tensor(g)
        peer.step()
    np.testing.assert_allclose(run(NAMED[name], w, gradients), theirs.detach().numpy(), rtol=1e-10)


@each
def test_an_update_leaves_its_arguments_alone(optimizer: Optimizer) -> None:
    w, g = np.ones((2, 2)), np.full((2, 2), 3.0)
    state = start(optimizer, w)
    advance(optimizer, w, g, state, 1)
    assert (w == 1).all() and (g == 3).all() and all((s == 0).all() for s in state.values())


def test_the_first_step_of_adam_is_the_sign_of_the_gradient() -> None:
    g = np.array([1e-3, -5.0, 700.0])
    step = run(NAMED["adam"](lr=0.1), np.zeros(3), [g])
    np.testing.assert_allclose(step, -0.1 * np.sign(g), rtol=2e-5)


def test_without_its_correction_the_first_step_of_adam_is_three_times_as_long() -> None:
    step = run(NAMED["adam_uncorrected"](lr=0.1), np.zeros(2), [np.array([4.0, -7.0])])
    np.testing.assert_allclose(step, [-0.1 * 0.1 / np.sqrt(0.001), 0.1 * 0.1 / np.sqrt(0.001)], rtol=1e-6)


@pytest.mark.parametrize(("name", "factor"), [("momentum", 10), ("momentum_velocity", 10), ("momentum_average", 1)])
def test_momentum_reaches_its_terminal_velocity_under_a_constant_gradient(name: str, factor: int) -> None:
    optimizer, w = NAMED[name](lr=0.01, mu=0.9), np.zeros(())
    before = run(optimizer, w, [np.array(2.0)] * 400)
    after = run(optimizer, w, [np.array(2.0)] * 401)
    np.testing.assert_allclose(after - before, -0.02 * factor, rtol=1e-12)


def test_a_step_of_adagrad_shrinks_with_the_root_of_time() -> None:
    optimizer = NAMED["adagrad"](lr=1.0)
    steps = np.diff([float(run(optimizer, np.zeros(()), [np.array(3.0)] * n)) for n in range(6)])
    np.testing.assert_allclose(steps, [-1 / np.sqrt(t) for t in range(1, 6)], rtol=1e-8)


def test_adamw_shrinks_a_weight_that_has_no_gradient() -> None:
    optimizer = NAMED["adamw"](lr=0.1, decay=0.5)
    np.testing.assert_allclose(run(optimizer, np.array(2.0), [np.array(0.0)] * 3), 2.0 * 0.95**3, rtol=1e-14)


def test_linear_regression_by_hand_is_one_step_of_sgd() -> None:
    w, x = np.array([5.0, 4.0, 8.0]), np.array([34.0, 1.0, 4.0])
    error = w @ x + 2 - 206
    np.testing.assert_allclose(run(NAMED["sgd"](0.01), w, [error * x]), [4.32, 3.98, 7.92], rtol=1e-14)


@each
def test_an_optimizer_has_a_text_with_its_formula_and_source(optimizer: Optimizer) -> None:
    assert "W.next" in optimizer.doc and "Source:" in optimizer.doc


@pytest.mark.parametrize(
    ("name", "args", "named", "text"),
    [
        ("adagrad", (), {"esp": 1}, "`adagrad` has no argument `esp`; it takes (lr=0.01, eps=1e-10): did you mean `eps`?"),
        ("sgd", ("x",), {}, '`lr` of `sgd` is a number, got "x"'),
        ("adam", (), {"beta1": 1.5}, "`beta1` of `adam` is from 0 to 1, got 1.5"),
        ("adam", (), {"eps": -1e-8}, "`eps` of `adam` is at least 0, got -1e-08"),
        ("momentum", (1, 2, 3), {}, "`momentum` takes (lr=0.01, mu=0.9), got 3 values"),
    ],
)
def test_a_wrong_hyperparameter_is_named(name: str, args: tuple[object, ...], named: dict[str, object], text: str) -> None:
    with pytest.raises(ArgumentError) as caught:
        OPTIMIZERS[name](*args, **named)
    assert str(caught.value) == text


def test_an_optimizer_reads_as_it_is_written() -> None:
    assert str(OPTIMIZERS["momentum"](mu=0.5)) == "momentum(lr=0.01, mu=0.5)"
