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
    enable_gqa: bool = False,
    **_: Any,
) -> Any:
    if dropout_p:
        raise Unmapped("its dropout draws numbers that cannot be had")
    if enable_gqa:
        raise Unmapped("heads that share keys")
    q, k = m.shape_of(query), m.shape_of(key)
    order = [*range(len(k) - 2), len(k) - 1, len(k) - 2]
    scores = m.call("mul", m.call("matmul", query, m.transpose(key, order)), 1 / sqrt(q[-1]) if scale is None else float(scale))
    if is_causal:
        scores = m.call("where", KnownTensor(np.tril(np.ones((q[-2], k[-2]))), name="causal"), scores, float("-inf"))
    if attn_mask is not None:
        scores = _masked(m, scores, attn_mask)
    return m.call("matmul", m.call("softmax", scores, name="weights"), value)


def _masked(m: Any, scores: Any, mask: Any) -> Any:
    at = next((one for one in (*m.called.args[3:6], m.called.named.get("attn_mask")) if hasattr(one, "tensor")), None)
    if at is not None and str(at.tensor.dtype) == "torch.bool":
        return m.call("where", mask, scores, float("-inf"))
    return m.call("add", scores, mask)


def _flash(m: Any, **given: Any) -> Any:
    return _attention(m, **given), None


MAPPING = (
    Mapping("scaled_dot_product_attention", _attention),
    Mapping("_scaled_dot_product_flash_attention_for_cpu", _flash),
    Mapping("_scaled_dot_product_attention_math", _flash, ("_scaled_dot_product_attention_math_for_mps",)),
)
