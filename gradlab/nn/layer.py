"""What a layer of the library is: a recipe in terms of parameters and ops, so that a person can step into it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from gradlab.arguments import bind, parameters_of
from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.op import Shape


class Make(Protocol):
    """What a layer builds with: the scope that it stands in makes the names."""

    def param(self, name: str, shape: Shape, init: Initializer) -> Node:
        """Give a new parameter of the scope: `param("W", …)` of the layer `h0` is `h0.W`."""
        ...

    def op(self, name: str, inputs: Sequence[Node], **attrs: Any) -> Node:
        """Give a new node of the scope. Raises ShapeError."""
        ...


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the library.

    name: the word in a model.   build(make, …) makes its nodes and gives the last.
    parameters: names and defaults of the arguments behind `make`; `REQUIRED` where there is none.
    """

    name: str
    build: Callable[..., Node]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    doc: str = ""

    def __call__(self, make: Make, *args: Any, **named: Any) -> Node:
        """Bind the arguments and build. Raises ArgumentError, ShapeError."""
        return self.build(make, **bind(self.name, self.parameters, args, named))


def layer(build: Callable[..., Node]) -> Layer:
    """Make a layer of the name of its function, with the doc of its file."""
    doc = inspect.cleandoc(inspect.getmodule(build).__doc__ or "")
    return Layer(build.__name__, build, parameters_of(build, skip=1), doc)


def initializer_of(word: str, name: str, value: Any) -> Initializer:
    """Give the value. Raises ArgumentError unless it is an initializer."""
    if not isinstance(value, Initializer):
        raise ArgumentError(f"`{name}` of `{word}` is an initializer such as `he` or `normal(0.01)`, got {value!r:.40}")
    return value


def node_of(word: str, name: str, value: Any) -> Node:
    """Give the value. Raises ArgumentError unless it is a node."""
    if not isinstance(value, Node):
        raise ArgumentError(f"`{name}` of `{word}` is a value of the model, got {value!r:.40}")
    return value
