"""Tensors that share their numbers: what was written through one of them is seen through the others.

Our nodes never share numbers. So a tensor that is read after another one over the same storage was written is made anew: where
they overlap it takes the new numbers, elsewhere its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gradlab.importers.torch._capture import Called, Value

OVERLAID = "overlaid"
"""The name of the call that this module makes up: `overlaid(old, new, mask, places)`."""


class Overlaid:
    """What stands in the place of an operator of torch.ops."""

    __name__ = OVERLAID


@dataclass(slots=True, eq=False)
class Storages:
    """Who shares numbers with whom.

    users: of each storage, the tensors over it, by identity.   late: of each tensor, the writes that it has not seen.
    """

    users: dict[int, dict[int, Any]] = field(default_factory=dict)
    late: dict[int, list[tuple[Any, Value]]] = field(default_factory=dict)

    def see(self, tensor: Any) -> None:
        """Note a tensor."""
        key = storage_of(tensor)
        if key is not None:
            self.users.setdefault(key, {})[id(tensor)] = tensor
            self.late.pop(id(tensor), None)

    def sharing(self, tensor: Any) -> list[Any]:
        """Return the tensors over the storage of one, itself among them."""
        key = storage_of(tensor)
        return list(self.users.get(key, {}).values()) if key is not None else [tensor]

    def write(self, tensor: Any, value: Value) -> None:
        """Note that a tensor was written, and what it holds now."""
        for other in self.sharing(tensor):
            if other is not tensor:
                self.late.setdefault(id(other), []).append((tensor, value))

    def missed(self, tensor: Any, value: Value) -> list[Called]:
        """Return the calls that give what a tensor holds after the writes that it has not seen, one for each."""
        found: list[Called] = []
        for writer, new in self.late.pop(id(tensor), []):
            mask, places = _overlap(tensor, writer)
            if bool(mask.any()):
                if found:
                    value.before = _written(*found[-1].args)
                call = Called(Overlaid(), (value, new, mask, places), {}, [])
                value = Value(tensor, producer=call)
                call.outputs.append(value)
                found.append(call)
        return found


def _written(old: Value, new: Value, mask: Any, places: Any) -> Any:
    """Return the numbers of a tensor after a write, behind which others came."""
    return new.numbers.detach().reshape(-1)[places].where(mask, old.numbers.detach())


def storage_of(tensor: Any) -> int | None:
    """Return what tells where a tensor has its numbers: those that share them have the same."""
    try:
        return int(tensor.untyped_storage()._cdata)
    except (RuntimeError, NotImplementedError):
        return None


def _places(tensor: Any) -> Any:
    """Return for each element its place in the storage."""
    import torch

    count = tensor.untyped_storage().nbytes() // max(1, tensor.element_size())
    return torch.arange(count).as_strided(tensor.size(), tensor.stride(), tensor.storage_offset())


def _overlap(tensor: Any, writer: Any) -> tuple[Any, Any]:
    """Return which elements of a tensor another one over the same storage holds, and where in that one they are."""
    import torch

    mine, others = _places(tensor), _places(writer).reshape(-1)
    where = torch.full((int(max(mine.max(), others.max())) + 1,), -1)
    where[others] = torch.arange(len(others))
    found = where[mine]
    return found >= 0, found.clamp(min=0)
