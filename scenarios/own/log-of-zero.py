"""A classifier that is right about every row, and whose loss is NaN. It made `log-of-zero.md`; `gradlab[torch]` runs it."""

import torch
from torch import nn

import gradlab


class Classifier(nn.Module):
    """Two numbers in, the probabilities of two classes out."""

    def __init__(self):
        super().__init__()
        self.out = nn.Linear(2, 2, bias=False)

    def forward(self, x):
        """Return the probabilities."""
        logits = self.out(x)
        return torch.softmax(logits, dim=1)


def loss_fn(model, x, t):
    """Return the cross-entropy with rows of 0 and 1, as it is printed in books."""
    p = model(x)
    return -(t * torch.log(p)).sum()


model = Classifier()
with torch.no_grad():
    model.out.weight.copy_(torch.tensor([[40.0, 20.0], [-20.0, -10.0]]))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
batch = (torch.tensor([[0.5, 0.0], [1.0, 3.0]]), torch.tensor([[1.0, 0.0], [1.0, 0.0]]))

if __name__ == "__main__":
    gradlab.snapshot("log-of-zero.gradlab.zip", model, loss_fn, batch, optimizer=optimizer)
