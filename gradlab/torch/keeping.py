"""The state of a training in PyTorch before a step: kept cheaply, and put in the place of the present one for a while.

A copy is made of what a step may change: parameters that are trained, buffers, the arrays of the optimizer, gradients that are
there already; the places of the copies are used again. Parameters that are not trained are copied when they have changed.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from gradlab.importers.torch._untouched import KeptAttributes


@dataclass(slots=True)
class Chance:
    """The states of the generators of random numbers: of PyTorch on each device, of Python and of NumPy."""

    torch: Any
    cuda: Any
    python: Any
    numpy: Any

    @classmethod
    def now(cls) -> Chance:
        """Return them as they are."""
        import torch

        cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() and torch.cuda.is_initialized() else None
        numpy = sys.modules.get("numpy")
        return cls(torch.get_rng_state(), cuda, random.getstate(), numpy.random.get_state() if numpy is not None else None)

    def put(self) -> None:
        """Make them what they are here."""
        import torch

        torch.set_rng_state(self.torch)
        if self.cuda is not None:
            torch.cuda.set_rng_state_all(self.cuda)
        random.setstate(self.python)
        if self.numpy is not None:
            sys.modules["numpy"].random.set_state(self.numpy)


@dataclass(slots=True)
class _Copy:
    """A copy of a tensor, and what tells whether it is still that: where its numbers lie, and how often they were written."""

    tensor: Any
    where: int = 0
    version: int = -1


@dataclass(slots=True)
class TrainingState:
    """The state of a model and its optimizer, as it was when `keep` was called last."""

    model: Any
    optimizer: Any = None
    _copies: dict[int, _Copy] = field(default_factory=dict)
    _last: tuple[list[Any], list[Any]] = ([], [])
    _tensors: list[Any] = field(default_factory=list)
    _of_optimizer: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)
    _groups: list[dict[str, Any]] = field(default_factory=list)
    _grads: list[tuple[Any, Any]] = field(default_factory=list)
    _training: list[tuple[Any, bool]] = field(default_factory=list)
    chance: Chance | None = None
    _attributes: KeptAttributes | None = None

    def keep(self, *, grads: bool = True) -> None:
        """Keep the state as it is now. grads: whether gradients that are there already are part of it."""
        import torch

        self._attributes = KeptAttributes(self.model)
        modules = [module for module, _ in self._attributes.modules]
        params = [*{id(p): p for module in modules for p in module._parameters.values() if p is not None}.values()]
        buffers = [*{id(b): b for module in modules for b in module._buffers.values() if b is not None}.values()]
        self._tensors, self._training = [*params, *buffers], [(module, module.training) for module in modules]
        self._grads = [(p, p.grad) for p in params if grads and p.grad is not None]
        self._of_optimizer = [] if self.optimizer is None else [(p, dict(kept)) for p, kept in self.optimizer.state.items()]
        if self.optimizer is not None:
            self._groups = [{key: value for key, value in g.items() if key != "params"} for g in self.optimizer.param_groups]
        arrays = [one for _, kept in self._of_optimizer for one in kept.values() if isinstance(one, torch.Tensor)]
        moved = [p for p in params if p.requires_grad]
        still = [p for p in params if not p.requires_grad and self._has_changed(p)]
        changed = [*moved, *still, *buffers, *arrays, *(grad for _, grad in self._grads)]
        with torch.no_grad():
            if places := self._places(changed):
                torch._foreach_copy_(places, changed)  # one call for all of them, as torch's own optimizers have it
        self._forget(len(params) + len(buffers) + len(arrays) + len(self._grads), [*self._tensors, *arrays])
        self.chance = Chance.now()

    def _places(self, tensors: list[Any]) -> list[Any]:
        """Return where tensors are copied to: mostly to where they were copied in the step before."""
        looks = [(id(tensor), tensor.shape, tensor.dtype) for tensor in tensors]
        if looks != self._last[0]:
            self._last = looks, [self._place(tensor) for tensor in tensors]
        return self._last[1]

    def _place(self, tensor: Any) -> Any:
        """Return where a tensor is copied to."""
        found = self._copies.get(id(tensor))
        if found is None or found.tensor.shape != tensor.shape or found.tensor.dtype != tensor.dtype:
            import torch

            found = self._copies[id(tensor)] = _Copy(torch.empty_like(tensor, requires_grad=False))
        return found.tensor

    def _has_changed(self, tensor: Any) -> bool:
        """Return whether a tensor that nobody trains may have been written since it was copied, and take note of it."""
        here, found = (tensor.data_ptr(), tensor._version), self._copies.get(id(tensor))
        if found is not None and here == (found.where, found.version):
            return False
        self._place(tensor)
        found = self._copies[id(tensor)]
        found.where, found.version = here
        return True

    def _forget(self, count: int, tensors: list[Any]) -> None:
        """Let go of copies of tensors that are there no more."""
        if len(self._copies) > count:
            known = {id(tensor) for tensor in (*tensors, *(grad for _, grad in self._grads))}
            self._copies = {key: copy for key, copy in self._copies.items() if key in known}

    def broken(self) -> list[str]:
        """Return the names of buffers that were finite when they were kept and are not now."""
        assert self._attributes is not None, "nothing was kept"
        known = [one for module, _ in self._attributes.modules for one in module._buffers.values()]
        if total_norm([one for one in known if one is not None and one.is_floating_point()]) < float("inf"):
            return []  # as nearly always
        buffers = [(name, one) for name, one in self.model.named_buffers() if one.is_floating_point()]
        kept = {key: copy.tensor for key, copy in self._copies.items()}
        found = [(name, one, kept.get(id(one))) for name, one in buffers]
        return [name for name, one, was in found if not _finite(one) and (was is None or _finite(was))]

    def _kept(self, tensor: Any) -> Any:
        return self._copies[id(tensor)].tensor

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """Let the model and the optimizer be as they were, generators of random numbers too, to the end of the block.

        Nothing is copied: tensors have the numbers of the copies as long as that lasts, then their own again.
        """
        assert self.chance is not None, "nothing was kept"
        assert self._attributes is not None
        optimizer, chance, attributes = self.optimizer, Chance.now(), KeptAttributes(self.model)
        present = [(tensor, tensor.data) for tensor in self._tensors]
        grads = [(p, p.grad) for p in self.model.parameters()]
        training = [(module, module.training) for module, _ in self._training]
        state = groups = None
        try:
            self._attributes.put_back()
            for tensor, _ in present:
                tensor.data = self._kept(tensor)
            for param, _ in grads:
                param.grad = None
            for param, grad in self._grads:
                param.grad = self._kept(grad)
            if optimizer is not None:
                state, groups = optimizer.state, [dict(group) for group in optimizer.param_groups]
                optimizer.state = self._optimizer_state()
                _set_groups(optimizer, self._groups)
            _set_training(self._training)
            self.chance.put()
            yield
        finally:
            for tensor, data in present:
                tensor.data = data
            for param, grad in grads:
                param.grad = grad
            if state is not None:
                optimizer.state = state
                _set_groups(optimizer, groups or [])
            attributes.put_back()
            _set_training(training)
            chance.put()

    def _optimizer_state(self) -> Any:
        import torch

        found: Any = defaultdict(dict)
        for param, kept in self._of_optimizer:
            found[param] = {n: self._kept(one) if isinstance(one, torch.Tensor) else one for n, one in kept.items()}
        return found

    @property
    def nbytes(self) -> int:
        """Bytes that the copies take."""
        return sum(one.tensor.nbytes for one in self._copies.values())


def _set_groups(optimizer: Any, groups: list[dict[str, Any]]) -> None:
    for group, kept in zip(optimizer.param_groups, groups, strict=True):
        for key in [key for key in group if key != "params" and key not in kept]:
            del group[key]
        group.update({key: value for key, value in kept.items() if key != "params"})


def _set_training(kept: list[tuple[Any, bool]]) -> None:
    for module, training in kept:
        module.training = training


def gradients(optimizer: Any, model: Any) -> list[Any]:
    """Return the gradients that a step would use, those of sparse parameters as their values."""
    params = chain.from_iterable(g["params"] for g in optimizer.param_groups) if optimizer is not None else model.parameters()
    found = [p.grad for p in params if p.grad is not None]
    return [g.coalesce().values() if g.is_sparse else g for g in found]


def _finite(tensor: Any) -> bool:
    return bool(tensor.isfinite().all())


def total_norm(tensors: list[Any]) -> float:
    """Return the root of the sum of all squares; 0 for none. It is finite where all numbers are."""
    import torch

    if not tensors:
        return 0.0
    found = _norm(torch._foreach_norm(tensors))  # one call for all of them
    if found == float("inf"):  # squares may have overflowed
        found = _norm(torch._foreach_norm(tensors, 2, dtype=torch.float64))
    return found


def _norm(norms: Any) -> float:
    """Return the norm of all, of the norms of each."""
    import torch

    if any(norm.dtype != norms[0].dtype or norm.device != norms[0].device for norm in norms):
        norms = [norm.to(norms[0].device, torch.float64) for norm in norms]
    return float(torch.linalg.vector_norm(torch.stack(norms)))
