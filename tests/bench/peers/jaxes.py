"""JAX: one jitted update called from Python, and all updates in one jitted scan. It keeps no intermediates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.peers import Peer, Runner
from tests.bench.workloads import CIRCUIT, RATE, SMALL_RATE, Workload

Update = Callable[[Any], tuple[Any, Any]]


def _program(work: Workload) -> tuple[Any, Update, Any]:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    state, loss = _circuit(jnp, work) if work is CIRCUIT else _stack(jax, jnp, work)
    rate = SMALL_RATE if work is CIRCUIT else RATE

    def update(values: Any) -> tuple[Any, Any]:
        value, slopes = jax.value_and_grad(loss)(values)
        return jax.tree.map(lambda p, g: p - rate * g, values, slopes), value

    return jax, update, state


def _circuit(jnp: Any, work: Workload) -> tuple[Any, Callable[[Any], Any]]:
    return [jnp.asarray(v) for v in work.values], lambda v: (v[0] + v[1]) * v[2]


def _stack(jax: Any, jnp: Any, work: Workload) -> tuple[Any, Callable[[Any], Any]]:
    inputs, target, layers = work.arrays()
    acts = {"tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid}

    def loss(values: Any) -> Any:
        h = inputs
        for (w, b), act in zip(values, work.acts, strict=True):
            h = acts[act](h @ w + b)
        return ((h - target) ** 2).mean()

    return [(jnp.asarray(w), jnp.asarray(b)) for w, b in layers], loss


def jit(work: Workload) -> Runner:
    jax, update, state = _program(work)
    step = jax.jit(update)

    def run(n: int) -> float:
        now, loss = state, 0.0
        for _ in range(n):
            now, loss = step(now)
        return float(loss)

    return run


def scan(work: Workload) -> Runner:
    jax, update, state = _program(work)
    loop = jax.jit(lambda s, n: jax.lax.scan(lambda c, _: update(c), s, None, length=n), static_argnums=1)
    return lambda n: float(loop(state, n)[1][-1])


PEER = (Peer("JAX jit", 3, jit), Peer("JAX scan", 4, scan))
