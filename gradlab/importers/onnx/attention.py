"""Attention: every query looks at all keys, with a mask, in groups of heads, or at what came before only.

What further inputs, outputs and kinds of windows ask for is left to the definition that ONNX has of it.
"""

from __future__ import annotations

from math import inf, sqrt

import numpy as np

from gradlab.importers.onnx._mapping import Call, Mapping
from gradlab.importers.onnx._tape import Step

SIMPLE = ("scale", "is_causal", "q_num_heads", "kv_num_heads", "softmax_precision")


def _attention(c: Call) -> Step:
    plain = all(name in SIMPLE or not value for name, value in c.node.attrs.items())
    if not plain or any(c.has(i) for i in (4, 5, 6)) or any(c.wants(k) for k in (1, 2, 3)):
        c.refuse("more than queries, keys, values and a mask")
    flat = c.x(0).rank == 3
    q, k, v = (_heads(c, i, name) for i, name in enumerate(("q_num_heads", "kv_num_heads", "kv_num_heads")))
    scale = c.attr("scale")
    scale = 1 / sqrt(q.shape[3]) if scale is None else float(scale)
    k, v = (_repeated(c, s, q.shape[1] // s.shape[1]) for s in (k, v))
    scores = q @ c.m.transpose(k, (0, 1, 3, 2)) * scale
    scores = _masked(c, scores)
    z = c.m.softmax(scores, axis=-1) @ v
    if not flat:
        return z
    return c.m.reshape(c.m.transpose(z, (0, 2, 1, 3)), (z.shape[0], z.shape[2], z.shape[1] * z.shape[3]))


def _heads(c: Call, i: int, name: str) -> Step:
    x = c.x(i)
    if x.rank == 4:
        return x
    heads = int(c.attr(name, 1))
    return c.m.transpose(c.m.reshape(x, (*x.shape[:2], heads, x.shape[2] // heads)), (0, 2, 1, 3))


def _repeated(c: Call, x: Step, times: int) -> Step:
    """Return keys or values with each head as often as there are queries for it."""
    if times == 1:
        return x
    n, heads, length, width = x.shape
    wide = c.m.expand(c.m.reshape(x, (n, heads, 1, length, width)), (n, heads, times, length, width))
    return c.m.reshape(wide, (n, heads * times, length, width))


def _masked(c: Call, scores: Step) -> Step:
    rows, columns = scores.shape[2:]
    if c.has(3) and (c.kind(3).kind == "b" or c.shape(3)[-1] != columns):
        c.refuse("a mask of True and False")  # a row of it may be empty, and is 0 then
    if c.attr("is_causal", 0):
        hidden = np.where(np.arange(columns)[None] > np.arange(rows)[:, None], -inf, 0.0)
        scores = scores + c.m.leaf("const", hidden, "causal", c.m.layer)
    return scores + c.x(3) if c.has(3) else scores


MAPPING = Mapping("Attention", _attention)
