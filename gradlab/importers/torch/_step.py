"""A model and its loss as one module: what is exported, recorded and compared."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from gradlab.importers.program import ProgramLine

MODEL = "model"
"""The name of the model within the module."""


class CallArguments(NamedTuple):
    """What a model is called with, by place and by name."""

    args: tuple[Any, ...] = ()
    named: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class TorchStep:
    """One step of a training up to its loss.

    model: the module.   loss: gives the loss of the model and of the batch.   batch: the arguments.   names: of the tensors of
    the batch, in order.   targets: which of them are targets.   halves: types of half a word that the model held.
    as_it_is: the step with these types, if there are some.
    """

    model: Any
    loss: Callable[..., Any]
    batch: tuple[Any, ...]
    title: str
    targets: frozenset[int] = frozenset()
    place: ProgramLine | None = None
    halves: str = ""
    as_it_is: TorchStep | None = None

    def module(self) -> Any:
        """Return the module that gives the loss for the batch."""
        import torch

        loss = self.loss

        class ModelUnderLoss(torch.nn.Module):
            """A model under its loss."""

            def __init__(self, model: Any) -> None:
                super().__init__()
                self.model = model

            def forward(self, *batch: Any) -> Any:
                return loss(self.model, *batch)

        whole = ModelUnderLoss(self.model)
        whole.training = self.model.training
        return whole

    def in_float64(self) -> TorchStep:
        """Return the step with a copy of the model and of the batch in float64."""
        import torch

        def wide(one: Any) -> Any:
            return one.double() if isinstance(one, torch.Tensor) and one.is_floating_point() else one

        return replace(self, model=copied(self.model).double(), batch=torch.utils._pytree.tree_map(wide, self.batch))

    def tensors(self) -> list[tuple[str, Any, bool]]:
        """Return the tensors of the batch with their names, and whether they are targets."""
        found: list[tuple[str, Any, bool]] = []
        for number, part in enumerate(self.batch):
            _collect(part, "target" if number in self.targets else "x", number in self.targets, found)
        return found


def copied(model: Any) -> Any:
    """Return a copy of a module, with the hooks of its parameters: a copy of a tensor has none."""
    found = copy.deepcopy(model)
    for ours, theirs in zip(found.parameters(), model.parameters(), strict=True):
        for hook in (theirs._backward_hooks or {}).values():
            ours.register_hook(hook)
    return found


def _collect(part: Any, name: str, target: bool, found: list[tuple[str, Any, bool]]) -> None:
    import torch

    if isinstance(part, torch.Tensor):
        found.append((name, part, target))
    elif isinstance(part, Mapping):
        for key, value in part.items():
            _collect(value, str(key), target, found)
    elif isinstance(part, list | tuple):
        for value in part:
            _collect(value, name, target, found)


def names_of(model: Any) -> dict[int, str]:
    """Return the names of parameters and buffers, by the identity of the tensor; of tied ones the first."""
    found: dict[int, str] = {}
    for name, tensor in (*model.named_parameters(remove_duplicate=False), *model.named_buffers(remove_duplicate=False)):
        found.setdefault(id(tensor), name)
    return found
