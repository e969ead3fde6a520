"""Nodes and arrays that are wrong, each in a model of its own: what is said names them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.importers.onnx.making import model, node
from tests.importers.onnx.refusing import refused


def _twice(what: str) -> Any:
    """Return a model in which something stands twice, or which has no output."""
    made = model([node("Add", "x w", "y")], {"x": [2, 3]}, ["y"], {"w": np.ones((2, 3), np.float32)})
    if what == "numbers":
        made.graph.initializer[0].float_data.extend([1.0] * 6)
    elif what == "output":
        del made.graph.output[:]
    else:
        entries = getattr(made.graph, what)
        entries.add().CopyFrom(entries[0])
    return made


def _body() -> Any:
    """Return a graph that gives what it is given."""
    from onnx import helper

    ports = [helper.make_tensor_value_info(name, 1, None) for name in ("v", "w")]
    return helper.make_graph([node("Identity", "v", "w")], "body", ports[:1], ports[1:])


def _sparse(dims: list[int], place: int | None = None) -> Any:
    """Return a model with a sparse array: of one number at a place, or with three places for it."""
    from onnx import helper, numpy_helper

    places = np.arange(3) if place is None else np.array([place])
    made = model([node("Add", "x w", "y")], {"x": [2, 3]}, ["y"], {})
    given = numpy_helper.from_array(np.ones(1, np.float32), "w"), numpy_helper.from_array(places, "i")
    made.graph.sparse_initializer.append(helper.make_sparse_tensor(*given, dims))
    return made


WRONG: dict[str, tuple[Callable[[], Any], str]] = {
    "cycle": (
        lambda: model([node("Add", "x b", "a", "one"), node("Relu", "a", "b", "two")], {"x": [2, 3]}, ["b"], {}),
        "node 0 `one` (Add) reads what is made of its own output: the graph has a cycle",
    ),
    "nothing gives it": (
        lambda: model([node("Add", "x gone", "y", "plus")], {"x": [2, 3]}, ["y"], {}),
        "node 0 `plus` (Add) reads `gone`, which nothing gives",
    ),
    "given twice": (
        lambda: model([node("Relu", "x", "y"), node("Abs", "x", "y")], {"x": [2, 3]}, ["y"], {}),
        "node 1 `y` (Abs) gives `y`, which is given already",
    ),
    "no output": (lambda: model([node("Relu", "x", "y")], {"x": [2, 3]}, ["z"], {}), "output `z` is given by no node"),
    "old": (
        lambda: model([node("Relu", "x", "y")], {"x": [2, 3]}, ["y"], {}, opset=1),
        "the model is of opset 1; read are 7 to",
    ),
    "new": (
        lambda: model([node("Relu", "x", "y")], {"x": [2, 3]}, ["y"], {}, opset=999),
        "the model is of opset 999; read are 7 to",
    ),
    "another shape": (
        lambda: model([node("Relu", "x", "y")], {"x": ["n", 4]}, ["y"], {}),
        "input `x` is float32 (n, 4), the data has the shape (2, 3)",
    ),
    "shapes": (
        lambda: model([node("MatMul", "x w", "y", "mm")], {"x": [2, 3]}, ["y"], {"w": np.ones((4, 5), np.float32)}),
        "node 0 `mm` (MatMul): ",
    ),
    "places": (
        lambda: model([node("Gather", "x i", "y")], {"x": [2, 3]}, ["y"], {"i": np.array([-9])}),
        "place -9 of an axis of 2",
    ),
    "too few inputs": (
        lambda: model([node("MatMul", "x", "y")], {"x": [2, 3]}, ["y"], {}),
        "node 0 `y` (MatMul): it has 1 input, in ONNX 2",
    ),
    "too many inputs": (
        lambda: model([node("Relu", "x x x", "y")], {"x": [2, 3]}, ["y"], {}),
        "node 0 `y` (Relu): it has 3 inputs, in ONNX 1",
    ),
    "too many outputs": (
        lambda: model([node("Relu", "x", "y z")], {"x": [2, 3]}, ["y"], {}),
        "node 0 `y` (Relu): it has 2 outputs, in ONNX 1",
    ),
    "no inputs": (lambda: model([node("Relu", "", "y")], {"x": [2, 3]}, ["y"], {}), "(Relu): it has no inputs, in ONNX 1"),
    "no attribute": (
        lambda: model([node("Concat", "x x", "y")], {"x": [2, 3]}, ["y"], {}),
        "node 0 `y` (Concat): it has no attribute `axis`",
    ),
    "an attribute of another type": (
        lambda: model([node("Gemm", "x w", "y", transB="yes")], {"x": [2, 3]}, ["y"], {"w": np.ones((3, 3), np.float32)}),
        "node 0 `y` (Gemm): attribute `transB` is no whole number",
    ),
    "no step": (
        lambda: model([node("Slice", "x a b a c", "y")], {"x": [2, 3]}, ["y"], {n: np.array([i]) for i, n in enumerate("cab")}),
        "node 0 `y` (Slice): what it is given does not fit: slice step cannot be zero",
    ),
    "too few axes": (
        lambda: model([node("LSTM", "x w w", "y", hidden_size=3)], {"x": [2, 3]}, ["y"], {"w": np.ones((1, 12, 3))}),
        "node 0 `y` (LSTM): what it is given does not fit",
    ),
    "axes that no array has": (
        lambda: model([node("GatherND", "i i", "a", batch_dims=-(1 << 31)), node("Add", "x a", "y")], {"x": [2, 3]}, ["y"],
                      {"i": np.array([[1], [0]])}),
        "node 0 `a` (GatherND): ",
    ),
    "outputs that it does not have": (
        lambda: model([node("Split", "i", "a b c", num_outputs=1), node("Add", "x a", "y")], {"x": [2, 3]}, ["y"],
                      {"i": np.ones(6, np.float32)}, opset=18),
        "node 0 `a` (Split): it has 3 outputs, and not 1",
    ),
    "a place that is far away": (
        lambda: model([node("GatherElements", "i far", "a"), node("Add", "x a", "y")], {"x": [2, 3]}, ["y"],
                      {"i": np.array([1, 2]), "far": np.array([1 << 62])}),
        "node 0 `a` (GatherElements): place 4611686018427387904 of an axis of 2",
    ),
    "more inputs than it has": (
        lambda: model([node("Scan", "x", "y", num_scan_inputs=1 << 62, body=_body())], {"x": [2, 3]}, ["y"], {}),
        "node 0 `y` (Scan): 4,611,686,018,427,387,904 of its 1 inputs are scanned",
    ),
    "no axes": (
        lambda: model([node("Unsqueeze", "x x", "y")], {"x": [2, 3]}, ["y"], {}, opset=11),
        "node 0 `y` (Unsqueeze): it has 2 inputs, in ONNX 1",
    ),
    "an image of two axes": (
        lambda: model([node("GridSample", "x x", "y")], {"x": [2, 3]}, ["y"], {}),
        "node 0 `y` (GridSample): an image of 2 axes",
    ),
    "joined by onnxruntime": (
        lambda: model([node("FusedMatMul", "x x", "y", domain="com.microsoft")], {"x": [2, 3]}, ["y"], {}),
        "onnxruntime has joined operations in it; the model as it was before has them one by one",
    ),
    "an array twice": (lambda: _twice("initializer"), "the array `w` stands twice in the model"),
    "an input twice": (lambda: _twice("input"), "the input `x` stands twice in the model"),
    "numbers twice": (lambda: _twice("numbers"), "tensor `w` has its numbers twice in the file"),
    "no outputs": (lambda: _twice("output"), "the model has no outputs"),
    "no place": (lambda: _sparse([2]), "has 1 numbers, and their places have the shape (3,)"),
    "a place outside": (lambda: _sparse([2, 3], 9), "has numbers at places outside of shape (2, 3)"),
    "a sparse array that is large": (lambda: _sparse([1 << 20, 1 << 20], 9), "MiB, more than is left of --max-memory"),
    "control characters": (
        lambda: model([node("Foo\x1b[31m", "x", "y\x1b]52;c;x\x07")], {"x": [2, 3]}, ["y\x1b]52;c;x\x07"], {}),
        "have no counterpart in gradlab",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_named(onnx: Any, name: str) -> None:
    """The node, or what it reads; no control character gets through."""
    make, told = WRONG[name]
    said = refused(make())
    assert told in said
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", said)


def test_texts_are_no_data(onnx: Any) -> None:
    """Of an input of numbers."""
    made = model([node("Relu", "x", "y")], {"x": [2]}, ["y"], {})
    assert "input `x` is float32 (2), the data are no numbers, but <U1" in refused(made, {"x": np.array(["a", "b"])})
