"""The same update in every library: forward, backward with every intermediate value and gradient kept, and plain descent.

Each builder gives a function that runs a number of updates and returns the loss of the last one, or None where a library cannot do
the workload in reasonable time. All work in float64 on one thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.bench.workloads import CIRCUIT, RATE, Workload

Runner = Callable[[int], float]


def gradlab_graph(work: Workload) -> Any:
    """Build the graph of a workload with its update."""
    from gradlab.graph.graph import Graph
    from tests.graph.networks import apply, descend, leaf

    graph = Graph()
    if work is CIRCUIT:
        x, y, z = (leaf(graph, name, value) for name, value in (("x", -2.0), ("y", 5.0), ("z", -4.0)))
        descend(graph, apply(graph, "mul", "f", apply(graph, "add", "q", x, y), z), 1e-9)
        return graph
    inputs, target, layers = work.arrays()
    h, t = leaf(graph, "x", inputs, "input"), leaf(graph, "t", target, "input")
    for i, ((w, b), act) in enumerate(zip(layers, work.acts, strict=True)):
        z = apply(graph, "affine", f"z{i}", h, leaf(graph, f"W{i}", w), leaf(graph, f"b{i}", b))
        h = apply(graph, act, f"h{i}", z)
    descend(graph, apply(graph, "mse", "loss", h, t), RATE)
    return graph


def gradlab_loop(work: Workload) -> Runner:
    """All updates in one call of the training loop."""
    from gradlab.graph.machine import make_machine
    from gradlab.graph.tape import Tape

    graph = gradlab_graph(work)
    machine = make_machine(Tape(graph), "jit")
    machine.load(0)
    return lambda n: float(machine.train(graph.objectives[0], n, 0)[-1])


def gradlab_calls(work: Workload) -> Runner:
    """One call from Python for every update."""
    from gradlab.graph.compiled import CompiledMachine
    from gradlab.graph.tape import Tape

    graph = gradlab_graph(work)
    machine = CompiledMachine(Tape(graph))
    machine.load(0)
    one = machine.train_one(graph.objectives[0])

    def run(n: int) -> float:
        for _ in range(n - 1):
            one()
        return float(one()[0])

    return run


def torch_retain(work: Workload) -> Runner:
    """PyTorch, eager, `retain_grad` on every intermediate."""
    import torch

    torch.set_num_threads(1)

    def param(array: Any) -> Any:
        return torch.tensor(array, dtype=torch.float64, requires_grad=True)

    def descend(params: list[Any], rate: float) -> None:
        with torch.no_grad():
            for p in params:
                p -= rate * p.grad
                p.grad = None

    if work is CIRCUIT:
        values = [param(v) for v in (-2.0, 5.0, -4.0)]

        def circuit() -> float:
            q = values[0] + values[1]
            q.retain_grad()
            f = q * values[2]
            f.retain_grad()
            f.backward()
            descend(values, 1e-9)
            return float(f.detach())

        return _repeat(circuit)
    inputs, target, layers = work.arrays()
    x, t = param(inputs), torch.tensor(target)
    weights = [(param(w), param(b)) for w, b in layers]
    flat = [p for pair in weights for p in pair]

    def update() -> float:
        h = x
        for (w, b), act in zip(weights, work.acts, strict=True):
            z = torch.addmm(b, h, w)
            z.retain_grad()
            h = getattr(torch, act)(z)
            h.retain_grad()
        loss = ((h - t) ** 2).mean()
        loss.backward()
        descend(flat, RATE)
        x.grad = None
        return float(loss.detach())

    return _repeat(update)


def jax_jit(work: Workload) -> Runner:
    """JAX, one jitted update, called from Python."""
    jax, update, state = _jax(work)
    step = jax.jit(update)

    def run(n: int) -> float:
        now, loss = state, 0.0
        for _ in range(n):
            now, loss = step(now)
        return float(loss)

    return run


def jax_scan(work: Workload) -> Runner:
    """JAX, all updates in one jitted scan."""
    jax, update, state = _jax(work)
    loop = jax.jit(lambda s, n: jax.lax.scan(lambda c, _: update(c), s, None, length=n), static_argnums=1)
    return lambda n: float(loop(state, n)[1][-1])


def _jax(work: Workload) -> Any:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    if work is CIRCUIT:
        state: Any = [jnp.asarray(v) for v in (-2.0, 5.0, -4.0)]

        def loss(values: Any) -> Any:
            return (values[0] + values[1]) * values[2]
    else:
        inputs, target, layers = work.arrays()
        state = [(jnp.asarray(w), jnp.asarray(b)) for w, b in layers]
        acts = {"tanh": jnp.tanh, "sigmoid": jax.nn.sigmoid}

        def loss(values: Any) -> Any:
            h = inputs
            for (w, b), act in zip(values, work.acts, strict=True):
                h = acts[act](h @ w + b)
            return ((h - target) ** 2).mean()

    rate = 1e-9 if work is CIRCUIT else RATE

    def update(values: Any) -> Any:
        value, slopes = jax.value_and_grad(loss)(values)
        return jax.tree.map(lambda p, g: p - rate * g, values, slopes), value

    return jax, update, state


def hips_autograd(work: Workload) -> Runner:
    """HIPS autograd on NumPy."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    state: list[Any] = [-2.0, 5.0, -4.0]
    inputs, target, layers = work.arrays() if work is not CIRCUIT else (None, None, [])
    if layers:
        state = [a for pair in layers for a in pair]
    acts = {"tanh": anp.tanh, "sigmoid": lambda v: 1 / (1 + anp.exp(-v))}

    def loss(values: Any) -> Any:
        if work is CIRCUIT:
            return (values[0] + values[1]) * values[2]
        h = inputs
        for i, act in enumerate(work.acts):
            h = acts[act](anp.dot(h, values[2 * i]) + values[2 * i + 1])
        return anp.mean((h - target) ** 2)

    both = value_and_grad(loss)
    rate = 1e-9 if work is CIRCUIT else RATE

    def update() -> float:
        value, slopes = both(state)
        for i, slope in enumerate(slopes):
            state[i] = state[i] - rate * slope
        return float(value)

    return _repeat(update)


