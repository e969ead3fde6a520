"""Karpathy's micrograd, where every scalar is a Python object; it has no exp, so that is added. Only the tiny workloads."""

from __future__ import annotations

from math import exp
from typing import Any

import numpy as np

from tests.bench.peers import Peer, Runner, repeat
from tests.bench.workload import Handle, Workload


class _Words:
    """Arrays are NumPy's, of Values."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.tanh = np.vectorize(lambda v: 1 - 2 * (self._exp(2 * v) + 1) ** -1, otypes=[object])
        self._sigmoid = np.vectorize(lambda v: (1 + self._exp(-v)) ** -1, otypes=[object])

    def add(self, x: Handle, y: Handle) -> Handle:
        return x + y

    def mul(self, x: Handle, y: Handle) -> Handle:
        return x * y

    def sigmoid(self, x: Handle) -> Handle:
        return self._sigmoid(x)[()]

    def affine(self, x: Handle, w: Handle, b: Handle) -> Handle:
        return x @ w + b

    def mse(self, x: Handle, t: Handle) -> Handle:
        return ((x - t) ** 2).sum() * (1.0 / t.size)

    def _exp(self, v: Any) -> Any:
        out = self.value(exp(v.data), (v,), "exp")

        def backward() -> None:
            v.grad += out.data * out.grad

        out._backward = backward
        return out


def build(work: Workload, dtype: str) -> Runner | None:
    if not work.tiny or dtype != "float64":
        return None
    from micrograd.engine import Value

    params, data = work.arrays()
    p = {name: np.vectorize(lambda v: Value(float(v)), otypes=[object])(array)[()] for name, array in params.items()}
    d = {name: array if array.ndim else float(array) for name, array in data.items()}
    flat = [v for array in p.values() for v in np.ravel(array)]
    words = _Words(Value)

    def update() -> float:
        loss = work.loss(words, p, d)  # type: ignore[arg-type]
        loss.backward()
        for v in flat:
            v.data -= work.rate * v.grad
            v.grad = 0.0
        return float(loss.data)

    return repeat(update)


PEER = Peer("micrograd", 8, build)
