"""What ONNX says of an operation: how many inputs and outputs it has, and which attributes. A stranger's node may differ."""

from __future__ import annotations

from functools import cache
from typing import Any

from gradlab.importers.onnx._graph import OnnxNode
from gradlab.scenario.characters import harmless

FUSED = ("com.microsoft", "com.microsoft.nchwc", "com.microsoft.experimental")
"""Sets of operations into which onnxruntime joins others when it makes a model fast."""


def breach(node: OnnxNode, version: int) -> str:
    """Return what a node has that its operation does not have, or lacks; "" where ONNX has no objection, or does not know it.

    version: of the set of operations that it is of.
    """
    schema = _schema_of(node.op, version, node.domain)
    if schema is None:
        return ""
    counted = (("input", len(node.inputs), schema.min_input, schema.max_input),
               ("output", len(node.outputs), schema.min_output, schema.max_output))  # fmt: skip
    for what, count, least, most in counted:
        if not least <= count <= most:
            return f"it has {_told(count, what)}, in ONNX {_between(least, most)}"
    given = {a.name: int(a.type) for a in node.proto().attribute}
    for name, known in schema.attributes.items():
        if known.required and name not in given:
            return f"it has no attribute `{name}`"
        if given.get(name) and given[name] != int(known.type.value):
            return f"attribute `{name}` is no {_kind(known.type.name)}"
    return ""


def absent(node: OnnxNode) -> str:
    """Return why a node of an operation that is not known here has no counterpart."""
    if node.domain in FUSED:
        return "onnxruntime has joined operations in it; the model as it was before has them one by one"
    return "it has no counterpart here"


@cache
def _schema_of(op: str, version: int, domain: str) -> Any:
    from onnx import defs

    try:
        return defs.get_schema(op, version, domain)
    except (defs.SchemaError, TypeError, OverflowError):
        return None


def _told(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'s' * (count != 1)}"


def _between(least: int, most: int) -> str:
    if least == most:
        return f"{least}"
    return f"{least} to {most}" if most < 1 << 30 else f"{least} or more"


def _kind(name: str) -> str:
    words = {"INT": "whole number", "INTS": "list of whole numbers", "FLOAT": "number", "FLOATS": "list of numbers",
             "STRING": "text", "STRINGS": "list of texts"}  # fmt: skip
    return words.get(name, harmless(name.lower()))
