"""What has to hold of a model and a batch before they are read, and what is done where it does not."""

from __future__ import annotations

import re
from typing import Any

from gradlab.errors import GradlabError
from gradlab.importers.torch._step import copied
from gradlab.scenario.bounds import MAX_MEMORY, mebibytes

LOWEST = (2, 6)
"""The oldest PyTorch that is read."""
HALVES = ("torch.float16", "torch.bfloat16")
WRAPPERS = ("DataParallel", "DistributedDataParallel", "FullyShardedDataParallel")


def need_torch() -> Any:
    """Return torch. Raises GradlabError where it is not installed, or too old."""
    try:
        import torch
    except ImportError:
        raise GradlabError("PyTorch is not installed: `pip install 'gradlab[torch]'`") from None
    found = re.match(r"(\d+)\.(\d+)", torch.__version__)
    if found is None or (int(found[1]), int(found[2])) < LOWEST:
        raise GradlabError(f"PyTorch {torch.__version__} is too old: {'.'.join(map(str, LOWEST))} or newer is read")
    return torch


def unwrapped(model: Any, notes: list[str]) -> Any:
    """Return the module within what was compiled or shared out. Raises GradlabError unless there is one that can be read."""
    torch = need_torch()
    while True:
        if hasattr(model, "_orig_mod"):
            model = model._orig_mod
            notes.append("the model was compiled by `torch.compile`: what it was compiled from is read")
        elif type(model).__name__ in WRAPPERS:
            notes.append(f"the model stood in `{type(model).__name__}`: the module within it is read, with the whole batch")
            model = model.module
        else:
            break
    if not isinstance(model, torch.nn.Module):
        raise GradlabError(f"a model is a `torch.nn.Module`, got `{type(model).__name__}`")
    _refuse_unreadable(torch, model)
    return model


def _refuse_unreadable(torch: Any, model: Any) -> None:
    """Raise GradlabError for a module that holds no numbers yet, or none with gradients."""
    lazy = [name for name, one in model.named_parameters() if torch.nn.parameter.is_lazy(one)]
    if lazy:
        raise GradlabError(f"`{lazy[0]}` has no shape yet: call the lazy model with a batch first")
    for name, one in (*model.named_parameters(), *model.named_buffers()):
        if one.is_quantized:
            raise GradlabError(f"`{name}` is quantised ({one.dtype}): a quantised model has no gradients to look at")
        if one.device.type == "meta":
            raise GradlabError(f"`{name}` is on the device `meta` and holds no numbers")
        if one.is_complex():
            raise GradlabError(f"`{name}` is complex: complex numbers are not imported")
    if any("quantized" in type(one).__module__ for one in model.modules()):
        raise GradlabError("the model is quantised: it has no gradients to look at")


def halves_of(model: Any) -> str:
    """Return the types of half a word that a model holds, as one text; "" where it holds none."""
    kinds = {str(one.dtype) for one in (*model.parameters(), *model.buffers())} & {*HALVES}
    return ", ".join(sorted(one.removeprefix("torch.") for one in kinds))


def is_mixed(model: Any) -> bool:
    """Return whether a model holds parameters of float32 and of float64."""
    return {"torch.float32", "torch.float64"} <= {str(one.dtype) for one in model.parameters()}


def readable(model: Any, batch: tuple[Any, ...], notes: list[str]) -> tuple[Any, tuple[Any, ...]]:
    """Return a model and a batch that can be computed with here, on the CPU, in float32 or float64: copies if they were not."""
    torch = need_torch()
    strange = {one.device.type for one in (*model.parameters(), *model.buffers())} - {"cpu"}
    half = halves_of(model)
    if strange or half:
        model = copied(model).to("cpu")
    if strange:
        notes.append(f"the model was on {', '.join(sorted(strange))}: it is computed on the CPU")
    if half:
        model = model.float()
        notes.append(f"the model holds {half}: its values are kept, and computed with in float32")
    wide = any(one.dtype == torch.float64 for one in model.parameters())
    if is_mixed(model):
        notes.append("the model holds float32 and float64: all of it is computed in float64 here")

    def moved(one: Any) -> Any:
        if not isinstance(one, torch.Tensor):
            return one
        _refuse_batch(torch, one)
        one = one if one.device.type == "cpu" else one.cpu()
        floats = one.is_floating_point() and str(one.dtype) in HALVES
        return one.to(torch.float64 if wide else torch.float32) if floats else one

    return model, torch.utils._pytree.tree_map(moved, batch)


def _refuse_batch(torch: Any, one: Any) -> None:
    """Raise GradlabError for a tensor of a batch that cannot be computed with here."""
    kind = f"nested tensor of {one.size(0)} parts" if one.is_nested else f"tensor of shape {tuple(one.shape)}"
    if one.is_nested or one.is_sparse or one.layout != torch.strided:
        raise GradlabError(f"a {'' if one.is_nested else 'sparse '}{kind} in the batch is not imported")
    if one.device.type == "meta":
        raise GradlabError(f"a {kind} in the batch is on the device `meta` and holds no numbers")


def refuse_loss(name: str, given: Any) -> None:
    """Raise GradlabError for a loss that cannot be called with what a model gives."""
    torch = need_torch()
    if isinstance(given, type) and issubclass(given, torch.nn.Module):
        raise GradlabError(f"`{name}` is the class `{given.__name__}`: make one of it, `{given.__name__}()`")
    if given is not None and not callable(given):
        raise GradlabError(f"`{name}` is a function, such as `torch.nn.functional.cross_entropy`, got `{given!r:.80}`")


TAKEN, BESIDE = 7.5, 1 << 27
"""How often a process holds the parameters while a step is read and written, and the bytes that it takes beside: measured."""
LARGE = 1 << 24
"""Bytes of parameters from which on it is said what the process takes."""


def needs_memory(model: Any, memory: int) -> None:
    """Raise GradlabError where the parameters, their gradients and a copy alone take more than is allowed."""
    params, buffers = (
        sum(one.numel() * max(4, one.element_size()) for one in tensors) for tensors in (model.parameters(), model.buffers())
    )
    whole = int(TAKEN * params) + BESIDE
    more = f"; the process takes about {mebibytes(whole)} MiB more" if params >= LARGE else ""
    refuse_memory("the parameters, their gradients and a copy", 3 * params + buffers, memory, more)


def allowed_memory(given: Any) -> int:
    """Return the bytes that values and gradients may take. Raises GradlabError for what is no number of bytes."""
    if given is None:
        return MAX_MEMORY
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise GradlabError(f"`max_memory` is a number of bytes from 1 on, such as `4 << 30`, got `{given!r:.80}`")
    return given


def refuse_memory(what: str, size: int, memory: int, more: str = "") -> None:
    """Raise GradlabError where something takes more bytes than are allowed. more: what is said, too."""
    if size > memory:
        need, have = (f"{mebibytes(one)} MiB" for one in (size, memory))
        raise GradlabError(f"{what} take {need}, allowed are {have}: `max_memory` raises it{more}")
