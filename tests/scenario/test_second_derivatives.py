"""Second derivatives of random graphs against PyTorch's double backward."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import gradlab

ONE: dict[str, Callable[[Any, Any], Any]] = {
    "tanh({})": lambda t, x: t.tanh(x),
    "sigmoid({})": lambda t, x: t.sigmoid(x),
    "sin({})": lambda t, x: t.sin(x),
    "exp(0.5 * tanh({}))": lambda t, x: t.exp(0.5 * t.tanh(x)),
    "softplus({})": lambda t, x: t.nn.functional.softplus(x),
    "silu({})": lambda t, x: t.nn.functional.silu(x),
    "gelu({})": lambda t, x: t.nn.functional.gelu(x),
    "elu({})": lambda t, x: t.nn.functional.elu(x),
    "leaky_relu({}, 0.2)": lambda t, x: t.nn.functional.leaky_relu(x, 0.2),
    "{} ** 3": lambda t, x: x**3,
    "1 / (2 + square({}))": lambda t, x: 1 / (2 + x * x),
    "softmax({}, axis=1)": lambda t, x: t.softmax(x, 1),
    "log_softmax({}, axis=0)": lambda t, x: t.log_softmax(x, 0),
    "cumsum({}, axis=1)": lambda t, x: t.cumsum(x, 1),
    "flip({}, axis=1)": lambda t, x: t.flip(x, (1,)),
    "concat([{0}[:, 1:], {0}[:, :1]], axis=1)": lambda t, x: t.cat([x[:, 1:], x[:, :1]], 1),
    "transpose({})": lambda t, x: x.T,
    "{0} - mean({0}, axis=0)": lambda t, x: x - x.mean(0),
    "{0} / (1 + std({0}, axis=1, keepdims=True))": lambda t, x: x / (1 + x.std(1, unbiased=False, keepdim=True)),
    "{0} / (1 + norm({0}, axis=1, keepdims=True))": lambda t, x: x / (1 + x.norm(dim=1, keepdim=True)),
    "{0} * logsumexp({0}, axis=0, keepdims=True)": lambda t, x: x * t.logsumexp(x, 0, keepdim=True),
    "reshape(conv1d(reshape({}, (1, 3, 3)), stack([unit, unit + 1, unit]), padding=1), (3, 3))": lambda t, x: (
        t.nn.functional.conv1d(x.reshape(1, 3, 3), t.stack([t.ones(3, 3), 1 + t.ones(3, 3), t.ones(3, 3)]).double(), padding=1)
    ).reshape(3, 3),
    "layer_norm({}, up, shift)": lambda t, x: t.nn.functional.layer_norm(
        x, (3,), t.tensor([1.0, 2.0, 3.0]).double(), t.tensor([0.0, 1.0, 0.0]).double()
    ),
}
TWO: dict[str, Callable[[Any, Any, Any], Any]] = {
    "{} + {}": lambda t, x, y: x + y,
    "{} - {}": lambda t, x, y: x - y,
    "{} * {}": lambda t, x, y: x * y,
    "{} @ {}": lambda t, x, y: x @ y,
    "{} / (1 + exp({}))": lambda t, x, y: x / (1 + t.exp(y)),
    "maximum({}, {})": lambda t, x, y: t.maximum(x, y),
    "where({0} > {1}, {0} * 2, {1})": lambda t, x, y: t.where(x > y, x * 2, y),
    "{} + sum({}, axis=1)": lambda t, x, y: x + y.sum(1),
}
LOSSES: dict[str, Callable[[Any, Any], Any]] = {
    "cross_entropy({}, [0, 2, 1])": lambda t, x: t.nn.functional.cross_entropy(x, t.tensor([0, 2, 1])),
    "mse({}, unit)": lambda t, x: t.nn.functional.mse_loss(x, t.ones(3, 3).double()),
    "bce({}, unit / 3)": lambda t, x: t.nn.functional.binary_cross_entropy_with_logits(x, t.ones(3, 3).double() / 3),
    "huber({}, unit)": lambda t, x: t.nn.functional.huber_loss(x, t.ones(3, 3).double()),
    "sum(var({}, axis=0))": lambda t, x: x.var(0, unbiased=False).sum(),
}
CONSTANTS = "unit = const(shape=(3, 3), fill=1)", "up, shift = const([1.0, 2.0, 3.0]), const([0.0, 1.0, 0.0])"


@dataclass
class Twin:
    """The same computation as lines of a model and in PyTorch, on tables of 3 by 3."""

    torch: Any
    rng: np.random.Generator
    lines: list[str] = field(
        default_factory=lambda: [
            "unit, up, shift = const(shape=(3, 3), fill=1), const([1.0, 2.0, 3.0]), const([0.0, 1.0, 0.0])"
        ]
    )
    tensors: dict[str, Any] = field(default_factory=dict)

    def leaf(self, name: str) -> None:
        array = self.rng.normal(size=(3, 3))
        self.lines.append(f"{name} = param({array.tolist()})")
        self.tensors[name] = self.torch.tensor(array, requires_grad=True)

    def add(self, k: int) -> None:
        """Add an op of one or two of the values so far, mostly of the latest."""
        names = list(self.tensors)
        picked = [names[max(0, len(names) - 1 - int(self.rng.integers(0, 4)))] for _ in range(2)]
        if self.rng.random() < 0.6:
            text, call = list(ONE.items())[int(self.rng.integers(0, len(ONE)))]
            self.tensors[f"h{k}"] = call(self.torch, self.tensors[picked[0]])
        else:
            text, both = list(TWO.items())[int(self.rng.integers(0, len(TWO)))]
            self.tensors[f"h{k}"] = both(self.torch, *(self.tensors[name] for name in picked))
        self.lines.append(f"h{k} = {text.format(*picked)}")

    def loss(self, of: str) -> Any:
        text, call = list(LOSSES.items())[int(self.rng.integers(0, len(LOSSES)))]
        self.lines.append(f"loss = {text.format(of)} + 0.1 * mean(a * b)")
        return call(self.torch, self.tensors[of]) + 0.1 * (self.tensors["a"] * self.tensors["b"]).mean()


@pytest.mark.torch
@pytest.mark.parametrize("seed", range(30))
def test_second_derivatives_are_those_of_pytorch(seed: int, torch: Any) -> None:
    twin = Twin(torch, np.random.default_rng(seed))
    for name in ("a", "b"):
        twin.leaf(name)
    for k in range(8):
        twin.add(k)
    loss = twin.loss("h7")
    leaves = [twin.tensors[name] for name in ("a", "b")]
    first = torch.autograd.grad(loss, leaves, create_graph=True)
    second = torch.autograd.grad(sum((slope**2).sum() + slope.tanh().sum() for slope in first), leaves, allow_unused=True)
    parts = "sum(da ** 2) + sum(tanh(da)) + sum(db ** 2) + sum(tanh(db))"
    lab = gradlab.build("\n".join([*twin.lines, "da, db = gradient(loss, [a, b])", f"total = {parts}"]), backend="plain")
    lab.do("forward")
    lab.do("backward total")
    for name, slope, wanted in zip(("a", "b"), first, second, strict=True):
        _same(lab.value(f"d{name}"), slope.detach().numpy())
        _same(lab.grad(name), np.zeros((3, 3)) if wanted is None else wanted.numpy())


def _same(got: Any, wanted: Any) -> None:
    np.testing.assert_allclose(got, wanted, rtol=1e-9, atol=1e-9 * max(1.0, float(np.max(np.abs(wanted)))))
