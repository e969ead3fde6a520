"""How PyTorch writes an optimizer, as `gradlab export torch` asks its file.

A file declares it as `TORCH`: for the name of each of its optimizers that `torch.optim` has with the same numbers, an
expression in which `params` and the names of the hyperparameters stand for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Ready:
    """An optimizer that PyTorch has.

    make: the expression.   paced: whether the rate may change from step to step with the same numbers.
    decays: whether it takes `weight_decay` as `l2` is meant.   keeps: what PyTorch calls what is remembered of a parameter, and
    an expression of the laboratory's arrays for it.   counts: whether it counts the steps of each parameter.
    """

    make: str
    paced: bool = True
    decays: bool = True
    keeps: Mapping[str, str] = field(default_factory=dict)
    counts: bool = True


Forms = dict[str, Ready]
