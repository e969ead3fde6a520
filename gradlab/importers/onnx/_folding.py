"""Nodes of ONNX on numbers that are known: what is constant in a graph is computed once, when the model is read.

`onnx.reference` computes; before it does, the shapes of what comes out are asked of `onnx.shape_inference`, so that a small
file cannot ask for a large array.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from gradlab.importers.onnx._graph import OnnxNode
from gradlab.importers.onnx._tensors import is_small, type_name
from gradlab.op import Array

MOST = 1 << 26
"""Elements of an array that is made by folding."""
WORK, FEW = 1 << 30, 1 << 20
"""Multiplications of a product of constants, and elements of what is computed one by one, at most."""
SMALL = 4096
"""Elements of an array whose numbers are shown to the shape inference."""
QUICK = frozenset(
    [
        "Abs", "Add", "And", "ArgMax", "ArgMin", "BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor", "Cast",
        "CastLike", "Ceil", "Clip", "Compress", "Concat", "Constant", "Cos", "CumSum", "DequantizeLinear", "Div", "Einsum",
        "Equal", "Erf", "Exp", "Expand", "EyeLike", "Flatten", "Floor", "Gather", "Gemm", "Greater", "GreaterOrEqual",
        "Identity", "IsInf", "IsNaN", "Less", "LessOrEqual", "Log", "MatMul", "Max", "Mean", "MelWeightMatrix", "Min", "Mod",
        "Mul", "Neg", "NonZero", "Not", "OneHot", "Or", "Pad", "Pow", "Range", "Reciprocal", "ReduceL1", "ReduceL2",
        "ReduceLogSum", "ReduceLogSumExp", "ReduceMax", "ReduceMean", "ReduceMin", "ReduceProd", "ReduceSum", "ReduceSumSquare",
        "Relu", "Reshape", "Round", "Shape", "Sigmoid", "Sign", "Sin", "Size", "Slice", "Softmax", "Split", "Sqrt", "Squeeze",
        "Sub", "Sum", "Tanh", "Tile", "TopK", "Transpose", "Trilu", "Unique", "Unsqueeze", "Where", "Xor",
    ]
)  # fmt: skip
"""Operations that are folded: those of which `onnx.reference` makes arrays at once."""
SLOW = frozenset(("GatherElements", "GatherND", "ScatterElements", "ScatterND", "ReverseSequence"))
"""Operations of which it makes one element after the other."""
PRODUCTS = frozenset(("MatMul", "Gemm", "Einsum"))
SINGLE: Mapping[str, tuple[int, ...]] = {"CumSum": (1,)}
"""Inputs that are a single number, which PyTorch writes as a list of one, and onnxruntime takes."""
BOUNDED = frozenset(("NonZero", "Compress", "Unique"))
"""What comes out is not known before, and is no larger than what goes in (times its axes)."""


class CannotFold(Exception):
    """A node cannot be computed; the text says why."""


def fold(node: OnnxNode, arrays: Sequence[Array | None], opsets: Mapping[str, int]) -> list[Array]:
    """Return what a node gives for numbers. Raises CannotFold."""
    try:
        return _folded(node, arrays, opsets)
    except (ValueError, TypeError, IndexError, ArithmeticError) as error:
        raise CannotFold(str(error)[:200]) from None


def _folded(node: OnnxNode, arrays: Sequence[Array | None], opsets: Mapping[str, int]) -> list[Array]:
    if node.op == "ConstantOfShape" and not node.domain:
        return [filled(node, arrays[0])]
    stands = [a for a in node.attrs.values() if isinstance(a, np.ndarray)] if node.op == "Constant" and not node.domain else []
    if stands:
        return stands[:1]
    if node.domain or node.op not in QUICK | SLOW:
        raise CannotFold("it is not computed when a model is read")
    if sum(a.size for a in arrays if a is not None) > (FEW if node.op in SLOW else MOST):
        raise CannotFold("it is too large")
    _refuse_wild(node, [a for a in arrays if a is not None])
    single = SINGLE.get(node.op, ())
    arrays = [a.reshape(()) if i in single and a is not None and a.size == 1 else a for i, a in enumerate(arrays)]
    model = _alone(node, arrays, opsets)
    _check_size(node, model, arrays)
    return _computed(node, model, arrays)


def _refuse_wild(node: OnnxNode, arrays: Sequence[Array]) -> None:
    """Refuse numbers that `onnx` takes on trust: its shape inference goes beyond its memory, its reference counts for ever.

    They are axes that no array has, outputs that the node does not have, and places that are outside. Raises CannotFold.
    """
    batch, many = node.attrs.get("batch_dims", 0), node.attrs.get("num_outputs", len(node.outputs))
    if not 0 <= batch <= min((a.ndim for a in arrays), default=0):
        raise CannotFold(f"it has no {batch} axes in front")
    if many != len(node.outputs):
        raise CannotFold(f"it has {len(node.outputs)} outputs, and not {many}")
    most = max(arrays[0].shape, default=0) if arrays else 0
    if node.op in SLOW and any(a.size and not (a.min() >= -most and a.max() <= most) for a in arrays[1:2]):
        raise CannotFold(f"it has places outside of shape {arrays[0].shape}")


def small_of(node: OnnxNode) -> str:
    """Return the type of an array that stands in a node, where NumPy has none for it, "" for any other."""
    kinds = (attribute.t.data_type for attribute in node.proto().attribute if attribute.HasField("t"))
    return next((type_name(kind) for kind in kinds if is_small(kind)), "")


def computed(node: OnnxNode, arrays: Mapping[str, Array], opsets: Mapping[str, int]) -> list[Array]:
    """Return what `onnx.reference` gives for a node of which it is known that it can be computed. Raises CannotFold.

    arrays: of all that it reads, by name, by the graphs in its attributes, too.
    """
    from onnx import TypeProto, helper

    _refuse_wild(node, [arrays[name] for name in node.inputs if name in arrays])
    ports = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape)
        for name, array in arrays.items()
    ]
    outputs = [helper.make_value_info(name, TypeProto()) for name in node.outputs if name]
    graph = helper.make_graph([node.proto()], "one", ports, outputs)
    given = [helper.make_opsetid(domain, version) for domain, version in opsets.items()]
    return _run(node, helper.make_model(graph, opset_imports=given, ir_version=10), arrays)


def filled(node: OnnxNode, shape: Array | None) -> Array:
    """Return an array of one number; its memory is that of the number. Raises CannotFold."""
    value = node.attrs.get("value")
    number = np.zeros(1, np.float32) if value is None else value
    sizes = [] if shape is None else [int(n) for n in shape.reshape(-1)]
    if any(n < 0 for n in sizes) or prod(n or 1 for n in sizes) > 1 << 40:
        raise CannotFold(f"an array of shape {sizes} cannot be made")
    return np.broadcast_to(number.reshape(-1)[0], sizes)


def _alone(node: OnnxNode, arrays: Sequence[Array | None], opsets: Mapping[str, int]) -> Any:
    from onnx import TypeProto, helper, numpy_helper

    ports, known = [], []
    for name in dict.fromkeys(n for n in node.inputs if n):
        array = arrays[node.inputs.index(name)]
        assert array is not None
        kind = helper.np_dtype_to_tensor_dtype(array.dtype)
        ports.append(helper.make_tensor_value_info(name, kind, array.shape))
        if array.size <= SMALL and array.dtype.kind in "iub":
            known.append(numpy_helper.from_array(np.array(array, order="C"), name))
    outputs = [helper.make_value_info(name, TypeProto()) for name in node.outputs if name]
    graph = helper.make_graph([node.proto()], "one", ports, outputs, known)
    given = [helper.make_opsetid(domain, version) for domain, version in opsets.items()]
    return helper.make_model(graph, opset_imports=given, ir_version=10)


def _check_size(node: OnnxNode, model: Any, arrays: Sequence[Array | None]) -> None:
    """Refuse what would make an array that is too large, or of which nobody knows how large. Raises CannotFold."""
    from onnx import shape_inference

    if node.op in BOUNDED:
        return
    try:
        inferred = shape_inference.infer_shapes(model)  # with `data_prop` it would count through a `Range` of any length
    except (RuntimeError, ValueError, shape_inference.InferenceError) as error:
        raise CannotFold(str(error)[:200]) from None
    largest = max((a.size for a in arrays if a is not None), default=1)
    for port in inferred.graph.output:
        tensor = port.type.tensor_type
        if not tensor.HasField("shape") or not all(d.HasField("dim_value") for d in tensor.shape.dim):
            raise CannotFold("its size is not known before")
        size = prod(max(1, d.dim_value) for d in tensor.shape.dim)
        if size > (FEW if node.op in SLOW else MOST) or (node.op in PRODUCTS and size * largest > WORK):
            raise CannotFold("it is too large")


def _computed(node: OnnxNode, model: Any, arrays: Sequence[Array | None]) -> list[Array]:
    feeds = {name: array for name, array in zip(node.inputs, arrays, strict=True) if name and array is not None}
    return _run(node, model, feeds)


def _run(node: OnnxNode, model: Any, feeds: Mapping[str, Array]) -> list[Array]:
    from onnx.reference import ReferenceEvaluator

    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            given = ReferenceEvaluator(model).run(None, dict(feeds))
    except Exception as error:  # noqa: BLE001  whatever another package raises of a file from a stranger
        raise CannotFold(f"onnx.reference says: {str(error)[:200]}") from None
    found = iter(given)
    outputs = [next(found) if name else None for name in node.outputs]
    if not all(a is None or isinstance(a, np.ndarray | np.generic) for a in outputs):
        raise CannotFold("it gives no arrays")
    return [np.zeros(0) if a is None else np.asarray(a) for a in outputs]
