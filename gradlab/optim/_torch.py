"""How PyTorch writes an optimizer, as `gradlab export torch` asks its file.

A file declares it as `TORCH`: for the name of each of its optimizers that `torch.optim` has with the same numbers, an
expression in which `params` and the names of the hyperparameters stand for themselves.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ready:
    """An optimizer that PyTorch has.

    make: the expression.   paced: whether the rate may change from step to step with the same numbers.
    decays: whether it takes `weight_decay` as `l2` is meant.
    """

    make: str
    paced: bool = True
    decays: bool = True


Forms = dict[str, Ready]
