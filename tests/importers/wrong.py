"""Models whose backward pass is wrong on purpose, each with the class whose line is wrong: it ends with `# here`."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from tests.importers.planted import Base


class Double(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x.sin()  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return 2 * g


class Sign(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return torch.tanh(x)  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return -g * (1 - torch.tanh(x) ** 2)


class NoMask(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x.clamp(min=0)  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g


class Third(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.save_for_backward(x)
        return x.exp()  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (x,) = ctx.saved_tensors
        return g * x.exp() / 3


class Zero(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x * 0.5  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return torch.zeros_like(g)


def applying(function: Any) -> Callable[[], nn.Module]:
    """Return a model that applies a function of autograd."""

    class Applying(Base):
        def forward(self, x: Any) -> Any:
            return self.b(function.apply(self.a(x))).square().mean()

    return Applying


class HookOnTensor(Base):
    def forward(self, x: Any) -> Any:
        h = torch.tanh(self.a(x))  # here
        h.register_hook(lambda g: 0.1 * g)
        return self.b(h).square().mean()


class HookClips(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x).sigmoid()  # here
        h.register_hook(lambda g: g.clamp(-1e-6, 1e-6))
        return self.b(h).square().mean()


class HookOnWeight(Base):
    def __init__(self) -> None:
        super().__init__()
        self.a.weight.register_hook(lambda g: 3 * g)

    def forward(self, x: Any) -> Any:
        return self.b(torch.tanh(self.a(x))).square().mean()  # here


class ModuleHook(Base):
    def __init__(self) -> None:
        super().__init__()
        self.b.register_full_backward_hook(lambda module, given, sent: (given[0] * 5,))

    def forward(self, x: Any) -> Any:
        h = torch.tanh(self.a(x))
        return self.b(h).square().mean()  # here


class Straight(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        return self.b(Rounded.apply(h)).square().mean()


class Rounded(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return torch.floor(x)  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g


class Weighted(Base):
    """Applies a function of autograd to what a layer gives, and to a square weight."""

    function: Any

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.randn(4, 4))

    def forward(self, x: Any) -> Any:
        return self.b(self.function.apply(torch.tanh(self.a(x)), self.gain)).square().mean()


class Transposed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any, w: Any) -> Any:
        ctx.save_for_backward(x, w)
        return x @ w  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, w = ctx.saved_tensors
        return g @ w.T, g.T @ x


class NotTransposed(Transposed):
    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        x, w = ctx.saved_tensors
        return g @ w, x.T @ g


class NotSummed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any, w: Any) -> Any:
        return x + w.diagonal()  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g, torch.diag(g[0])


class Lost(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any, w: Any) -> Any:
        ctx.save_for_backward(w)
        return x @ w  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (w,) = ctx.saved_tensors
        return g @ w.T, None


class Stale(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.z = x * 0 + 0.3
        return torch.tanh(x)  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g * (1 - ctx.z**2)


class Chosen(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return F.one_hot(x.argmax(1), 4).to(x.dtype)  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return g


class Reversed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        return x.view_as(x)  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return -g


class Held(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        ctx.x = x
        return x * x  # here

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        return 2 * ctx.x * g


class WrittenBehind(Base):
    """Writes what a function of autograd holds, where PyTorch does not look."""

    def forward(self, x: Any) -> Any:
        h = self.a(x)
        z = Held.apply(h)
        with torch.no_grad():
            h.add_(1.0)
        return self.b(z).square().mean()


class OwnLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, z: Any) -> Any:
        ctx.save_for_backward(p := torch.softmax(z, 1))  # here
        return -torch.log(p[:, 0]).mean()

    @staticmethod
    def backward(ctx: Any, g: Any) -> Any:
        (p,) = ctx.saved_tensors
        return g * (p - torch.tensor([1.0, 0, 0, 0], dtype=p.dtype)) / len(p) ** 2


class UnderOwnLoss(Base):
    def forward(self, x: Any) -> Any:
        return OwnLoss.apply(self.b(torch.tanh(self.a(x))))


def weighted(function: Any) -> Callable[[], nn.Module]:
    """Return a model that applies a function of autograd to two arguments."""
    return type("Weighted", (Weighted,), {"function": function})


WRONG: dict[str, tuple[Callable[[], nn.Module], Any]] = {
    "twice": (applying(Double), Double),
    "a wrong sign": (applying(Sign), Sign),
    "a mask that is missing": (applying(NoMask), NoMask),
    "a third": (applying(Third), Third),
    "nothing": (applying(Zero), Zero),
    "straight through": (Straight, Rounded),
    "a hook on a tensor": (HookOnTensor, HookOnTensor),
    "a hook that clips": (HookClips, HookClips),
    "a hook on a weight": (HookOnWeight, HookOnWeight),
    "a hook on a module": (ModuleHook, ModuleHook),
    "a gradient of a weight that is transposed": (weighted(Transposed), Transposed),
    "a weight that is not transposed": (weighted(NotTransposed), Transposed),
    "a sum that is missing": (weighted(NotSummed), NotSummed),
    "None in place of a gradient": (weighted(Lost), Lost),
    "an array of another step": (applying(Stale), Stale),
    "straight through a choice": (applying(Chosen), Chosen),
    "a reversal": (applying(Reversed), Reversed),
    "an array that was written since": (WrittenBehind, Held),
    "a loss of one's own": (UnderOwnLoss, OwnLoss),
}
