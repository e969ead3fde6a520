"""Operations of ONNX that are made of others: `onnx` itself says how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradlab.importers.onnx._graph import OnnxError, OnnxNode
from gradlab.importers.onnx._reading import read_graph
from gradlab.importers.onnx._tensors import Arrays
from gradlab.importers.onnx._value import Value


def expanded(node: OnnxNode, inputs: Sequence[Value | None], opsets: Mapping[str, int]) -> tuple[OnnxNode, ...]:
    """Return the nodes of which ONNX says that a node is made, for inputs of these types; none where it says nothing."""
    from onnx import defs, helper, inliner, shape_inference

    try:
        schema = defs.get_schema(node.op, opsets.get(node.domain, 1), node.domain)
    except defs.SchemaError:
        return ()
    if not schema.has_function and not schema.has_context_dependent_function:
        return ()
    ports = [_port(helper, name, v) for name, v in zip(node.inputs, inputs, strict=True) if name and v is not None]
    outputs = [helper.make_value_info(name, _untyped()) for name in node.outputs if name]
    graph = helper.make_graph([node.proto()], "one", list({p.name: p for p in ports}.values()), outputs)
    given = [helper.make_opsetid(domain, version) for domain, version in opsets.items()]
    model = helper.make_model(graph, opset_imports=given, ir_version=10)
    try:
        flat = inliner.inline_selected_functions(model, [(node.domain, node.op)], inline_schema_functions=True)
        return read_graph(flat.graph, Arrays(None), opsets).nodes
    except (RuntimeError, ValueError, OnnxError, shape_inference.InferenceError):
        return ()


def _port(helper: Any, name: str, value: Value) -> Any:
    return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(value.kind), value.shape)


def _untyped() -> Any:
    from onnx import TypeProto

    return TypeProto()
