"""A scope that only writes down what a layer asks it for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from gradlab.graph.graph import Fixed, Graph, Node
from gradlab.graph.random import Noise
from gradlab.nn.initializers import Drawn, Initializer
from gradlab.op import Shape
from gradlab.ops import OPS


class Scope:
    """A `Make` for the layer `h`."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.scopes: list[str] = []
        self.inits: dict[str, str] = {}

    def input(self, array: Any) -> Node:
        value = np.asarray(array, np.float64)
        return self.graph.add(OPS["input"], [], name="x", shape=value.shape, feed=Fixed(value))

    def param(self, name: str, shape: Shape, init: Initializer) -> Node:
        self.inits[name] = str(init)
        feed = Drawn(init, shape, f"h.{name}")
        return self.graph.add(OPS["param"], [], name=f"h.{name}", shape=shape, feed=feed)

    def constant(self, value: Any, shape: Shape = ()) -> Node:
        array = np.full(shape, value) if shape else np.asarray(value, np.float64)
        return self.graph.add(OPS["const"], [], name="h._const", shape=array.shape, feed=Fixed(array))

    def noise(self, name: str, shape: Shape, kind: str) -> Node:
        feed = Noise(shape, f"h.{name}", kind)
        return self.graph.add(OPS["noise"], [], name=f"h.{name}", shape=shape, feed=feed)

    def running(self, name: str, of: Node, start: float, rate: float, scale: float = 1.0) -> Node:
        attrs = {"of": of.index, "mode": self.mode().index, "rate": rate, "scale": scale}
        feed = Fixed(np.full(of.shape, start))
        return self.graph.add(OPS["buffer"], [], attrs, name=f"h.{name}", shape=of.shape, feed=feed)

    def mode(self) -> Node:
        return self.graph.find("mode") or self.graph.add(OPS["mode"], [], name="mode", shape=(), feed=Fixed(np.array(1.0)))

    def named(self, name: str, node: Node) -> Node:
        node.name = ".".join(["h", *self.scopes, name])
        return node

    @contextmanager
    def scope(self, name: str) -> Iterator[None]:
        self.scopes.append(name)
        yield
        self.scopes.pop()

    def op(self, name: str, inputs: Sequence[Node], **attrs: Any) -> Node:
        return self.graph.add(OPS[name], inputs, {**OPS[name].attrs, **attrs}, name=f"h._{name}.0")
