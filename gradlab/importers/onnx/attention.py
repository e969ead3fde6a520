"""Attention: every query looks at all keys, with a mask, in groups of heads, or at what came before only.

What further inputs, outputs and kinds of windows ask for is left to the definition that ONNX has of it.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep

SIMPLE = ("scale", "is_causal", "q_num_heads", "kv_num_heads", "softmax_precision")


def _attention(c: NodeCall) -> OnnxStep:
    plain = all(name in SIMPLE or not value for name, value in c.node.attrs.items())
    if not plain or any(c.has(i) for i in (4, 5, 6)) or any(c.wants(k) for k in (1, 2, 3)):
        c.refuse("more than queries, keys, values and a mask")
    flat = c.x(0).rank == 3
    q, k, v = (_heads(c, i, name) for i, name in enumerate(("q_num_heads", "kv_num_heads", "kv_num_heads")))
    scale = c.attr("scale")
    scale = 1 / sqrt(q.shape[3]) if scale is None else float(scale)
    k, v = (_repeated(c, s, q.shape[1] // s.shape[1]) for s in (k, v))
    scores = q @ c.m.transpose(k, (0, 1, 3, 2)) * scale
    if c.has(3) and c.shape(3)[-1] != scores.shape[3]:
        c.refuse("a mask of fewer keys")
    z = _weights(c, scores) @ v
    if not flat:
        return z
    return c.m.reshape(c.m.transpose(z, (0, 2, 1, 3)), (z.shape[0], z.shape[2], z.shape[1] * z.shape[3]))


def _heads(c: NodeCall, i: int, name: str) -> OnnxStep:
    x = c.x(i)
    if x.rank == 4:
        return x
    heads = int(c.attr(name, 1))
    return c.m.transpose(c.m.reshape(x, (*x.shape[:2], heads, x.shape[2] // heads)), (0, 2, 1, 3))


def _repeated(c: NodeCall, x: OnnxStep, times: int) -> OnnxStep:
    """Return keys or values with each head as often as there are queries for it."""
    if times == 1:
        return x
    n, heads, length, width = x.shape
    wide = c.m.expand(c.m.reshape(x, (n, heads, 1, length, width)), (n, heads, times, length, width))
    return c.m.reshape(wide, (n, heads * times, length, width))


def _weights(c: NodeCall, scores: OnnxStep) -> OnnxStep:
    """Return what part each key has for every query. Where nothing may be looked at, a mask of True and False leaves 0."""
    rows, columns = scores.shape[2:]
    causal = bool(c.attr("is_causal", 0))
    later = np.arange(columns)[None] > np.arange(rows)[:, None]
    if c.has(3) and c.kind(3).kind == "b":
        seen = c.m.mul(c.x(3), c.m.leaf("const", ~later, "causal", c.m.layer)) if causal else c.x(3)
        any_ = c.m.max(seen, axis=-1, keepdims=True)
        scores = c.m.where(c.m.maximum(seen, 1.0 - any_), scores, -inf)
        return c.m.softmax(scores, axis=-1) * any_
    if causal:
        scores = scores + c.m.leaf("const", np.where(later, -inf, 0.0), "causal", c.m.layer)
    return c.m.softmax(scores + c.x(3) if c.has(3) else scores, axis=-1)


MAPPING = OnnxMapping("Attention", _attention)
