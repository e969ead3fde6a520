"""What a pass may change, kept and put back: the numbers of a model, what its modules hold, and generators of random numbers.

A pass may write parameters and buffers, put others in their place, as one does that moves the mean of a teacher along, and keep
things in its modules: the state of a recurrent net, a count of the steps, what a hook has seen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy as np

from gradlab.importers.torch._held import BOXES, held_by, put_attributes
from gradlab.importers.torch._numbers import COMPLEX, strange
from gradlab.importers.torch._step import TorchStep
from gradlab.op import Array

LARGEST = 1 << 28
"""Bytes of tensors and arrays that are kept of what no module holds itself."""


@contextmanager
def untouched(step: TorchStep) -> Iterator[KeptState]:
    """Let a step be run without a trace. Gives what brings all back in between."""
    kept = KeptState(step.model, step.loss)
    try:
        yield kept
    finally:
        kept.put_back()


class KeptAttributes:
    """Modules with what they hold, and what that holds: boxes, objects, generators of random numbers; hooks and loss, too."""

    def __init__(self, model: Any, loss: Any = None) -> None:
        usual = _usual()
        self.modules = [(module, dict(module.__dict__)) for module in model.modules()]
        held = (one for _, attributes in self.modules for name, one in attributes.items() if name not in usual)
        hooks = (attributes.get(name) for _, attributes in self.modules for name in usual if "hook" in name)
        aside = [hook for those in hooks if those and isinstance(those, dict) for hook in those.values()]
        forwards = [getattr(kind, "forward", None) for kind in dict.fromkeys(type(module) for module, _ in self.modules)]
        self.held = held_by(held, (module for module, _ in self.modules), [loss, *forwards, *aside])
        tensors = (attributes.get(name) for _, attributes in self.modules for name in ("_parameters", "_buffers"))
        self.tensors = [(box, [*box.items()]) for box in tensors if isinstance(box, dict)]

    def put_back(self) -> None:
        """Let all be as it was; what did not change is not touched."""
        for module, attributes in self.modules:
            put_attributes(module.__dict__, attributes)
        for box, content in self.tensors:
            BOXES[dict].refill(box, content)
        self.held.put_back()


@cache
def _usual() -> frozenset[str]:
    """Return what each module has: hooks, which no pass changes, and its parameters and buffers, which are kept as they are."""
    import torch

    return frozenset(vars(torch.nn.Module()))


class KeptState:
    """What modules hold, their tensors, each with the numbers that it has, and what is drawn next."""

    def __init__(self, model: Any, loss: Any = None) -> None:
        import torch

        self.drawn = torch.get_rng_state(), random.getstate(), np.random.get_state()  # programs draw from all of them
        self.attributes = KeptAttributes(model, loss)
        self.tensors: dict[int, tuple[Any, Any, Any]] = {}
        self.arrays: list[tuple[Array, Array]] = []
        held, left = self.attributes.held, LARGEST
        far = [one for one in held.far if _is_plain(one) and (left := left - one.nbytes) >= 0]
        for part in [*model.parameters(), *model.buffers(), *filter(_is_plain, held.near), *far]:
            if isinstance(part, np.ndarray):
                self.arrays.append((part, part.copy()))
            elif id(part) not in self.tensors:
                self.tensors[id(part)] = (part, part.data, part.detach().clone())

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
        for array, elements in self.arrays:
            if array.tobytes() != elements.tobytes():
                array[...] = elements


def _is_plain(one: Any) -> bool:
    """Whether a tensor or an array holds numbers, each at its place, that can be written."""
    if isinstance(one, np.ndarray):
        return bool(one.flags.writeable) and not one.dtype.hasobject
    return strange(one) in ("", COMPLEX) and not one.is_quantized and not one.is_meta and not one.is_inference()


def _moved(tensor: Any, data: Any) -> bool:
    """Whether a tensor has its numbers elsewhere than it had."""
    return bool(tensor.data_ptr() != data.data_ptr() or tensor.shape != data.shape)


def _equal(one: Any, other: Any) -> bool:
    """Whether two tensors hold the same numbers; NaN is NaN."""
    return bool(((one == other) | (one.isnan() & other.isnan())).all())
