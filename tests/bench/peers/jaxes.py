"""JAX: one jitted update called from Python, the same giving every value and gradient back, and all updates in one jitted scan.

The scan gives the losses and the last parameters, no other value. To see an intermediate's gradient in JAX a zero is added to
it, by which one differentiates; the compiler removes the addition.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.peers import Peer, Runner
from tests.bench.peers._numpy import NumpyWords
from tests.bench.workload import LABELS, Handle, Workload

Update = Callable[[Any], tuple[Any, Any]]


class _Words(NumpyWords):
    def __init__(self, jax: Any) -> None:
        super().__init__(jax.numpy)
        self.jax = jax

    def sigmoid(self, x: Handle) -> Handle:
        return self.keep(self.jax.nn.sigmoid(x))

    def relu(self, x: Handle) -> Handle:
        return self.keep(self.jax.nn.relu(x))

    def conv(self, x: Handle, w: Handle, b: Handle, padding: int) -> Handle:
        z = self.jax.lax.conv_general_dilated(x, w, (1, 1), ((padding, padding),) * 2)
        return self.keep(z + b[None, :, None, None])

    def pool(self, x: Handle) -> Handle:
        window = (1, 1, 2, 2)
        return self.keep(self.jax.lax.reduce_window(x, -self.np.inf, self.jax.lax.max, window, window, "VALID"))

    def cross_entropy(self, x: Handle, labels: Handle) -> Handle:
        right = self.np.take_along_axis(self.jax.nn.log_softmax(x), labels[:, None], axis=1)
        return self.keep(-self.np.mean(right))


class _Tapped(_Words):
    """Adds a zero of `taps` to every result and remembers the results."""

    def __init__(self, jax: Any, taps: list[Any] | None) -> None:
        super().__init__(jax)
        self.taps, self.seen = taps, []  # type: ignore[var-annotated]

    def keep(self, x: Handle) -> Handle:
        x = x if self.taps is None else x + self.taps[len(self.seen)]
        self.seen.append(x)
        return x


def _start(work: Workload, dtype: str) -> tuple[Any, dict[str, Any], dict[str, Any]]:
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    params, data = work.arrays()
    p = {name: jnp.asarray(array, dtype) for name, array in params.items()}
    return jax, p, {name: jnp.asarray(array, int if name == LABELS else dtype) for name, array in data.items()}


def _descended(jax: Any, work: Workload, params: Any, slopes: Any) -> Any:
    return jax.tree.map(lambda p, g: p - work.rate * g, params, slopes)


def _program(work: Workload, dtype: str) -> tuple[Any, Update, Any]:
    jax, start, data = _start(work, dtype)
    words = _Words(jax)

    def update(params: Any) -> tuple[Any, Any]:
        loss, slopes = jax.value_and_grad(lambda p: work.loss(words, p, data))(params)
        return _descended(jax, work, params, slopes), loss

    return jax, update, start


def jit(work: Workload, dtype: str) -> Runner:
    jax, update, start = _program(work, dtype)
    step = jax.jit(update)

    def run(n: int) -> float:
        now, loss = start, 0.0
        for _ in range(n):
            now, loss = step(now)
        return float(loss)

    return run


def everything(work: Workload, dtype: str) -> Runner:
    jax, start, data = _start(work, dtype)
    labels = {name: array for name, array in data.items() if name == LABELS}
    smooth = {name: array for name, array in data.items() if name != LABELS}

    def traced(params: Any, inputs: Any, taps: list[Any] | None) -> tuple[Any, list[Any]]:
        words = _Tapped(jax, taps)
        return work.loss(words, params, inputs | labels), words.seen

    shapes = jax.eval_shape(lambda p, d: traced(p, d, None)[1], start, smooth)

    def update(params: Any, inputs: Any) -> Any:
        zeros = [jax.numpy.zeros(s.shape, s.dtype) for s in shapes]
        (loss, values), slopes = jax.value_and_grad(traced, (0, 1, 2), has_aux=True)(params, inputs, zeros)
        return _descended(jax, work, params, slopes[0]), loss, values, slopes

    step = jax.jit(update)

    def run(n: int) -> float:
        now, loss = start, 0.0
        for _ in range(n):
            now, loss, _values, _slopes = step(now, smooth)
        return float(loss)

    return run


def scan(work: Workload, dtype: str) -> Runner:
    jax, update, start = _program(work, dtype)
    loop = jax.jit(lambda s, n: jax.lax.scan(lambda c, _: update(c), s, None, length=n), static_argnums=1)
    return lambda n: float(loop(start, n)[1][-1])


PEER = (Peer("JAX jit", 4, jit), Peer("JAX all values", 5, everything), Peer("JAX scan", 6, scan))
