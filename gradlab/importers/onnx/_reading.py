"""A file of ONNX read: its bytes, its nodes in an order in which they can be run, its arrays. Nothing of it is trusted.

What is refused names the node or the array: a file that is cut, a cycle, an input that nothing gives, a name given twice.
"""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.errors import GradlabError
from gradlab.importers.onnx._graph import OnnxError, OnnxGraph, OnnxNode, Port, text
from gradlab.importers.onnx._origins import line_of, module_of
from gradlab.importers.onnx._tensors import LIMIT, Arrays, is_small, kind_of, type_name
from gradlab.scenario.bounds import mebibytes
from gradlab.scenario.characters import harmless

LOOK = 3
MOST_BYTES = (2 << 30) - 1
"""Bytes of a file, as protobuf has it; arrays may lie in further files."""
ROOM_BESIDE = 64 << 20
"""Bytes that a file may have beside its arrays."""
MOST_NODES = 100_000
MOST_DEPTH = 8
"""Graphs within one another."""
OLDEST = 7
"""The oldest version of the standard operators that is read; the newest is that of the package `onnx`."""
_TAGS = (0x12, 0x1A, 0x22, 0x28, 0x32, 0x3A, 0x42, 0x72, 0xA2, 0xCA)
"""What may follow the version of the format in a file: the first bytes of the other fields of a model."""


def begins_like_onnx(head: bytes) -> bool:
    """Return whether a file with these first bytes is a model of ONNX: the version of the format, then another field."""
    return len(head) >= LOOK and head[0] == 0x08 and 0 < head[1] < 0x20 and head[2] in _TAGS


def package() -> Any:
    """Return the package `onnx`. Raises GradlabError, which names the extra that brings it."""
    try:
        return importlib.import_module("onnx")
    except ImportError as error:
        raise GradlabError(f"`onnx` is needed ({error}): `pip install 'gradlab[onnx]'`") from None


def read_file(path: Path, room: int | None = None) -> OnnxGraph:
    """Return the graph of a file. room: bytes that its arrays may take. Raises OnnxError, GradlabError without `onnx`."""
    package()
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise OnnxError(f"`{path}` has {size:,} bytes, protobuf reads {MOST_BYTES:,}")
        if size > (LIMIT if room is None else room) + ROOM_BESIDE:
            have = mebibytes(LIMIT if room is None else room)
            raise OnnxError(f"`{path}` has {mebibytes(size)} MiB, allowed are {have} MiB: --max-memory raises it")
        data = path.read_bytes()
    except OSError as error:
        raise OnnxError(f"`{path}` cannot be read: {error.strerror}") from None
    return read_bytes(data, path.parent, room)


def read_bytes(data: bytes, folder: Path | None = None, room: int | None = None) -> OnnxGraph:
    """Return the graph of a model. folder: where its further files may lie. Raises OnnxError."""
    onnx = package()
    from google.protobuf.message import DecodeError

    model = onnx.ModelProto()
    try:
        model.ParseFromString(data)
    except (DecodeError, RecursionError, MemoryError, ValueError):
        raise OnnxError("this is no model of ONNX, or it is cut short") from None
    if not model.HasField("graph"):
        raise OnnxError("this is no model of ONNX: it has no graph")
    return read_model(model, Arrays(folder, LIMIT if room is None else room))


def read_model(model: Any, arrays: Arrays) -> OnnxGraph:
    """Return the graph of a model that was parsed. Raises OnnxError."""
    opsets: dict[str, int] = {}
    for entry in model.opset_import:
        opsets["" if entry.domain == "ai.onnx" else text(entry.domain)] = entry.version
    version, newest = opsets.get("", 0), package().defs.onnx_opset_version()
    if not OLDEST <= version <= newest and (version or not opsets):
        raise OnnxError(f"the model is of opset {version}; read are {OLDEST} to {newest}")
    model = _inlined(model) if model.functions else model
    return read_graph(model.graph, arrays, opsets, model)


