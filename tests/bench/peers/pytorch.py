"""PyTorch, eager: with `retain_grad` on every intermediate and the gradient of the inputs too, and as people train with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.bench.peers import Peer, Runner, repeat
from tests.bench.workload import LABELS, Handle, Workload


class _Words:
    """PyTorch's own functions; each result goes through `keep`."""

    def __init__(self, torch: Any, keep: Callable[[Handle], Handle]) -> None:
        self.torch, self.f, self.keep = torch, torch.nn.functional, keep

    def add(self, x: Handle, y: Handle) -> Handle:
        return self.keep(x + y)

    def mul(self, x: Handle, y: Handle) -> Handle:
        return self.keep(x * y)

    def complement(self, x: Handle) -> Handle:
        return self.keep(1 - x)

    def tanh(self, x: Handle) -> Handle:
        return self.keep(self.torch.tanh(x))

    def sigmoid(self, x: Handle) -> Handle:
        return self.keep(self.torch.sigmoid(x))

    def relu(self, x: Handle) -> Handle:
        return self.keep(self.torch.relu(x))

    def affine(self, x: Handle, w: Handle, b: Handle) -> Handle:
        return self.keep(self.torch.addmm(b, x, w))

    def concat(self, x: Handle, y: Handle) -> Handle:
        return self.keep(self.torch.cat((x, y), 1))

    def columns(self, x: Handle, start: int, stop: int) -> Handle:
        return self.keep(x[:, start:stop])

    def conv(self, x: Handle, w: Handle, b: Handle, padding: int) -> Handle:
        return self.keep(self.f.conv2d(x, w, b, padding=padding))

    def pool(self, x: Handle) -> Handle:
        return self.keep(self.f.max_pool2d(x, 2))

    def flatten(self, x: Handle) -> Handle:
        return self.keep(x.flatten(1))

    def mse(self, x: Handle, t: Handle) -> Handle:
        return self.keep(self.f.mse_loss(x, t))

    def cross_entropy(self, x: Handle, labels: Handle) -> Handle:
        return self.keep(self.f.cross_entropy(x, labels))


def _kept(x: Handle) -> Handle:
    x.retain_grad()
    return x


def _runner(work: Workload, dtype: str, retain: bool) -> Runner:
    import torch

    torch.set_num_threads(1)
    kind = getattr(torch, dtype)
    params, data = work.arrays()
    p = {name: torch.tensor(array, dtype=kind, requires_grad=True) for name, array in params.items()}
    d = {name: torch.tensor(array, dtype=torch.int64 if name == LABELS else kind) for name, array in data.items()}
    looked_at = [x.requires_grad_() for name, x in d.items() if retain and name not in (LABELS, "t")]
    words = _Words(torch, _kept if retain else lambda x: x)

    def update() -> float:
        loss = work.loss(words, p, d)
        loss.backward()
        with torch.no_grad():
            for w in p.values():
                w -= work.rate * w.grad
                w.grad = None
        for x in looked_at:
            x.grad = None
        return float(loss.detach())

    return repeat(update)


PEER = (
    Peer("PyTorch retain_grad", 2, lambda work, dtype: _runner(work, dtype, True)),
    Peer("PyTorch", 3, lambda work, dtype: _runner(work, dtype, False)),
)
