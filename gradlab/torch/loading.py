"""A PyTorch model with its batch as a laboratory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import isfinite
from typing import Any

from gradlab.importers.torch._checking import allowed_memory
from gradlab.importers.torch._step import TorchStep
from gradlab.importers.torch.importing import Imported, imported, imported_step
from gradlab.session import Lab
from gradlab.torch.verdict import ImportVerdict, judged


class TorchLab(Lab):
    """A laboratory on a model of PyTorch. verdict: how far its numbers agree with those of PyTorch."""

    verdict: ImportVerdict


def from_torch(
    model: Any, args: Any, loss: Callable[..., Any] | None = None, target: Any = None, optimizer: Any = None, *,
    loss_fn: Callable[..., Any] | None = None, depth: int | None = None, opaque: bool = False, backend: str = "auto",
    max_memory: int | None = None, limit: float = 60.0, quiet: bool = False,
) -> TorchLab:  # fmt: skip
    """Return a laboratory that stands on a batch of a PyTorch model, before its backward pass.

    model: the module, in the mode it is in.   args: what it is called with, a tuple; a dictionary of arguments by name.
    loss, target: loss(model(*args), target) is made small.   loss_fn: in their place, `loss_fn(model, *args)` gives the loss.
    optimizer: of torch.optim; what it keeps is taken along, so that the next update here is its next step.
    depth: how deep the layers are that tables show; None: the first depth that has several.
    opaque: operators without a mapping become one node that holds what PyTorch computed for this batch, instead of an error.
    max_memory: bytes that values and gradients may take; None: 2 GiB.   limit: seconds that the reading may take.
    quiet: whether the verdict is not printed.
    Raises GradlabError without torch, and with all that stands in the way of an import.
    """
    found = imported(
        model, args, loss, target, optimizer, loss_fn=loss_fn, opaque=opaque, memory=max_memory, limit=limit
    )  # fmt: skip
    lab = laboratory(found, backend, depth, max_memory, limit)
    if not quiet:
        print(lab.verdict)  # noqa: T201, it is always told
    return lab


def laboratory(
    found: Imported, backend: str = "auto", depth: int | None = None, memory: int | None = None, limit: float = 60.0
) -> TorchLab:  # fmt: skip
    """Return a laboratory on what was imported, compared with torch. See `from_torch`."""
    lab = TorchLab(found.built.draft.finish(), backend)
    lab.verdict = judged(found, lab)
    if not lab.verdict.ok and lab.tape.dtype.name == "float32":
        lab.verdict = _wide(lab.verdict, found.step, memory, limit)
    if depth is not None:
        lab.do(f"layers {depth}")
    return lab


def _wide(verdict: ImportVerdict, step: TorchStep, memory: int | None, limit: float) -> ImportVerdict:
    """Return the verdict of float32, and what float64 says of what differs: what agrees there was rounded apart here."""
    try:
        found = imported_step(step.in_float64(), None, None, opaque=True, memory=2 * allowed_memory(memory), limit=limit)
        wide = judged(found, Lab(found.built.draft.finish(), "plain"))
    except Exception:  # noqa: BLE001, the person's program may be for float32 alone
        return verdict
    if wide.ok and not all(isfinite(one.distance) for one in verdict.partings):  # NaN and infinity are no rounding
        return verdict
    return verdict.rounded(wide) if wide.ok else replace(verdict, partings=wide.partings or verdict.partings)
