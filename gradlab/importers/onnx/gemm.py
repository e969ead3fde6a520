"""Gemm: a layer of weights and biases, as exporters write it."""

from __future__ import annotations

from gradlab.importers.onnx._mapping import NodeCall, OnnxMapping
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.ops import OPS


def _gemm(c: NodeCall) -> OnnxStep:
    a, b, added = c.x(0), c.x(1), c.maybe(2)
    alpha, beta = float(c.attr("alpha", 1.0)), float(c.attr("beta", 1.0))
    a = c.m.transpose(a, (1, 0)) if c.attr("transA", 0) else a
    turned = bool(c.attr("transB", 0))
    if (
        turned
        and added is not None
        and alpha == beta == 1
        and added.rank == 1
        and "linear" in OPS
        and added.shape == b.shape[:1]
    ):
        return c.m.linear(a, b, added)
    b = c.m.transpose(b, (1, 0)) if turned else b
    if added is not None and alpha == beta == 1 and added.shape == b.shape[1:]:
        return c.m.affine(a, b, added)
    z = a @ b
    z = z * alpha if alpha != 1 else z
    if added is None or beta == 0:
        return z
    return z + (added * beta if beta != 1 else added)


MAPPING = (OnnxMapping("Gemm", _gemm, weights=(1, 2)), OnnxMapping("MatMul", lambda c: c.x(0) @ c.x(1), weights=(1,)))
