"""Operations of ONNX that are made of others: `onnx` itself says how, in the schema of the operation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradlab.importers.onnx._graph import OnnxError, OnnxNode
from gradlab.importers.onnx._reading import read_nodes
from gradlab.importers.onnx._tensors import Arrays
from gradlab.importers.onnx._value import OnnxValue


@dataclass(frozen=True, slots=True)
class OnnxFunction:
    """What an operation is made of. inputs, outputs: their names in it.   opsets: the versions that its nodes are of."""

    nodes: tuple[OnnxNode, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    opsets: Mapping[str, int]


def function_of(node: OnnxNode, inputs: Sequence[OnnxValue | None], opsets: Mapping[str, int]) -> OnnxFunction | None:
    """Return what ONNX says that a node is made of, for inputs of these types; None where it says nothing."""
    from onnx import FunctionProto, defs

    try:
        schema = defs.get_schema(node.op, opsets.get(node.domain, 1), node.domain)
    except defs.SchemaError:
        return None
    proto = type(node.proto())()
    proto.CopyFrom(node.proto())
    there = {attribute.name for attribute in proto.attribute}
    proto.attribute.extend(a.default_value for n, a in schema.attributes.items() if n not in there and a.default_value.name)
    text = _text(schema, proto, inputs, opsets.get(node.domain, 1))
    if not text:
        return None
    function = FunctionProto()
    function.ParseFromString(text)
    absent = {name for i, name in enumerate(function.input) if i >= len(inputs) or inputs[i] is None}
    _settled(function.node, {a.name: a for a in proto.attribute}, absent)
    versions = {**opsets, **{entry.domain: entry.version for entry in function.opset_import}}
    try:
        return OnnxFunction(
            read_nodes(function.node, Arrays(None), versions), tuple(function.input), tuple(function.output), versions
        )
    except OnnxError:
        return None


def _text(schema: Any, proto: Any, inputs: Sequence[OnnxValue | None], version: int) -> bytes:
    """Return the function as bytes, of the newest version that is not newer than the model; nothing where there is none."""
    plain = [v for v in schema.function_opset_versions if v <= version]
    if plain:
        return bytes(schema.get_function_with_opset_version(max(plain)))
    asked = [v for v in schema.context_dependent_function_opset_versions if v <= version]
    if not asked:
        return b""
    types = [_type(value).SerializeToString() for value in inputs]
    try:
        return bytes(schema.get_context_dependent_function_with_opset_version(max(asked), proto.SerializeToString(), types))
    except Exception:  # noqa: BLE001  whatever another package raises of a node from a stranger
        return b""


def _type(value: OnnxValue | None) -> Any:
    from onnx import TypeProto, helper

    if value is None:
        return TypeProto()
    return helper.make_tensor_type_proto(helper.np_dtype_to_tensor_dtype(value.kind), value.shape)


def _settled(nodes: Any, given: Mapping[str, Any], absent: set[str]) -> None:
    """Give attributes of nodes the values of those that they refer to, and leave out inputs that are absent."""
    for node in nodes:
        for i, name in enumerate(node.input):
            if name in absent:
                node.input[i] = ""
        for k in reversed(range(len(node.attribute))):
            attribute = node.attribute[k]
            if attribute.ref_attr_name:
                name, source = attribute.name, given.get(attribute.ref_attr_name)
                if source is None:
                    del node.attribute[k]
                    continue
                attribute.CopyFrom(source)
                attribute.name = name
            if attribute.HasField("g"):
                _settled(attribute.g.node, given, absent)
