"""Attention that PyTorch computes in one operator, written out."""

from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np

from gradlab.importers.torch._maker import KnownTensor
from gradlab.importers.torch._mapping import Mapping, Unmapped


def _attention(
    m: Any,
    query: Any,
    key: Any,
    value: Any,
    *,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: Any = None,
    **_: Any,
) -> Any:
    if dropout_p:
        raise Unmapped("its dropout draws numbers that cannot be had")
    key, value = (_shared(m, one, m.shape_of(query)) for one in (key, value))
    q, k = m.shape_of(query), m.shape_of(key)
    order = [*range(len(k) - 2), len(k) - 1, len(k) - 2]
    scores = m.call("mul", m.call("matmul", query, m.transpose(key, order)), 1 / sqrt(q[-1]) if scale is None else float(scale))
    if is_causal:
        scores = m.call("where", KnownTensor(np.tril(np.ones((q[-2], k[-2]))), name="causal"), scores, float("-inf"))
    if attn_mask is not None:
        scores = _masked(m, scores, attn_mask)
    return m.call("matmul", safe_softmax(m, scores, _dead(m, k[-2])), value)


def _shared(m: Any, x: Any, query: Any) -> Any:
    """Return keys or values for all heads of the queries, where several heads share them."""
    shape = m.shape_of(x)
    if len(shape) < 3 or shape[-3] == query[-3] or shape[-3] == 1 or query[-3] % shape[-3]:
        return x
    times = query[-3] // shape[-3]
    wide = m.expand(m.reshape(x, (*shape[:-2], 1, *shape[-2:])), (*shape[:-2], times, *shape[-2:]))
    return m.reshape(wide, (*shape[:-3], shape[-3] * times, *shape[-2:]))


def safe_softmax(m: Any, scores: Any, dead: bool) -> Any:
    """Return the softmax of scores. dead: whether there are rows that are -inf alone, which get 0 and no gradient."""
    if not dead:
        return m.call("softmax", scores, name="weights")
    lost = m.call("equal", m.call("max", scores, axis=len(m.shape_of(scores)) - 1, keepdims=True), float("-inf"))
    lost = m.expand(lost, m.shape_of(scores))
    found = m.call("softmax", m.call("where", lost, 0.0, scores), name="weights")
    return m.call("where", lost, 0.0, found)


def _mask(m: Any) -> Any:
    """Return the mask that the operator was given, if it was."""
    return next((one for one in (*m.called.args[3:6], m.called.named.get("attn_mask")) if hasattr(one, "tensor")), None)


def _dead(m: Any, keys: int) -> bool:
    """Whether a mask leaves some query no key at all, in this batch."""
    mask = _mask(m)
    if mask is None:
        return False
    numbers = mask.numbers.detach()
    open_ = numbers if str(mask.tensor.dtype) == "torch.bool" else numbers != float("-inf")
    return not bool(open_.any(-1).all())


def _safe(m: Any, x: Any, dim: int = -1, **_: Any) -> Any:
    if m.axis(x, dim) != len(m.shape_of(x)) - 1:
        return m.call("softmax", x, axis=m.axis(x, dim))
    given = m.called.args[0].numbers.detach()
    return safe_softmax(m, x, bool((given == float("-inf")).all(-1).any()))


def _masked(m: Any, scores: Any, mask: Any) -> Any:
    at = _mask(m)
    if at is not None and str(at.tensor.dtype) == "torch.bool":
        return m.call("where", mask, scores, float("-inf"))
    return m.call("add", scores, mask)


def _flash(m: Any, **given: Any) -> Any:
    return _attention(m, **given), None


MAPPING = (
    Mapping("scaled_dot_product_attention", _attention),
    Mapping("_safe_softmax", _safe),
    Mapping("_scaled_dot_product_flash_attention_for_cpu", _flash),
    Mapping("_scaled_dot_product_attention_math", _flash, ("_scaled_dot_product_attention_math_for_mps",)),
)
