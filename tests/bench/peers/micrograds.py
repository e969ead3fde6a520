"""Karpathy's micrograd, where every scalar is a Python object; it has no exp, so that is added. Only the small workloads."""

from __future__ import annotations

from math import exp
from typing import Any

from tests.bench.peers import Peer, Runner, repeat
from tests.bench.workloads import CIRCUIT, RATE, SMALL_RATE, Workload


def build(work: Workload) -> Runner | None:
    if work.batch > 100:
        return None
    from micrograd.engine import Value

    return repeat(_Circuit(Value, work) if work is CIRCUIT else _Stack(Value, work))


def _descend(values: list[Any], rate: float) -> None:
    for v in values:
        v.data -= rate * v.grad
        v.grad = 0.0


class _Circuit:
    def __init__(self, value: Any, work: Workload) -> None:
        self.values = [value(v) for v in work.values]

    def __call__(self) -> float:
        x, y, z = self.values
        f = (x + y) * z
        f.backward()
        _descend(self.values, SMALL_RATE)
        return float(f.data)


class _Stack:
    def __init__(self, value: Any, work: Workload) -> None:
        self.value, self.work = value, work
        self.inputs, self.target, layers = work.arrays()
        self.layers = [([[value(v) for v in row] for row in w], [value(v) for v in b]) for w, b in layers]
        self.flat = [v for w, b in self.layers for row in [*w, b] for v in row]
        self.acts = {"tanh": lambda v: 1 - 2 * (self.exp(2 * v) + 1) ** -1, "sigmoid": lambda v: (1 + self.exp(-v)) ** -1}

    def __call__(self) -> float:
        loss = self.value(0.0)
        for x, t in zip(self.inputs, self.target, strict=True):
            out = self.forward([self.value(float(v)) for v in x])
            loss = loss + sum(((a - float(v)) ** 2 for a, v in zip(out, t, strict=True)), self.value(0.0))
        loss = loss * (1.0 / self.target.size)
        loss.backward()
        _descend(self.flat, RATE)
        return float(loss.data)

    def forward(self, h: list[Any]) -> list[Any]:
        for (w, b), act in zip(self.layers, self.work.acts, strict=True):
            h = [self.acts[act](sum((h[i] * w[i][j] for i in range(len(h))), b[j])) for j in range(len(b))]
        return h

    def exp(self, v: Any) -> Any:
        out = self.value(exp(v.data), (v,), "exp")

        def backward() -> None:
            v.grad += out.data * out.grad

        out._backward = backward
        return out


PEER = Peer("micrograd", 6, build)