def _inlined(model: Any) -> Any:
    """Return a model whose own functions stand where they are called. Raises OnnxError where they are too many."""
    from onnx import inliner

    sizes = {(f.domain, f.name, f.overload): [(n.domain, n.op_type, n.overload) for n in f.node] for f in model.functions}
    counted: dict[tuple[str, str, str], int] = {}

    def count(key: tuple[str, str, str], depth: int) -> int:
        if key not in sizes:
            return 1
        if depth > 100:
            raise OnnxError(f"function `{harmless(text(key[1]))[:80]}` calls itself, or functions call each other too deep")
        if key not in counted:
            counted[key] = min(MOST_NODES + 1, sum(count(inner, depth + 1) for inner in sizes[key]))
        return counted[key]

    if sum(count((n.domain, n.op_type, n.overload), 0) for n in model.graph.node) > MOST_NODES:
        raise OnnxError(f"with its functions written out the model has more than {MOST_NODES:,} nodes")
    try:
        return inliner.inline_local_functions(model)
    except (RuntimeError, ValueError) as error:
        raise OnnxError(f"the functions of the model cannot be written out: {harmless(str(error))[:200]}") from None


def read_graph(
    graph: Any, arrays: Arrays, opsets: Mapping[str, int], proto: Any = None, outer: Iterable[str] | None = (), depth: int = 0
) -> OnnxGraph:
    """Return a graph, its nodes in an order in which they can be run. outer: names known around it; None: not checked.

    Raises OnnxError.
    """
    if depth > MOST_DEPTH:
        raise OnnxError(f"more than {MOST_DEPTH} graphs within one another")
    if len(graph.node) > MOST_NODES:
        raise OnnxError(f"the model has {len(graph.node):,} nodes, allowed are {MOST_NODES:,}")
    stored = [*graph.initializer, *(sparse.values for sparse in graph.sparse_initializer)]
    inputs = tuple(_port(value) for value in graph.input)
    _refuse_twice("array", [text(tensor.name) for tensor in stored])
    _refuse_twice("input", [port.name for port in inputs])
    arrays.count(graph.initializer)
    initializers = {text(tensor.name): arrays.read(tensor) for tensor in graph.initializer}
    initializers |= {text(sparse.values.name): arrays.read_sparse(sparse) for sparse in graph.sparse_initializer}
    nodes = [_node(node, i, arrays, opsets, depth) for i, node in enumerate(graph.node)]
    if outer is not None:
        known = {*initializers, *(port.name for port in inputs), *outer}
        nodes = _in_order(nodes, known)
        given = {*known, *(name for node in nodes for name in node.outputs)}
        lost = next((value.name for value in graph.output if value.name not in given), None)
        if lost is not None:
            raise OnnxError(f"output `{harmless(lost)[:80]}` is given by no node")
    ports = tuple(_port(value) for value in graph.output)
    small = {tensor.name: type_name(tensor.data_type) for tensor in stored if is_small(tensor.data_type)}
    return OnnxGraph(text(graph.name), tuple(nodes), initializers, inputs, ports, dict(opsets), proto, small)


def _refuse_twice(what: str, names: Sequence[str]) -> None:
    twice = next((name for name, times in Counter(names).items() if times > 1), None)
    if twice is not None:
        raise OnnxError(f"the {what} `{harmless(twice)[:80]}` stands twice in the model")


def read_nodes(protos: Any, arrays: Arrays, opsets: Mapping[str, int]) -> tuple[OnnxNode, ...]:
    """Return nodes in the order in which they stand. Raises OnnxError."""
    return tuple(_node(node, i, arrays, opsets, 0) for i, node in enumerate(protos))


def _node(proto: Any, index: int, arrays: Arrays, opsets: Mapping[str, int], depth: int) -> OnnxNode:
    attrs = {text(a.name): _attribute(a, proto, arrays, opsets, depth) for a in proto.attribute}
    domain = "" if proto.domain == "ai.onnx" else text(proto.domain)
    inputs, outputs = tuple(map(text, proto.input)), tuple(map(text, proto.output))
    return OnnxNode(
        text(proto.op_type), domain, text(proto.name), inputs, outputs, attrs, index, lambda: proto, module_of(proto),
        line_of(proto),
    )  # fmt: skip


