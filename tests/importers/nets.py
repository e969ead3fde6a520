"""A small net with a batch, for the tests of imports."""

from typing import Any

import torch
from torch.nn import functional as F


class Net(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.fc1 = torch.nn.Linear(5, 6)
        self.norm = torch.nn.BatchNorm1d(6)
        self.scale = torch.nn.Parameter(torch.ones(6))
        self.fc2 = torch.nn.Linear(6, 3)

    def forward(self, x: Any) -> Any:
        h = self.norm(torch.relu(self.fc1(x)))
        return self.fc2(h * self.scale)


def net() -> Any:
    torch.manual_seed(0)
    return Net().double()


def batch() -> tuple[Any, Any]:
    torch.manual_seed(1)
    return torch.randn(7, 5, dtype=torch.float64), torch.randint(0, 3, (7,))


def lab_of(model: Any, optimizer: Any = None, **more: Any) -> Any:
    import gradlab

    x, y = batch()
    return gradlab.from_torch(model, (x,), loss=F.cross_entropy, target=y, optimizer=optimizer, quiet=True, **more)
