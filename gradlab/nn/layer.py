"""What a layer of the library is: a recipe in terms of parameters and ops, so that a person can step into it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from gradlab.arguments import bind, parameters_of, shown
from gradlab.errors import ArgumentError, ShapeError
from gradlab.graph.graph import Node
from gradlab.manual import usage
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.zeros import INIT as ZEROS
from gradlab.op import Array, Op, Shape

Result = Node | tuple[Node | list[Node], ...]
"""What a layer gives: a node, or several results; a list where there is one for each of its stacked layers."""


class Make(Protocol):
    """What a layer builds with: the scope that it stands in makes the names."""

    def param(self, name: str, shape: Shape, init: Initializer) -> Node:
        """Return a new parameter of the scope: `param("W", …)` of the layer `h0` is `h0.W`."""
        ...

    def op(self, name: str, inputs: Sequence[Node], **attrs: Any) -> Node:
        """Return a new node of the scope. Raises ShapeError."""
        ...

    def constant(self, value: float | Array, shape: Shape = ()) -> Node:
        """Return numbers that never change: an array, or one number, in every place of a shape."""
        ...

    def noise(self, name: str, shape: Shape, kind: str) -> Node:
        """Return random numbers, "normal" (mean 0, variance 1) or "uniform" (between 0 and 1), new ones in every update."""
        ...

    def running(self, name: str, of: Node, start: float, rate: float, scale: float = 1.0) -> Node:
        """Return a statistic, no parameter, that begins with one number everywhere and in training follows a node.

        Every update moves it by the part `rate` of the way to scale · the node.
        """
        ...

    def mode(self) -> Node:
        """Return the number that is 1 in training and 0 when the model is used; a model has one."""
        ...

    def named(self, name: str, node: Node) -> Node:
        """Name a node that this layer has made, and return it; each name is given once in a scope."""
        ...

    def scope(self, name: str) -> AbstractContextManager[object]:
        """Open a scope within the scope: `with make.scope("t0")`, and names begin with `t0.`."""
        ...


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer of the library.

    name: the word in a model.   build(make, …) makes its nodes and gives the last, or a tuple of those that leave the layer.
    parameters: names and defaults of the arguments behind `make`; `REQUIRED` where there is none.
    """

    name: str
    build: Callable[..., Result]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    doc: str = ""

    @property
    def usage(self) -> str:
        """How it is written in a model."""
        return usage(self.name, self.parameters)

    def __call__(self, make: Make, *args: Any, **named: Any) -> Any:
        """Bind the arguments, build, and return the result. Raises ArgumentError, ShapeError."""
        return self.build(make, **bind(self.name, self.parameters, args, named))


def layer(build: Callable[..., Result]) -> Layer:
    """Make a layer of the name of its function, with the doc of its file."""
    doc = inspect.cleandoc(inspect.getmodule(build).__doc__ or "")
    return Layer(build.__name__, build, parameters_of(build, skip=1), doc)


def initializer_of(word: str, name: str, value: Any) -> Initializer:
    """Return the value. Raises ArgumentError unless it is an initializer."""
    if not isinstance(value, Initializer):
        raise ArgumentError(f"`{name}` of `{word}` is an initializer such as `he` or `normal(0.01)`, got {shown(value)}")
    return value


def node_of(word: str, name: str, value: Any) -> Node:
    """Return the value. Raises ArgumentError unless it is a node."""
    if not isinstance(value, Node):
        raise ArgumentError(f"`{name}` of `{word}` is a value of the model, got {shown(value)}")
    return value


def fitting(word: str, name: str, value: Any, shape: Shape, why: str = "here") -> Node:
    """Return a parameter that was given to a layer. Raises ArgumentError, ShapeError unless it is a node of that shape."""
    node = node_of(word, name, value)
    if node.shape != shape:
        raise ShapeError(f"`{name}` is of shape {shape} {why}, got {node.shape}")
    return node


def given_or_new(make: Make, word: str, name: str, given: Any, shape: Shape, init: Initializer) -> Node:
    """Return a parameter of a layer: the one that was given, else a new one. Raises ArgumentError, ShapeError."""
    return make.param(name, shape, init) if given is None else fitting(word, name, given, shape)


def bias_of(make: Make, word: str, shape: Shape, bias: Any, given: Any) -> list[Node]:
    """Return the bias `b` of a layer in a list, which is empty where it has none. Raises ArgumentError, ShapeError.

    bias: True for one that begins at zero, False for none, or an initializer.   given: a bias that stands in its place.
    """
    if bias is not True and given is not None:
        raise ArgumentError(f"`{word}` takes `b` or `bias`, got both")
    if bias is False:
        return []
    if bias is not True and not isinstance(bias, Initializer):
        allowed = "True, False or an initializer such as `constant(0.1)`"
        raise ArgumentError(f"`bias` of `{word}` is {allowed}, got {shown(bias)}")
    return [given_or_new(make, word, "b", given, shape, ZEROS if bias is True else bias)]


def activation_of(word: str, name: str, value: Any) -> str:
    """Return the name of the op. Raises ArgumentError unless it is an op of one input of any shape, such as `relu`."""
    if not isinstance(value, Op) or len(value.inputs) != 1:
        raise ArgumentError(f"`{name}` of `{word}` is an op such as `tanh` or `relu`, got {shown(value)}")
    return value.name
