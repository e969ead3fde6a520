"""What is read as a layer's output, its z, its parameters."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.graph.graph import Fixed, Graph, Node
from gradlab.ops import OPS
from gradlab.train.layers import LayerParts, layer_parts


class Builder:
    """A graph from short calls."""

    def __init__(self) -> None:
        self.graph = Graph()

    def leaf(self, name: str, *shape: int, op: str = "param", layer: str = "") -> Node:
        return self.graph.add(OPS[op], [], name=name, shape=shape, feed=Fixed(np.ones(shape)), layer=layer)

    def op(self, op: str, name: str, *inputs: Node, layer: str = "") -> Node:
        return self.graph.add(OPS[op], inputs, dict(OPS[op].attrs), name=name, layer=layer)

    def dense(self, layer: str, x: Node, units: int) -> Node:
        w = self.leaf(f"{layer}.W", x.shape[-1], units, layer=layer)
        b = self.leaf(f"{layer}.b", units, layer=layer)
        return self.op("affine", f"{layer}._affine.0", x, w, b, layer=layer)

    def rows(self) -> list[tuple[str, str, str, list[str], list[str]]]:
        """Name, out, z, parameters and weights of each layer, by name."""
        return [self.named(parts) for parts in layer_parts(self.graph)]

    def named(self, parts: LayerParts) -> tuple[str, str, str, list[str], list[str]]:
        def of(index: int | None) -> str:
            return "-" if index is None else self.graph.nodes[index].name

        return parts.name, of(parts.out), of(parts.z), [of(p) for p in parts.params], [of(p) for p in parts.weights]


@pytest.fixture
def build() -> Builder:
    return Builder()


def test_a_dense_layer_is_read_by_its_output_and_its_affine_value(build: Builder) -> None:
    x = build.leaf("x", 4, 3, op="input")
    h = build.op("tanh", "h0.h", build.dense("h0", x, 5), layer="h0")
    build.op("sum", "loss", build.dense("out", h, 2))
    assert build.rows() == [
        ("h0", "h0.h", "h0._affine.0", ["h0.W", "h0.b"], ["h0.W"]),
        ("out", "out._affine.0", "out._affine.0", ["out.W", "out.b"], ["out.W"]),
    ]


def test_the_bias_added_by_hand_belongs_to_z(build: Builder) -> None:
    x, w, b = build.leaf("x", 4, 3, op="input"), build.leaf("W", 3, 5, layer="h"), build.leaf("b", 5, layer="h")
    z = build.op("add", "h.z", build.op("matmul", "h._matmul.0", x, w, layer="h"), b, layer="h")
    build.op("relu", "h.h", z, layer="h")
    assert build.rows() == [("h", "h.h", "h.z", ["W", "b"], ["W"])]


def test_the_sum_of_a_residual_layer_is_its_output_and_not_its_z(build: Builder) -> None:
    x = build.leaf("x", 4, 5, op="input")
    f = build.op("relu", "r.f", build.dense("r", x, 5), layer="r")
    build.op("add", "r.h", x, f, layer="r")
    assert build.rows() == [("r", "r.h", "r._affine.0", ["r.W", "r.b"], ["r.W"])]


def test_a_residual_around_two_affine_values_is_read_by_the_last(build: Builder) -> None:
    x = build.leaf("x", 4, 5, op="input")
    inner = build.op("relu", "r.f", build.dense("r", x, 5), layer="r")
    w, b = build.leaf("r.V", 5, 5, layer="r"), build.leaf("r.c", 5, layer="r")
    last = build.op("affine", "r._affine.1", inner, w, b, layer="r")
    build.op("relu", "r.h", build.op("add", "r._add.0", last, x, layer="r"), layer="r")
    assert build.rows()[0][:3] == ("r", "r.h", "r._affine.1")


def test_a_layer_is_left_by_what_others_read(build: Builder) -> None:
    x = build.leaf("x", 4, 3, op="input")
    h = build.op("tanh", "h0.h", build.dense("h0", x, 5), layer="h0")
    build.op("mean", "h0.watched", h, layer="h0")
    build.op("sum", "loss", h)
    assert build.rows()[0][1] == "h0.h"


def test_a_parameter_made_outside_belongs_to_the_only_layer_that_reads_it(build: Builder) -> None:
    x, w = build.leaf("x", 4, 3, op="input"), build.leaf("W", 3, 3)
    h = build.op("tanh", "t0.h", build.op("matmul", "t0._matmul.0", x, w, layer="t0"), layer="t0")
    assert build.rows() == [("t0", "t0.h", "t0._matmul.0", ["W"], ["W"])]
    build.op("tanh", "t1.h", build.op("matmul", "t1._matmul.0", h, w, layer="t1"), layer="t1")
    assert build.rows() == [
        ("t0", "t0.h", "t0._matmul.0", [], []),
        ("t1", "t1.h", "t1._matmul.0", [], []),
        ("W", "-", "-", ["W"], ["W"]),
    ]


def test_without_layers_each_nonlinearity_is_a_row_and_what_is_left_follows(build: Builder) -> None:
    x, w, b = build.leaf("x", 4, 2, op="input"), build.leaf("W", 2, 2), build.leaf("b", 2)
    u, c = build.leaf("U", 2, 1), build.leaf("c", 1)
    h = build.op("relu", "h", build.op("add", "z", build.op("matmul", "_matmul.0", x, w), b))
    build.op("sum", "loss", build.op("add", "y", build.op("matmul", "_matmul.1", h, u), c))
    assert build.rows() == [
        ("h", "h", "z", ["W", "b"], ["W"]),
        ("U", "-", "-", ["U"], ["U"]),
        ("c", "-", "-", ["c"], ["c"]),
    ]


def test_a_single_neuron_of_gates_is_a_row(build: Builder) -> None:
    w0, w1, x0 = build.leaf("w0"), build.leaf("w1"), build.leaf("x0", op="input")
    dot = build.op("add", "dot", build.op("mul", "_mul.0", w0, x0), w1)
    build.op("sigmoid", "f", dot)
    assert build.rows() == [("f", "f", "dot", ["w0", "w1"], ["w0", "w1"])]


def test_a_model_of_parameters_and_arithmetic_has_rows_of_parameters(build: Builder) -> None:
    build.op("mul", "f", build.leaf("x"), build.leaf("y"))
    assert [row[0] for row in build.rows()] == ["x", "y"]


def test_an_empty_graph_has_no_layers(build: Builder) -> None:
    assert build.rows() == []


def test_nodes_of_the_update_are_no_layers(build: Builder) -> None:
    x = build.leaf("x", 4, 3, op="input")
    build.dense("h0", x, 5)
    build.graph.add(OPS["const"], [], name="sgd.lr", shape=(), phase="u", layer="u0", feed=Fixed(np.ones(())))
    assert [row[0] for row in build.rows()] == ["h0"]
