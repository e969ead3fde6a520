"""An operator without a mapping, as the operators that PyTorch itself says it is made of.

PyTorch has tables of such descriptions: `tanh_backward` is g · (1 - y · y), `upsample_bicubic2d` is sums of elements that are
taken from their places. One is run with the numbers of the call, and recorded; it counts where it gives what the operator gave.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradlab.importers.torch._capture import Called, Value, carries, mapped, values_in
from gradlab.importers.torch._recorded import LIMIT, MOST, Noted
from gradlab.importers.torch._step import TorchStep

CLOSE = {"torch.float64": 1e-9}
"""How near the two have to be, by type of the numbers; of others 1e-4."""


def decomposed(call: Called) -> tuple[list[Called], list[Value | None]] | None:
    """Return the calls that a call is made of, in order, and what its outputs are; None where nothing says that."""
    import torch

    body = _body(call)
    if body is None:
        return None
    notes = _recorder()
    for value in values_in((call.args, call.named)):
        notes.know(value, value.numbers)
    args, named = mapped(call.args, _numbers), mapped(call.named, _numbers)
    try:
        with torch.no_grad(), notes:
            result = body(*args, **named)
    except Exception:  # noqa: BLE001, a description that does not fit what it was given
        return None
    parts = _flat(result)
    given = [notes.held.get(id(one)) if isinstance(one, torch.Tensor) else None for one in parts]
    given += [None] * (len(call.outputs) - len(given))
    if not all(_agree(value, one) for value, one in zip(call.outputs, given, strict=False)):
        return None
    pieces = _leading_to(given, notes.capture.calls)
    if any(piece.name.rstrip("_") == call.name.rstrip("_") for piece in pieces):
        return None
    _place(pieces, call)
    return pieces, given


def _body(call: Called) -> Callable[..., Any] | None:
    """Return what describes the operator of a call; of one that writes in place what describes the one that does not."""
    import torch
    from torch._decomp import decomposition_table

    operator = call.operator
    if not isinstance(operator, torch._ops.OpOverload):
        return None
    if operator not in decomposition_table and call.name.endswith("_"):
        packet = getattr(getattr(torch.ops, operator.namespace), call.name.rstrip("_"), None)
        operator = getattr(packet, operator._overloadname, operator)
    found: Callable[..., Any] | None = decomposition_table.get(operator)
    if found is None and torch._C._dispatch_has_kernel_for_dispatch_key(operator.name(), "CompositeImplicitAutograd"):
        return operator.decompose  # type: ignore[no-any-return]
    return found


def _recorder() -> Any:
    """Return the mode that records. Operators that are made up for tables alone, `prims`, are those that they stand for."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode

    class PieceRecorder(Noted, TorchDispatchMode):
        """Notes each operator."""

        def __init__(self) -> None:
            TorchDispatchMode.__init__(self)
            Noted.__init__(self, TorchStep(torch.nn.Module(), lambda: None, (), ""), LIMIT)

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            if func.namespace == "prims" and hasattr(func, "impl_aten"):
                with self:
                    return func.impl_aten(*args, **(kwargs or {}))
            return self.note(func, args, kwargs or {})

    return PieceRecorder()


def _numbers(one: Any) -> Any:
    return one.numbers if isinstance(one, Value) else one


def _flat(result: Any) -> list[Any]:
    parts = result if isinstance(result, list | tuple) else (result,)
    return [part for one in parts for part in (one if isinstance(one, list | tuple) else (one,))]


def _agree(value: Value | None, found: Value | None) -> bool:
    """Whether what a description gives is what the operator gave; random numbers are others each time."""
    import torch

    if value is None or found is None:
        return value is None or not value.needs
    close = CLOSE.get(str(value.tensor.dtype), 1e-4)
    same = value.tensor.shape == found.tensor.shape and value.tensor.dtype == found.tensor.dtype
    return bool(same and torch.allclose(value.numbers, found.numbers, close, close, equal_nan=True))


def _leading_to(given: list[Value | None], calls: list[Called]) -> list[Called]:
    """Return the calls that lead to values, in order."""
    found, waiting = set(), [value for value in given if value is not None]
    while waiting:
        call = waiting.pop().producer
        if call is not None and call not in found:
            found.add(call)
            waiting += values_in((call.args, call.named))
    return [call for call in calls if call in found][:MOST]


def _place(pieces: list[Called], call: Called) -> None:
    """Let pieces stand where the call stands, and let gradients go to what they give where they go to what it gives."""
    graded = any(value is not None and value.needs for value in call.outputs)
    for piece in pieces:
        piece.scope, piece.place = call.scope, call.place
        flows = graded and any(value.needs for value in values_in((piece.args, piece.named)))
        for value in piece.outputs:
            if value is not None:
                value.needs = flows and carries(value.tensor)
