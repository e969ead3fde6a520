"""Probabilities and targets away from 0 and 1."""

from typing import Any

from tests.ops.casebook import Cases
from tests.ops.losses import pairs, reduced, refuses


def torch_call(torch: Any, p: Any, t: Any, reduction: str = "mean") -> Any:
    """Return the loss; PyTorch's own wants no gradient for its targets, so it is written out, and compared with it."""
    each = -(t * torch.log(p) + (1 - t) * torch.log(1 - p))
    theirs = torch.nn.functional.binary_cross_entropy(p.detach(), t.detach(), reduction="none")
    near = 1e-12 if p.dtype == torch.float64 else 1e-4
    torch.testing.assert_close(each.detach(), theirs, rtol=near, atol=near / 100)
    return reduced(torch, each, reduction)


CASES = Cases("bce_probabilities", pairs, low=0.1, high=0.9, torch=torch_call, refuses=refuses("bce_probabilities"))
