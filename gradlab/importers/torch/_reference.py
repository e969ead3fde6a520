"""What PyTorch itself gives for a step: each tensor of the pass, and the gradient that arrives at it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gradlab.errors import GradlabError
from gradlab.importers.torch._capture import Value
from gradlab.importers.torch._numbers import SPARSE, array_of, strange
from gradlab.importers.torch._overlay import OVERLAID, storage_of
from gradlab.importers.torch._recorded import REENTRANT, Recorded, recorded
from gradlab.importers.torch._step import TorchStep
from gradlab.op import Array


@dataclass(slots=True, eq=False)
class TorchReference:
    """A pass that was run by PyTorch, forward and backward.

    recorded: the pass.   grads: of tensors, by their values.   params: of parameters, by name; None where none arrives.
    error: that the backward pass was broken off by: then there are no gradients.
    """

    recorded: Recorded
    grads: dict[Value, Array] = field(default_factory=dict)
    params: dict[str, Array | None] = field(default_factory=dict)
    error: Exception | None = None


def keep_written(found: TorchReference, written: Sequence[Any]) -> None:
    """Keep what tensors hold that the pass has written, and views of them, before they are brought back to what they were."""
    storages = {storage_of(one) for one in written} - {None}
    for value in found.recorded.held.values():
        if value.before is None and storages and storage_of(value.tensor) in storages:
            value.before = value.tensor.detach().clone()


def reference(step: TorchStep, limit: float) -> TorchReference:
    """Run a step forward, to its end or to where it raises. Raises GradlabError where its loss is no number, and TooLong."""
    import torch

    found = recorded(step, limit)
    if found.error is not None:
        return TorchReference(found)
    loss = found.loss
    if not isinstance(loss, torch.Tensor):
        raise GradlabError(f"a loss is a tensor of one number, got `{type(loss).__name__}`")
    if loss.numel() != 1:
        raise GradlabError(f"a loss is one number, got the shape {tuple(loss.shape)}: take its `mean` or `sum`")
    if not loss.requires_grad:
        raise GradlabError("the loss needs no gradient: no parameter that requires one leads to it")
    return TorchReference(found)


def _sent(found: TorchReference, params: list[Any]) -> Sequence[Any]:
    """Return the gradients that arrive at parameters; where none does None."""
    import torch

    values = (value for call in found.recorded.capture.calls for value in call.outputs if value is not None)
    if all(type(value.tensor.grad_fn).__name__ != REENTRANT for value in values):
        sent: Sequence[Any] = torch.autograd.grad(found.recorded.loss, params, allow_unused=True)
        return sent
    kept = [one.grad for one in params]
    try:
        for one in params:
            one.grad = None
        found.recorded.loss.backward()
        return [one.grad for one in params]
    finally:
        for one, grad in zip(params, kept, strict=True):
            one.grad = grad


def run_backward(found: TorchReference, step: TorchStep) -> None:
    """Run the backward pass, and keep every gradient that arrives; parameters keep the gradients that they have.

    NaN is a finding here: what torch's detection of anomalies would raise is not raised.
    """
    import torch

    calls = [call for call in found.recorded.capture.calls if call.name != OVERLAID]  # their tensors have other histories
    unseen, values = found.recorded.unseen, dict[int, Value]()
    for value in [value for call in calls for value in call.outputs if value is not None]:
        if id(value.tensor) not in values or id(value.tensor) not in unseen:
            values[id(value.tensor)] = value
    arrived: dict[Value, Any] = {}

    def keeps(value: Value) -> Any:
        def hook(grad: Any) -> None:
            if grad is not None and strange(grad) in ("", SPARSE):
                arrived[value] = grad.detach() if value not in arrived else arrived[value] + grad.detach()

        return hook

    handles = [
        value.tensor.register_hook(keeps(value))
        for key, value in values.items()
        if (value.before is None or key in unseen) and value.tensor.requires_grad and not value.tensor.is_leaf
    ]
    inputs = {name: one for name, one in step.model.named_parameters() if one.requires_grad}
    ends = list(inputs.values()) or [one for _, one, _ in step.tensors() if one.requires_grad]
    try:
        with torch.autograd.set_detect_anomaly(False):
            sent = _sent(found, ends)
    except Exception as error:  # noqa: BLE001, a backward of the person's own, or a hook
        found.error = error
        return
    finally:
        for handle in handles:
            handle.remove()
    found.grads = {value: array_of(grad) for value, grad in arrived.items()}
    found.params = {name: None if one is None else array_of(one) for name, one in zip(inputs, sent, strict=False)}