def _attribute(attribute: Any, node: Any, arrays: Arrays, opsets: Mapping[str, int], depth: int) -> Any:
    """Return the value of an attribute. Raises OnnxError."""
    from onnx import AttributeProto, helper

    kind = AttributeProto.AttributeType
    if attribute.type == kind.TENSOR:
        if kind_of(attribute.t.data_type) is None:
            return None
        return arrays.read(attribute.t, f"{text(node.name or node.op_type)}.{text(attribute.name)}")
    if attribute.type == kind.SPARSE_TENSOR:
        return arrays.read_sparse(attribute.sparse_tensor, f"{text(node.name or node.op_type)}.{text(attribute.name)}")
    if attribute.type == kind.GRAPH:
        return read_graph(attribute.g, arrays, opsets, None, None, depth + 1)
    if attribute.type in {kind.FLOAT, kind.INT, kind.STRING, kind.FLOATS, kind.INTS, kind.STRINGS}:
        return _plain(helper.get_attribute_value(attribute))
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, float):  # of float32: in as few digits as it takes
        return float(str(np.float32(value)))
    return value if isinstance(value, int) else [_plain(part) for part in value]


def _port(value: Any) -> Port:
    kind = value.type.optional_type.elem_type if value.type.HasField("optional_type") else value.type
    if not kind.HasField("tensor_type"):
        told = kind.WhichOneof("value") or "nothing"
        return Port(text(value.name), None, None, told.removesuffix("_type"))
    tensor = kind.tensor_type
    shape = tuple(_size(d) for d in tensor.shape.dim) if tensor.HasField("shape") else None
    return Port(text(value.name), kind_of(tensor.elem_type), shape, type_name(tensor.elem_type))


def _size(dim: Any) -> int | str | None:
    if dim.HasField("dim_value"):
        return int(dim.dim_value)
    return harmless(text(dim.dim_param))[:40] or None


def _in_order(nodes: list[OnnxNode], known: set[str]) -> list[OnnxNode]:
    """Return nodes behind those that they read. Raises OnnxError for a cycle, or a name that nothing or more than one gives."""
    maker: dict[str, int] = {}
    for i, node in enumerate(nodes):
        for name in node.outputs:
            if name and (name in maker or name in known):
                raise OnnxError(f"{node} gives `{harmless(name)[:80]}`, which is given already")
            maker[name] = i
    waits = [{maker[name] for name in reads(node) if name in maker and name} for node in nodes]
    for node in nodes:
        lost = next((name for name in reads(node) if name and name not in maker and name not in known), None)
        if lost is not None:
            raise OnnxError(f"{node} reads `{harmless(lost)[:80]}`, which nothing gives")
    if all(max(before, default=-1) < i for i, before in enumerate(waits)):
        return nodes
    return _sorted(nodes, waits)


def _sorted(nodes: list[OnnxNode], waits: list[set[int]]) -> list[OnnxNode]:
    readers: dict[int, list[int]] = {}
    for i, before in enumerate(waits):
        for j in before:
            readers.setdefault(j, []).append(i)
    left = [len(before) for before in waits]
    ready, found = [i for i, n in enumerate(left) if n == 0][::-1], []
    while ready:
        i = ready.pop()
        found.append(nodes[i])
        for j in reversed(readers.get(i, ())):
            left[j] -= 1
            if left[j] == 0:
                ready.append(j)
    if len(found) < len(nodes):
        stuck = next(node for node, n in zip(nodes, left, strict=True) if n)
        raise OnnxError(f"{stuck} reads what is made of its own output: the graph has a cycle")
    return found


def reads(node: OnnxNode) -> list[str]:
    """Return the names that a node reads, those that the graphs in its attributes take from around them included."""
    found = list(node.inputs)
    for value in node.attrs.values():
        if isinstance(value, OnnxGraph):
            found += free_names(value)
    return found


def free_names(graph: OnnxGraph) -> list[str]:
    """Return the names that a graph takes from around it."""
    own = {*graph.initializers, *(port.name for port in graph.inputs), *(n for node in graph.nodes for n in node.outputs)}
    read = [name for node in graph.nodes for name in reads(node)]
    return [name for name in [*read, *(port.name for port in graph.outputs)] if name and name not in own]
