"""An autoencoder whose decoder reads its weight detached. It made `detached-use.md`; `gradlab[torch]` runs it."""

import torch
from torch import nn

import gradlab


class Tied(nn.Module):
    """Two numbers become one code, and two numbers again."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([[1.0, 0.5]]))

    def forward(self, x):
        """Return what is decoded."""
        code = x @ self.weight.T
        return code @ self.weight.detach()


def loss_fn(model, x):
    """Return half the squared error."""
    return (model(x) - x).square().sum() / 2


model = Tied().double()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
batch = (torch.tensor([[1.0, 2.0]], dtype=torch.float64),)

if __name__ == "__main__":
    gradlab.snapshot("detached-use.gradlab.zip", model, loss_fn, batch, optimizer=optimizer)
