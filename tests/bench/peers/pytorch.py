"""PyTorch, eager, with `retain_grad` on every intermediate, and the gradient of the input too."""

from __future__ import annotations

from typing import Any

from tests.bench.peers import Peer, Runner, repeat
from tests.bench.workloads import CIRCUIT, RATE, SMALL_RATE, Workload


def build(work: Workload) -> Runner:
    import torch

    torch.set_num_threads(1)
    return repeat(_Circuit(torch, work) if work is CIRCUIT else _Stack(torch, work))


def _param(torch: Any, array: Any) -> Any:
    return torch.tensor(array, dtype=torch.float64, requires_grad=True)


def _descend(torch: Any, params: list[Any], rate: float) -> None:
    with torch.no_grad():
        for p in params:
            p -= rate * p.grad
            p.grad = None


class _Circuit:
    def __init__(self, torch: Any, work: Workload) -> None:
        self.torch, self.values = torch, [_param(torch, v) for v in work.values]

    def __call__(self) -> float:
        x, y, z = self.values
        q = x + y
        q.retain_grad()
        f = q * z
        f.retain_grad()
        f.backward()
        _descend(self.torch, self.values, SMALL_RATE)
        return float(f.detach())


class _Stack:
    def __init__(self, torch: Any, work: Workload) -> None:
        inputs, target, layers = work.arrays()
        self.torch, self.acts = torch, [getattr(torch, act) for act in work.acts]
        self.x, self.t = _param(torch, inputs), torch.tensor(target)
        self.layers = [(_param(torch, w), _param(torch, b)) for w, b in layers]

    def __call__(self) -> float:
        h = self.x
        for (w, b), act in zip(self.layers, self.acts, strict=True):
            z = self.torch.addmm(b, h, w)
            z.retain_grad()
            h = act(z)
            h.retain_grad()
        loss = ((h - self.t) ** 2).mean()
        loss.backward()
        _descend(self.torch, [p for pair in self.layers for p in pair], RATE)
        self.x.grad = None
        return float(loss.detach())


PEER = Peer("PyTorch retain_grad", 2, build)
