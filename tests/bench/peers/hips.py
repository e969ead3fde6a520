"""HIPS autograd on NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.peers import Peer, Runner, repeat
from tests.bench.workloads import CIRCUIT, RATE, SMALL_RATE, Workload


def build(work: Workload) -> Runner:
    import autograd.numpy as anp
    from autograd import value_and_grad

    state: list[Any] = list(work.values)
    loss: Callable[[Any], Any] = _circuit
    if work is not CIRCUIT:
        inputs, target, layers = work.arrays()
        state, loss = [a for pair in layers for a in pair], _stack(anp, work, inputs, target)
    both = value_and_grad(loss)
    rate = SMALL_RATE if work is CIRCUIT else RATE

    def update() -> float:
        value, slopes = both(state)
        for i, slope in enumerate(slopes):
            state[i] = state[i] - rate * slope
        return float(value)

    return repeat(update)


def _circuit(values: Any) -> Any:
    return (values[0] + values[1]) * values[2]


def _stack(anp: Any, work: Workload, inputs: Any, target: Any) -> Callable[[Any], Any]:
    acts = {"tanh": anp.tanh, "sigmoid": lambda v: 1 / (1 + anp.exp(-v))}

    def loss(values: Any) -> Any:
        h = inputs
        for i, act in enumerate(work.acts):
            h = acts[act](anp.dot(h, values[2 * i]) + values[2 * i + 1])
        return anp.mean((h - target) ** 2)

    return loss


PEER = Peer("HIPS autograd", 5, build)
