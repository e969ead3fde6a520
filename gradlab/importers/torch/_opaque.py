"""An operator without a mapping as one node, for one batch: it holds what PyTorch gave, and sends back what PyTorch sends.

Its value is a constant z, its gradient that of u · Σ x · v, where v is what PyTorch sends to x for the gradient g that arrives
in this batch, and u = g / Σ g². So g is sent on as v, and nothing else is known of the operator: it does not follow changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gradlab.importers.torch._capture import Called, Value, mapped, values_in
from gradlab.importers.torch._maker import KnownTensor, ProgramMaker
from gradlab.importers.torch._mapping import Unmapped
from gradlab.importers.torch._numbers import array_of
from gradlab.op import Array


def opaque(maker: ProgramMaker, call: Called, items: Mapping[Value, Any], grads: Mapping[Value, Array]) -> list[Any]:
    """Append the node of a call, and return what each of its outputs is. Raises Unmapped where it has not one gradient."""
    arrived = [value for value in call.outputs if value is not None and value in grads]
    if len(arrived) != 1:
        raise Unmapped(f"`{call.name}` gets gradients at {len(arrived)} outputs: it cannot be one node")
    out, g = arrived[0], grads[arrived[0]].astype(np.float64)
    total = None
    for value, sent in _sent(call, out, g):
        part = maker.call("sum", maker.call("mul", items[value], KnownTensor(sent, name="sent")))
        total = part if total is None else maker.call("add", total, part)
    if total is None:
        raise Unmapped(f"`{call.name}` sends no gradient")
    norm = float(np.sum(g * g))
    slope = maker.call("mul", KnownTensor(g / norm if norm else g, name="arrived"), total)
    word = call.name.strip("_")
    held = KnownTensor(array_of(out.numbers), name=f"{word}_value")
    made = maker.call("custom", held, slope, name=f"{word}_opaque")
    maker.say(f"`{call.name}` at {maker.place} is opaque: it holds what PyTorch computed for this batch, and follows no change")
    kept = (None if value is None else KnownTensor(array_of(value.numbers)) for value in call.outputs)
    return [made if value is out else other for value, other in zip(call.outputs, kept, strict=True)]


def _sent(call: Called, out: Value, g: Array) -> list[tuple[Value, Array]]:
    """Return what PyTorch sends to each input that needs a gradient."""
    import torch

    copies: dict[Value, Any] = {}

    def fresh(one: Any) -> Any:
        if not isinstance(one, Value):
            return one
        if one not in copies:
            copies[one] = one.numbers.detach().clone().requires_grad_(one.needs and one.tensor.is_floating_point())
        return copies[one]

    args, named = mapped(call.args, fresh), mapped(call.named, fresh)
    with torch.enable_grad():
        result = call.operator(*args, **named)
        flat = [part for one in (result if isinstance(result, list | tuple) else (result,))
                for part in (one if isinstance(one, list | tuple) else (one,))]  # fmt: skip
        given = flat[call.outputs.index(out)]
        wanted = [value for value in dict.fromkeys(values_in((call.args, call.named))) if copies[value].requires_grad]
        sent = torch.autograd.grad(
            given, [copies[one] for one in wanted], torch.tensor(g, dtype=given.dtype), allow_unused=True
        )
    return [(value, array_of(one)) for value, one in zip(wanted, sent, strict=True) if one is not None]