def micrograd_scalars(work: Workload) -> Runner | None:
    """Karpathy's micrograd: every scalar a Python object. Only the small workloads."""
    if work.batch > 100:
        return None
    from micrograd.engine import Value

    if work is CIRCUIT:
        values = [Value(v) for v in (-2.0, 5.0, -4.0)]

        def circuit() -> float:
            f = (values[0] + values[1]) * values[2]
            f.backward()
            _step(values, 1e-9)
            return float(f.data)

        return _repeat(circuit)
    inputs, target, layers = work.arrays()
    weights = [([[Value(v) for v in row] for row in w], [Value(v) for v in b]) for w, b in layers]
    flat = [v for w, b in weights for row in [*w, b] for v in row]

    def tanh(v: Any) -> Any:
        return 1 - 2 * (((2 * v).exp() if hasattr(v, "exp") else _power(2 * v)) + 1) ** -1

    def sigmoid(v: Any) -> Any:
        return (1 + ((-v).exp() if hasattr(v, "exp") else _power(-v))) ** -1

    def _power(v: Any) -> Any:
        out = Value(float(np.exp(v.data)), (v,), "exp")

        def backward() -> None:
            v.grad += out.data * out.grad

        out._backward = backward
        return out

    acts = {"tanh": tanh, "sigmoid": sigmoid}

    def update() -> float:
        loss = Value(0.0)
        for x, t in zip(inputs, target, strict=True):
            h = [Value(float(v)) for v in x]
            for (w, b), act in zip(weights, work.acts, strict=True):
                h = [acts[act](sum((h[i] * w[i][j] for i in range(len(h))), b[j])) for j in range(len(b))]
            loss = loss + sum(((a - float(v)) ** 2 for a, v in zip(h, t, strict=True)), Value(0.0))
        loss = loss * (1.0 / target.size)
        loss.backward()
        _step(flat, RATE)
        return float(loss.data)

    return _repeat(update)


def _step(values: list[Any], rate: float) -> None:
    for v in values:
        v.data -= rate * v.grad
        v.grad = 0.0


def _repeat(update: Callable[[], float]) -> Runner:
    def run(n: int) -> float:
        loss = 0.0
        for _ in range(n):
            loss = update()
        return loss

    return run


OURS: dict[str, Callable[[Workload], Runner | None]] = {"gradlab, loop": gradlab_loop, "gradlab, calls": gradlab_calls}
PEERS: dict[str, Callable[[Workload], Runner | None]] = {
    "PyTorch retain_grad": torch_retain,
    "JAX jit": jax_jit,
    "JAX scan": jax_scan,
    "HIPS autograd": hips_autograd,
    "micrograd": micrograd_scalars,
}
