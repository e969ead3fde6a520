"""A recurrent net that one step of its training kills. It made `one-large-step.md`; `gradlab[torch]` runs it."""

import torch
from torch import nn

import gradlab


class Memory(nn.Module):
    """Reads eight numbers, and answers with its last state."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.RNN(1, 1, nonlinearity="relu", bias=False)

    def forward(self, x):
        """Return the last state."""
        states, _ = self.rnn(x)
        return states[-1]


def loss_fn(model, x, y):
    """Return half the squared error."""
    return (model(x) - y).square().sum() / 2


model = Memory().double()
with torch.no_grad():
    model.rnn.weight_ih_l0.fill_(1.0)
    model.rnn.weight_hh_l0.fill_(1.5)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
x = torch.zeros(8, 1, dtype=torch.float64)
x[0] = 1.0
batch = (x, torch.ones(1, dtype=torch.float64))

if __name__ == "__main__":
    gradlab.snapshot("one-large-step.gradlab.zip", model, loss_fn, batch, optimizer=optimizer)
