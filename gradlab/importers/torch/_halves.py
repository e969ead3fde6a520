"""What a type of half a word cannot hold: the first number of a pass that is infinite or NaN in it.

A model with such parameters is read in float32, in which the same numbers may be finite. So its pass is run as it is, too.
"""

from __future__ import annotations

from math import isfinite
from typing import Any

from gradlab.importers.torch._capture import Called, Value
from gradlab.importers.torch._recorded import Recorded, TooLong, recorded
from gradlab.importers.torch._step import TorchStep
from gradlab.importers.torch._untouched import untouched


def lost_in_half(step: TorchStep, limit: float) -> str:
    """Return which op of a pass made a number that is not finite of finite ones, and its line.

    "" where none did, or where neither the loss nor a gradient is less than finite for it.
    step: with the model as it is.   limit: seconds that the pass may take.
    """
    with untouched(step):
        try:
            found = recorded(step, limit)
        except TooLong:
            return ""
        if found.error is not None or not _ends_badly(step, found):
            return ""
        for call in found.capture.calls:
            lost = next((value for value in call.outputs if value is not None and not _finite(value.numbers)), None)
            if lost is not None and call.name not in UNFILLED and not any(map(_is_bad, _given(call))):
                return _told(call, lost)
    return ""


UNFILLED = ("empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided")
"""Operators whose numbers are not there yet."""


def _ends_badly(step: TorchStep, found: Recorded) -> bool:
    """Return whether the loss of a pass or a gradient of a parameter is not finite."""
    import torch

    if not isinstance(found.loss, torch.Tensor) or not found.loss.requires_grad:
        return False
    params = [one for one in step.model.parameters() if one.requires_grad]
    try:
        sent = torch.autograd.grad(found.loss, params, allow_unused=True)
    except Exception:  # noqa: BLE001, a backward of the person's own, or one that is not there for the type
        sent = ()
    return not all(_finite(one) for one in (found.loss, *sent) if one is not None)


def _given(call: Called) -> list[Any]:
    """Return the numbers and the tensors that an operator was given."""
    from torch.utils._pytree import tree_leaves

    return [one.numbers if isinstance(one, Value) else one for one in tree_leaves((call.args, call.named))]


def _is_bad(one: Any) -> bool:
    """Return whether something is a number, or has one, that is not finite: people mask with infinities."""
    return not isfinite(one) if isinstance(one, float) else hasattr(one, "isfinite") and not _finite(one)


def _finite(numbers: Any) -> bool:
    return not numbers.is_floating_point() or bool(numbers.isfinite().all())


def _told(call: Called, value: Value) -> str:
    kind = str(value.numbers.dtype).removeprefix("torch.")
    what = "NaN" if bool(value.numbers.isnan().any()) else "infinity"
    at = f" ({call.place})" if call.place is not None else ""
    return f"in {kind} `{call.name}` gives {what} for finite numbers{at}; here it is computed in float32"
