"""Models in which something is wrong on purpose, with the line that is wrong: it ends with `# here`."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

FILE = Path(__file__)


def line_of(make: Callable[..., Any], mark: str = "# here") -> int:
    """Return the line of this file in which the source of a class or function has the mark."""
    lines, first = inspect.getsourcelines(make)
    return first + next(k for k, line in enumerate(lines) if line.rstrip().endswith(mark))


class Base(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(4, 4), nn.Linear(4, 4)


class Log(Base):
    def forward(self, x: Any) -> Any:
        h = torch.relu(self.a(x))
        h = torch.log(h - 10)  # here
        return self.b(h).square().mean()


class Sqrt(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        h = torch.sqrt(h - 5.0)  # here
        return self.b(h).mean()


class ZeroByZero(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x) * 0
        h = h / h  # here
        return self.b(h).mean()


class InfinityLess(Base):
    def forward(self, x: Any) -> Any:
        h = torch.exp(self.a(x) * 0 + 1000)  # here
        h = h - h
        return self.b(h).mean()


class Acos(Base):
    def forward(self, x: Any) -> Any:
        h = torch.acos(self.a(x) + 3)  # here
        return self.b(h).mean()


class Power(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x) - 9
        h = h**0.5  # here
        return self.b(h).mean()


class Masked(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        h = F.softmax(h.masked_fill(h < 1e9, float("-inf")), dim=1)  # here
        return self.b(h).mean()


class Norm(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        h = h / (h - h).norm(dim=1, keepdim=True)  # here
        return self.b(h).mean()


class Spread(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)[:, :1].std(dim=1)  # here
        return (self.b(x) * h[:, None]).mean()


class Atanh(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x).sigmoid() + 1
        h = torch.log1p(h) - torch.log1p(-h)  # here
        return self.b(h).mean()


class Asin(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x).tanh()
        h = torch.asin(h * 4 + 9)  # here
        return self.b(h).mean()


class ZeroTimesInfinity(Base):
    def forward(self, x: Any) -> Any:
        h = torch.softmax(self.a(x) * 1e4, dim=1)
        h = h * torch.log(h)  # here
        return self.b(h).mean()


class RootOfZero(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        h = (h - h).sqrt()  # here
        return self.b(h * 0).mean()


class Overflow(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        h = (h * 0 + 400).exp() ** 2  # here
        return self.b(h / h).mean()


class MeanOfNothing(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        return self.b(h).mean() + h[:0].mean()  # here


class SameTwice(Base):
    def forward(self, x: Any) -> Any:
        d = self.a(x) - self.a(x)
        h = (d * d).sum(1)
        return (self.b(x) * h.sqrt()[:, None]).mean()  # here


class AngleOfNone(Base):
    def forward(self, x: Any) -> Any:
        u = F.normalize(self.a(x), dim=1)
        h = (u * u.detach()).sum(1)
        h = h / h.detach()
        return torch.acos(h).mean() + self.b(x).mean()  # here


class SureOfTheFalse(Base):
    def forward(self, x: Any) -> Any:
        real, fake = torch.sigmoid(self.a(x)), torch.sigmoid(self.b(x) + 80)
        seen = torch.log(real).mean()
        return -seen - torch.log(1 - fake).mean()  # here


class Ratio(Base):
    def forward(self, x: Any) -> Any:
        old = torch.tensor([-1.0, -900.0, -1.0])
        new = F.log_softmax(self.b(torch.tanh(self.a(x))), dim=1)[:, 0]
        ratio = torch.exp(new - old)  # here
        return torch.maximum(ratio * 2, ratio.clamp(0.8, 1.2) * 2).mean()


class SumOfExp(Base):
    def forward(self, x: Any) -> Any:
        z = self.b(torch.relu(self.a(x))) - 900
        return (torch.log(torch.exp(z).sum(1)) - z[:, 0]).mean()  # here


class UntakenRoot(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x)
        root = torch.sqrt(h * (h > 0))  # here
        return self.b(torch.where(h > 0, root, 0.1 * h)).square().mean()


class UntakenPower(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x) * 1e5
        soft = torch.exp(h)  # here
        return self.b(torch.where(h > 20, h, soft)).square().mean()


class MaskedTarget(Base):
    def forward(self, x: Any) -> Any:
        mask = torch.tensor([False, True, False, False])
        z = self.a(x).masked_fill(mask, float("-inf"))
        return F.cross_entropy(z, torch.tensor([0, 1, 2])) + self.b(x).mean() * 0  # here


class AllIgnored(Base):
    def forward(self, x: Any) -> Any:
        z = self.b(self.a(x))
        return F.cross_entropy(z, torch.full((3,), -100))  # here


class RootOfSize(Base):
    def forward(self, x: Any) -> Any:
        h = (self.a(x) * 0).abs()
        return self.b(h.sqrt()).square().mean()  # here


class NoSpread(Base):
    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(4, eps=0.0).eval()
        self.norm.running_var.zero_()

    def forward(self, x: Any) -> Any:
        h = self.a(x)
        h = torch.relu(self.norm(h))  # here
        return self.b(h).square().mean()


class LearnedExponent(Base):
    def __init__(self) -> None:
        super().__init__()
        self.power = nn.Parameter(torch.tensor(2.0))

    def forward(self, x: Any) -> Any:
        h = torch.tanh(self.a(x))
        h = h**self.power  # here
        return self.b(h).square().mean()


class SureTarget(Base):
    def forward(self, x: Any) -> Any:
        q = torch.softmax(self.b(x) * 1e4, dim=1)
        return F.kl_div(F.log_softmax(self.a(x), dim=1), q, reduction="batchmean")  # here


class LogsAsTarget(Base):
    def forward(self, x: Any) -> Any:
        p, q = F.log_softmax(self.a(x), dim=1), F.log_softmax(self.b(x), dim=1)
        return F.kl_div(p, q.detach(), reduction="batchmean")  # here


class NobodyLeft(Base):
    def forward(self, x: Any) -> Any:
        with torch.no_grad():
            part = torch.softmax(x, 1)
            part = part / (part * (x[:, :1] > 9)).sum(1, keepdim=True)  # here
        return F.kl_div(F.log_softmax(self.b(self.a(x)), 1), part, reduction="batchmean")


class OwnCentres(Base):
    """A mean of each class that follows the batches, one of which has none of a class; the loss does not meet it."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("centre", torch.zeros(3, 4))

    def forward(self, x: Any) -> Any:
        h, kind = self.b(self.a(x)), torch.tensor([0, 1, 1])
        with torch.no_grad():
            for c in range(3):
                new = h[kind == c].mean(0)  # here
                self.centre[c] = 0.9 * self.centre[c] + 0.1 * new
        return (h - self.centre[kind]).square().mean()


