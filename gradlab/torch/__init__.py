"""What PyTorch users call. Nothing here imports torch before it is asked for a model."""

from __future__ import annotations

from gradlab.torch.loading import from_torch

__all__ = ["from_torch"]
