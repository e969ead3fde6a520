"""Batch normalisation over several updates beside PyTorch's, in both modes, and what its statistics do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from gradlab.errors import ScenarioError
from gradlab.op import Array
from gradlab.session import Lab, build
from gradlab.train.layers import layer_parts

SHAPES = {"BatchNorm1d": ((6, 3), (4, 3, 5), (2, 1)), "BatchNorm2d": ((3, 2, 4, 4),)}
CALLS = [
    (kind, shape, args) for kind, shapes in SHAPES.items() for shape in shapes for args in ({}, {"eps": 0.01, "momentum": 0.4})
]


def network(shape: tuple[int, ...], call: str = "batch_norm(x)", backend: str = "plain") -> Lab:
    rng = np.random.default_rng(3)
    numbers, w = rng.normal(2.0, 3.0, shape), rng.normal(size=shape)
    return build(
        f'x = param({numbers.tolist()})\nw = const({w.tolist()})\nwith layer("bn"):\n    y = {call}\n'
        "loss = sum(y * y * w)\nminimize(loss, sgd(lr=0.05))",
        backend=backend,
    )


def near(got: Array, wanted: Any) -> None:
    np.testing.assert_allclose(got.reshape(-1), wanted.detach().numpy().reshape(-1), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("backend", ["plain", "jit"])
@pytest.mark.parametrize(("kind", "shape", "args"), CALLS)
def test_values_gradients_and_running_statistics_are_those_of_pytorch(
    kind: str, shape: tuple[int, ...], args: dict[str, float], backend: str, torch: Any
) -> None:
    named = "".join(f", {name}={value}" for name, value in args.items())
    lab = network(shape, f"batch_norm(x{named})", backend)
    bn = getattr(torch.nn, kind)(shape[1], dtype=torch.float64, **args)
    x, w = torch.tensor(lab.value("x"), requires_grad=True), torch.tensor(lab.value("w"))
    optimizer = torch.optim.SGD([x, *bn.parameters()], lr=0.05)
    for _ in range(4):
        lab.do("backward")
        y = bn(x)
        optimizer.zero_grad()
        (y * y * w).sum().backward()
        near(lab.value("bn.y"), y)
        for name, theirs in (("x", x), ("bn.gamma", bn.weight), ("bn.beta", bn.bias)):
            near(lab.grad(name), theirs.grad)
        lab.do("update")
        optimizer.step()
        for name, theirs in (("x", x), ("bn.running_mean", bn.running_mean), ("bn.running_var", bn.running_var)):
            near(lab.value(name), theirs)
    _compare_in_use(lab, bn, x, w)


def _compare_in_use(lab: Lab, bn: Any, x: Any, w: Any) -> None:
    bn.eval()
    x.grad = None
    lab.do("mode eval")
    lab.do("backward")
    y = bn(x)
    (y * y * w).sum().backward()
    near(lab.value("bn.y"), y)
    near(lab.grad("x"), x.grad)


def test_every_channel_has_mean_zero_and_variance_one() -> None:
    lab = network((5, 3, 4), "batch_norm(x, eps=0)")
    lab.do("forward")
    y = lab.value("bn.y")
    np.testing.assert_allclose(y.mean(axis=(0, 2)), 0, atol=1e-14)
    np.testing.assert_allclose(y.var(axis=(0, 2)), 1, rtol=1e-14)


def test_the_deviation_as_gamma_and_the_mean_as_beta_give_the_input_back() -> None:
    lab = network((6, 3), "batch_norm(x, eps=0)")
    x = lab.value("x")
    lab.set("bn.gamma", x.std(axis=0))
    lab.set("bn.beta", x.mean(axis=0))
    lab.do("forward")
    np.testing.assert_allclose(lab.value("bn.y"), x, rtol=1e-13)


def test_in_use_a_sample_is_seen_alone_and_no_statistic_moves() -> None:
    lab = network((6, 3))
    lab.do("train 3")
    lab.do("mode eval")
    kept = lab.value("bn.running_mean"), lab.value("bn.running_var")
    lab.do("goto 3.f.end")
    first = lab.value("bn.y")[0]
    lab.do("goto 3.f.0")
    lab.do("set x[1] = 100")
    lab.do("goto 3.f.end")
    np.testing.assert_array_equal(lab.value("bn.y")[0], first)
    lab.do("update")
    np.testing.assert_array_equal((lab.value("bn.running_mean"), lab.value("bn.running_var")), kept)


def test_in_training_one_sample_changes_what_becomes_of_the_others() -> None:
    lab = network((6, 3))
    lab.do("forward")
    first = lab.value("bn.y")[0]
    lab.do("goto 0.f.0")
    lab.do("set x[1] = 100")
    lab.do("forward")
    assert (np.abs(lab.value("bn.y")[0] - first) > 0.01).all()


def test_statistics_stay_as_they_are_without_anything_to_minimize() -> None:
    lab = build("x = input([[1.0, 2.0], [5.0, 8.0]])\ny = batch_norm(x)\nloss = sum(y)", backend="plain")
    lab.do("backward")
    np.testing.assert_array_equal(lab.value("y.running_mean"), [0, 0])
    np.testing.assert_array_equal(lab.value("y.running_var"), [1, 1])


def test_only_objectives_that_depend_on_a_statistic_move_it() -> None:
    lab = build(
        "x = input([[1.0], [3.0]])\na, b = param(1.0), param(1.0)\ny = batch_norm(x * a)\nz = sum(y * b)\nother = b * b\n"
        'minimize(z, sgd, over="a")\nminimize(other, sgd, over="b")\nminimize(sum(y), sgd, over=["a", "b"])',
        backend="plain",
    )
    means = []
    for _ in range(3):
        lab.do("update")
        means.append(lab.value("y.running_mean").item())
    np.testing.assert_allclose(means, [0.2, 0.2, 0.38], atol=1e-6)


def test_without_scale_and_shift_it_has_no_parameters() -> None:
    lab = network((6, 3), "batch_norm(x, affine=False)")
    assert [n.name for n in lab.graph.params] == ["x"]
    lab.do("forward")
    np.testing.assert_allclose(lab.value("bn.y").mean(axis=0), 0, atol=1e-14)


def test_its_scale_and_shift_are_no_weights_of_a_layer() -> None:
    lab = build(
        'x = input(shape=(3, 2, 4, 4))\nwith layer("bn"):\n    k = param(shape=(2, 4, 4), init=ones)\n'
        "    y = relu(batch_norm(x * k))"
    )
    (parts,) = layer_parts(lab.graph)
    names = [n.name for n in lab.graph.nodes]
    assert parts.z is not None
    assert lab.graph.nodes[parts.z].op.name == "scale_shift"
    assert [names[p] for p in parts.params] == ["bn.k", "bn.gamma", "bn.beta"]
    assert [names[p] for p in parts.weights] == ["bn.k"]


def test_gradients_are_right_in_both_modes() -> None:
    lab = network((5, 3))
    for mode in ("train", "eval"):
        lab.do(f"mode {mode}")
        lab.do("backward")
        assert {verdict.verdict for verdict in lab.check()} <= {"ok", "rounding"}


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            "batch_norm(x[0])",
            "`batch_norm` (node `y`): `batch_norm` wants samples with channels, (B, C) or (B, C, …), got shape (3,)",
        ),
        ("batch_norm(x, momentum=2)", "`momentum` of `batch_norm` is from 0 to 1, got 2"),
        ("batch_norm(x, eps=-1)", "`eps` of `batch_norm` is at least 0, got -1"),
        ("batch_norm(x, affine=1)", "`affine` of `batch_norm` is one of True, False, got 1"),
    ],
)
def test_wrong_arguments_are_refused(call: str, text: str) -> None:
    with pytest.raises(ScenarioError) as error:
        network((2, 3), call)
    assert error.value.problems[0].message == text


def test_it_can_be_written_by_hand() -> None:
    lab = network((6, 3), "batch_norm(x, momentum=0.2)")
    numbers, w = lab.value("x").tolist(), lab.value("w").tolist()
    other = build(
        f"x = param({numbers})\nw = const({w})\ngamma, beta = param([1.0] * 3), param([0.0] * 3)\n"
        "m, v = mean(x, axis=0), var(x, axis=0)\n"
        "usual, spread = running(m, 0.2), running(v, rate=0.2, start=1, scale=6 / 5)\n"
        "h = (x - where(mode(), m, usual)) / sqrt(where(mode(), v, spread) + 1e-5)\n"
        "y = gamma * h + beta\nloss = sum(y * y * w)\nminimize(loss, sgd(lr=0.05))",
        backend="plain",
    )
    for line in ("train 5", "mode eval", "forward"):
        lab.do(line)
        other.do(line)
    for name, same in (("bn.y", "y"), ("bn.running_mean", "usual"), ("bn.running_var", "spread"), ("bn.gamma", "gamma")):
        np.testing.assert_allclose(other.value(same), lab.value(name), rtol=1e-11)
