"""What a pass may change, kept and put back: the numbers of a model, what its modules hold, and generators of random numbers.

A pass may write parameters and buffers, put others in their place, as one does that moves the mean of a teacher along, and keep
things in its modules: the state of a recurrent net, a count of the steps, what a hook has seen.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from gradlab.importers.torch._numbers import COMPLEX, strange
from gradlab.importers.torch._step import TorchStep

BOXES = (dict, list, set, deque)


@contextmanager
def untouched(step: TorchStep) -> Iterator[KeptState]:
    """Let a step be run without a trace. Gives what brings all back in between."""
    kept = KeptState(step.model)
    try:
        yield kept
    finally:
        kept.put_back()


class KeptAttributes:
    """Modules with what they hold, and the boxes among that with theirs."""

    def __init__(self, model: Any) -> None:
        usual = _usual()
        self.modules = [(module, dict(module.__dict__)) for module in model.modules()]
        pairs = [pair for _, attributes in self.modules for pair in attributes.items()]
        boxes = [one for name, one in pairs if name not in usual and isinstance(one, BOXES)]
        self.boxes = [(box, list(box.items() if isinstance(box, dict) else box)) for box in boxes]

    def put_back(self) -> None:
        """Let all be as it was; what did not change is not touched."""
        for module, attributes in self.modules:
            now = module.__dict__
            for name in [name for name in now if name not in attributes]:
                del now[name]
            now.update({name: one for name, one in attributes.items() if name not in now or now[name] is not one})
        for box, content in self.boxes:
            _refill(box, content)


@cache
def _usual() -> frozenset[str]:
    """Return what each module has that no pass changes: hooks above all."""
    import torch

    return frozenset(vars(torch.nn.Module()).keys() - {"_parameters", "_buffers"})


class KeptState:
    """What modules hold, their tensors, each with the numbers that it has, and what is drawn next."""

    def __init__(self, model: Any) -> None:
        import torch

        self.drawn = torch.get_rng_state(), random.getstate(), np.random.get_state()  # programs draw from all of them
        self.attributes = KeptAttributes(model)
        self.tensors: dict[int, tuple[Any, Any, Any]] = {}
        held = [one for _, attributes in self.attributes.modules for one in attributes.values()]
        for part in [*model.parameters(), *model.buffers(), *(part for one in held for part in _parts(one))]:
            if isinstance(part, torch.Tensor) and strange(part) in ("", COMPLEX):
                self.tensors.setdefault(id(part), (part, part.data, part.detach().clone()))

    def changed(self) -> list[Any]:
        """Return the tensors whose numbers are not what they were."""
        return [tensor for tensor, data, numbers in self.tensors.values() if _moved(tensor, data) or not _equal(data, numbers)]

    def put_back(self) -> None:
        """Let all be as it was; what did not change is not touched."""
        import torch

        torch.set_rng_state(self.drawn[0])
        random.setstate(self.drawn[1])
        np.random.set_state(self.drawn[2])
        self.attributes.put_back()
        for tensor, data, numbers in self.tensors.values():
            if _moved(tensor, data):
                tensor.data = data
            if not _equal(data, numbers):
                data.copy_(numbers)


def _parts(one: Any) -> list[Any]:
    """Return what a box holds; what is none alone."""
    if isinstance(one, dict):
        return list(one.values())
    return list(one) if isinstance(one, list | tuple | deque) else [one]


def _moved(tensor: Any, data: Any) -> bool:
    """Whether a tensor has its numbers elsewhere than it had."""
    return bool(tensor.data_ptr() != data.data_ptr() or tensor.shape != data.shape)


def _equal(one: Any, other: Any) -> bool:
    """Whether two tensors hold the same numbers; NaN is NaN."""
    return bool(((one == other) | (one.isnan() & other.isnan())).all())


def _refill(box: Any, content: list[Any]) -> None:
    """Let a dictionary, list, set or queue hold what it held."""
    now = [*box.items()] if isinstance(box, dict) else [*box]
    if len(now) == len(content) and all(_same(one, other) for one, other in zip(now, content, strict=True)):
        return
    box.clear()
    box.extend(content) if isinstance(box, list | deque) else box.update(content)


def _same(one: Any, other: Any) -> bool:
    """Whether two entries are one: of a dictionary key and value."""
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other) == 2:
        return all(a is b for a, b in zip(one, other, strict=True))
    return one is other
