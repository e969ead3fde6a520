"""Programs that do what importers stumble over. Each is a model, its arguments, and how its import ends.

`GIVES`: it is imported and agrees.   Else a part of what is said when it is refused.
"""

import warnings
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrizations
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.checkpoint import checkpoint

GIVES = ""


class Base(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)


class DataDependentIf(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        h = torch.relu(h) if h.sum() > 0 else torch.tanh(h)
        return self.b(h).square().mean()


class Item(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        scale = h.abs().max().item()
        return (self.b(h) / scale).square().mean()


class Packed(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.LSTM(4, 5, batch_first=True)

    def forward(self, x: Any) -> Any:
        packed = pack_padded_sequence(x, torch.tensor([5, 3, 2]), batch_first=True)
        out, _ = pad_packed_sequence(self.rnn(packed)[0], batch_first=True)
        return out.square().mean()


class BooleanMask(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        return h[h > 0].square().mean() + self.b(x).mean()


class InPlace(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        h += 1
        h.mul_(2).clamp_(min=-0.5)
        h[:, 0] = 0.25
        return self.b(h).square().mean()


class Views(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x).clone()
        left = h[:, :2]
        left.mul_(3.0)
        top = h.view(-1)[:3]
        top += 1.0
        return self.b(h).square().mean() + left.sum()


class ViewsRecorded(Views):
    def forward(self, x: Any) -> Any:
        if float(x.sum()) > 1e9:
            return x.sum()
        return super().forward(x)


class Checkpointed(Base):
    def forward(self, x: Any) -> Any:
        h = checkpoint(lambda z: torch.tanh(self.a(z)), x, use_reentrant=False)
        return self.b(h).square().mean()


class Vmapped(Base):
    def forward(self, x: Any) -> Any:
        h = torch.vmap(lambda row: torch.sin(row) * 2)(self.a(x))
        return self.b(h).square().mean()


class NoGrad(Base):
    def forward(self, x: Any) -> Any:
        with torch.no_grad():
            goal = torch.sigmoid(self.a(x))
        return (self.b(x) - goal).square().mean()


class Detached(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        return (self.b(h) - h.detach()).square().mean()


class Tied(Base):
    def __init__(self) -> None:
        super().__init__()
        self.b.weight = self.a.weight

    def forward(self, x: Any) -> Any:
        return self.b(torch.tanh(self.a(x))).square().mean()


class BufferWritten(Base):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("seen", torch.zeros(4))

    def forward(self, x: Any) -> Any:
        h = self.a(x)
        self.seen += h.detach().mean(0)
        return self.b(h + self.seen).square().mean()


def looped(x: torch.Tensor, n: int) -> torch.Tensor:
    for _ in range(n):
        if x.sum() > 0:  # noqa: SIM108, TorchScript takes no other form
            x = torch.sin(x)
        else:
            x = torch.cos(x)
    return x


with warnings.catch_warnings():  # it is deprecated, and people have it
    warnings.simplefilter("ignore")
    scripted = torch.jit.script(looped)


class Scripted(Base):
    def forward(self, x: Any) -> Any:
        return self.b(scripted(self.a(x), 3)).square().mean()


class While(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        while h.norm() > 0.5:
            h = h * 0.5
        return self.b(h).square().mean()


class Forever(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        while h.norm() > -1:
            h = h * 0.5
        return h.mean()


class Indexed(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        order = torch.argsort(h[:, 0])
        picked = h[order][:, [0, 2, 2]]
        best, _ = self.b(h).topk(2, dim=1)
        return picked.square().mean() + best.mean()


class Scattered(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        out = torch.zeros(3, 4, dtype=h.dtype).index_add(0, torch.tensor([0, 2, 0]), h)
        out = out.scatter_add(1, torch.zeros(3, 1, dtype=torch.long), h[:, :1])
        return self.b(out).square().mean()


class Reduced(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        top = h.max(dim=1).values + h.amin(1) + h.std(1) + h.logsumexp(1) + h.norm(dim=1) + h.prod(1)
        return (top.cumsum(0) + self.b(h).var(1, unbiased=False)).mean()


class Einsum(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        g = torch.einsum("bi,bj->bij", h, self.b(x))
        return torch.einsum("bij,bj->bi", g, x).square().mean() + torch.einsum("bii->b", g).mean()


class WeightNorm(Base):
    def __init__(self) -> None:
        super().__init__()
        self.a = parametrizations.weight_norm(self.a)

    def forward(self, x: Any) -> Any:
        return self.b(torch.relu(self.a(x))).square().mean()


class Dictionary(Base):
    def forward(self, x: Any) -> Any:
        out = {"logits": self.b(torch.relu(self.a(x))), "extra": [x, None]}
        return out["logits"].square().mean()


class Fourier(Base):
    def forward(self, x: Any) -> Any:
        return torch.fft.rfft(self.b(self.a(x))).abs().mean()


class Solved(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        return torch.linalg.solve(h.T @ h + torch.eye(4, dtype=h.dtype), self.b(x).T).square().mean()


class Unused(Base):
    def forward(self, x: Any) -> Any:
        return self.a(x).square().mean()


class Subclassed(Base):
    def forward(self, x: Any) -> Any:
        h = torch.stack([layer(x) for layer in (self.a, self.b)]).mean(0)
        near = F.huber_loss(h, torch.zeros_like(h)) + F.smooth_l1_loss(h, x, beta=0.5)
        return near + F.kl_div(h.log_softmax(1), x.softmax(1))


PROGRAMS: dict[str, tuple[Callable[[], nn.Module], str]] = {
    "a branch by the data": (DataDependentIf, GIVES),
    "a number taken out": (Item, GIVES),
    "a packed sequence": (Packed, GIVES),
    "a boolean mask": (BooleanMask, GIVES),
    "written in place": (InPlace, GIVES),
    "views that are written": (Views, GIVES),
    "views that are written and recorded": (ViewsRecorded, GIVES),
    "a checkpoint": (Checkpointed, GIVES),
    "vmap": (Vmapped, GIVES),
    "a part without gradients": (NoGrad, GIVES),
    "detach": (Detached, GIVES),
    "tied weights": (Tied, GIVES),
    "a buffer written in forward": (BufferWritten, GIVES),
    "scripted control flow": (Scripted, GIVES),
    "a loop by the data": (While, GIVES),
    "a loop without end": (Forever, "was not over after"),
    "places by the data": (Indexed, GIVES),
    "scattered": (Scattered, GIVES),
    "reductions": (Reduced, GIVES),
    "einsum": (Einsum, GIVES),
    "weight norm": (WeightNorm, GIVES),
    "a dictionary within": (Dictionary, GIVES),
    "complex numbers": (Fourier, "fft_r2c  tests/importers/awkward.py"),
    "an operator without a mapping": (Solved, "linalg_solve_ex"),
    "parameters that are not used": (Unused, GIVES),
    "three losses": (Subclassed, GIVES),
}


def batch() -> Any:
    torch.manual_seed(3)
    return torch.randn(3, 5, 4, dtype=torch.float64)


def arguments(name: str) -> tuple[Any, ...]:
    full = batch()
    return (full,) if name in {"a packed sequence", "texts of several lengths"} else (full[:, 0],)