class OwnScale(Base):
    """A statistic in whose place the pass puts another, which is too large for a number: what is divided by it is 0."""

    scale: Any

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("scale", torch.ones(()))

    def forward(self, x: Any) -> Any:
        h = self.a(x)
        self.scale = 0.9 * self.scale + (h.detach().abs().max() * 1e200) ** 2  # here
        return self.b(h / self.scale).square().mean()


class TooLongText(Base):
    def forward(self, x: Any) -> Any:
        said = F.log_softmax(self.b(self.a(x)), 1)[:, None]
        return F.ctc_loss(said, torch.tensor([[1, 1, 2]]), (3,), (3,))  # here


class TooLargeForHalf(Base):
    def forward(self, x: Any) -> Any:
        h = self.a(x).abs() + 7e4
        h = h.half()  # here
        return (self.b(x) * (h - h).to(x.dtype)).mean()


class TooLargeForCasts(Base):
    def forward(self, x: Any) -> Any:
        with torch.autocast("cpu", torch.float16):
            h = self.a(x)  # here
        return h.float().square().mean() + self.b(x).mean()


NAN = (
    Log, Sqrt, ZeroByZero, InfinityLess, Acos, Power, Masked, Norm, Spread, Atanh, Asin, ZeroTimesInfinity, RootOfZero,
    Overflow, MeanOfNothing, SameTwice, AngleOfNone, SureOfTheFalse, Ratio, SumOfExp, UntakenRoot, UntakenPower, MaskedTarget,
    AllIgnored, RootOfSize, NoSpread, LearnedExponent, SureTarget, LogsAsTarget, NobodyLeft, OwnCentres, OwnScale, TooLongText,
    TooLargeForHalf,
)  # fmt: skip
