"""Products of matrices."""

from __future__ import annotations

from typing import Any

from gradlab.importers.torch._mapping import Mapping, Unmapped


def _matmul(m: Any, x: Any, other: Any = None, mat2: Any = None, vec: Any = None, tensor: Any = None, **_: Any) -> Any:
    right = next(one for one in (other, mat2, vec, tensor) if one is not None)
    return m.call("matmul", x, right)


def _linear(m: Any, input: Any, weight: Any, bias: Any = None, **_: Any) -> Any:
    given = (input, weight) if bias is None else (input, weight, bias)
    return m.call("linear", *given)


def _addmm(m: Any, x: Any, mat1: Any, mat2: Any, beta: Any = 1, alpha: Any = 1, **_: Any) -> Any:
    if beta == alpha == 1 and len(m.shape_of(x)) == 1:
        return m.call("affine", mat1, mat2, x)
    product = m.call("matmul", mat1, mat2)
    product = product if alpha == 1 else m.call("mul", product, alpha)
    return m.call("add", x if beta == 1 else m.call("mul", x, beta), product)


def _baddbmm(m: Any, x: Any, batch1: Any, batch2: Any, beta: Any = 1, alpha: Any = 1, **_: Any) -> Any:
    product = m.call("matmul", batch1, batch2)
    product = product if alpha == 1 else m.call("mul", product, alpha)
    return product if beta == 0 else m.call("add", x if beta == 1 else m.call("mul", x, beta), product)


def _addbmm(m: Any, x: Any, batch1: Any, batch2: Any, beta: Any = 1, alpha: Any = 1, **_: Any) -> Any:
    product = m.call("sum", m.call("matmul", batch1, batch2), axis=0)
    product = product if alpha == 1 else m.call("mul", product, alpha)
    return product if beta == 0 else m.call("add", x if beta == 1 else m.call("mul", x, beta), product)


def _einsum(m: Any, equation: str, tensors: Any, **_: Any) -> Any:
    if not 1 <= len(tensors) <= 2:
        raise Unmapped(f"`einsum` of {len(tensors)} tensors")
    return m.call("einsum", *tensors, subscripts=equation.replace(" ", ""))


def _outer(m: Any, x: Any, vec2: Any, **_: Any) -> Any:
    return m.call("outer", x, vec2)


def _bilinear(m: Any, input1: Any, input2: Any, weight: Any, bias: Any = None, **_: Any) -> Any:
    wide = m.call("matmul", m.reshape(input1, (*m.shape_of(input1)[:-1], 1, 1, m.shape_of(input1)[-1])), weight)
    flat = m.reshape(wide, (*m.shape_of(input1)[:-1], m.shape_of(weight)[0], m.shape_of(weight)[2]))
    right = m.reshape(input2, (*m.shape_of(input2)[:-1], 1, m.shape_of(input2)[-1]))
    found = m.call("sum", m.call("mul", flat, right), axis=-1)
    return found if bias is None else m.call("add", found, bias)


MAPPING = (
    Mapping("matmul", _matmul, ("mm", "bmm", "mv", "dot", "inner", "vdot")),
    Mapping("linear", _linear),
    Mapping("addmm", _addmm),
    Mapping("baddbmm", _baddbmm),
    Mapping("addbmm", _addbmm),
    Mapping("einsum", _einsum),
    Mapping("outer", _outer, ("ger",)),
    Mapping("bilinear", _bilinear),
)
