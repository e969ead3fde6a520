"""Small models of ONNX, made by hand as exporters write them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.op import Array

FLOAT, INT = 1, 7


def model(
    nodes: Sequence[Any], inputs: Mapping[str, Sequence[int | str]], outputs: Sequence[str], arrays: Mapping[str, Array],
    opset: int = 17, kinds: Mapping[str, int] | None = None,
) -> Any:  # fmt: skip
    """Return a model. inputs: shapes by name.   arrays: what stands in the file.   kinds: of inputs that are no floats."""
    from onnx import helper, numpy_helper

    ports = [helper.make_tensor_value_info(name, (kinds or {}).get(name, FLOAT), shape) for name, shape in inputs.items()]
    ends = [helper.make_tensor_value_info(name, FLOAT, None) for name in outputs]
    stored = [numpy_helper.from_array(array, name) for name, array in arrays.items()]
    graph = helper.make_graph(list(nodes), "graph", ports, ends, stored)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def node(op: str, inputs: str, outputs: str, name: str = "", **attrs: Any) -> Any:
    """Return a node. inputs, outputs: names with spaces between, `-` for one that is left out."""
    from onnx import helper

    given, made = (["" if part == "-" else part for part in text.split()] for text in (inputs, outputs))
    return helper.make_node(op, given, made, name=name, **attrs)


def mlp(last: str = "") -> Any:
    """Return a network of three layers, named as PyTorch names them. last: an activation behind the logits."""
    random = np.random.default_rng(0)
    arrays = {
        name: (0.4 * random.normal(size=shape)).astype(np.float32)
        for name, shape in {
            "fc1.weight": (8, 4), "fc1.bias": (8,), "head.0.weight": (6, 8), "head.0.bias": (6,), "onnx::MatMul_12": (6, 3),
            "out.bias": (3,),
        }.items()
    }  # fmt: skip
    nodes = [
        node("Gemm", "x fc1.weight fc1.bias", "/fc1/Gemm_output_0", "/fc1/Gemm", transB=1),
        node("Relu", "/fc1/Gemm_output_0", "/act/Relu_output_0", "/act/Relu"),
        node(
            "Gemm", "/act/Relu_output_0 head.0.weight head.0.bias", "/head/head.0/Gemm_output_0", "/head/head.0/Gemm", transB=1
        ),
        node("Tanh", "/head/head.0/Gemm_output_0", "/head/head.1/Tanh_output_0", "/head/head.1/Tanh"),
        node("MatMul", "/head/head.1/Tanh_output_0 onnx::MatMul_12", "mm", "/out/MatMul"),
        node("Add", "mm out.bias", "logits", "/out/Add"),
    ]
    nodes += [node(last, "logits", "y", f"/{last}")] if last else []
    return model(nodes, {"x": ["batch", 4]}, ["y" if last else "logits"], arrays)


def written(folder: Path, made: Any, name: str = "model") -> Path:
    """Write a model to a file without an ending, and a batch with a target beside it; return its path."""
    random = np.random.default_rng(1)
    np.savez(folder / "batch.npz", x=random.normal(size=(5, 4)).astype(np.float32), t=np.array([0, 1, 2, 1, 0]))
    path = folder / name
    path.write_bytes(made.SerializeToString())
    return path
