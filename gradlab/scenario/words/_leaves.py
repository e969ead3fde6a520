"""What the words that make leaves share: shapes, and the rule "a value, or a shape"."""

from __future__ import annotations

from typing import Any

from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node
from gradlab.nn.initializers import INITIALIZERS, Initializer
from gradlab.op import Array, Shape
from gradlab.scenario.bounds import LARGEST_INT, MAX_AXES
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value, kind_of, numbers_of


def shape_of(word: str, value: Value) -> Shape:
    """Return a shape that was written as a number or a tuple. Raises ArgumentError."""
    sizes = tuple(value) if isinstance(value, list | tuple) else (value,)
    if len(sizes) > MAX_AXES:
        raise ArgumentError(f"`shape` of `{word}` has {len(sizes)} axes, allowed are {MAX_AXES}")
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, int) or not 0 <= size <= LARGEST_INT:
            got = size if isinstance(size, int | float) else kind_of(size)
            raise ArgumentError(f"`shape` of `{word}` holds whole numbers of 0 or more, got {got}")
    return sizes


def array_of(call: Call, parameters: dict[str, Any], name: str, value: Value) -> Array:
    """Return a value as an array of the scenario's dtype. Raises Wrong."""
    place = call.place(parameters, name)
    if isinstance(value, Node):
        raise call.trace.wrong(f"`{call.word}` takes numbers, got a node", place)
    try:
        return numbers_of(value, call.trace.dtype)
    except ArgumentError as error:
        raise call.trace.wrong(f"`{call.word}`: {error}", place) from None


def either(call: Call, bound: dict[str, Value], first: str, second: str) -> str:
    """Return which of two arguments was given. Raises ArgumentError when it is none or both."""
    given = [name for name in (first, second) if bound[name] is not None]
    if len(given) != 1:
        had = "both" if given else "neither"
        raise ArgumentError(f"`{call.word}` takes `{first}` or `{second}`, got {had}")
    return given[0]


def initializer(call: Call, parameters: dict[str, Any], value: Value) -> Initializer:
    """Return what was written as `init`. Raises Wrong unless it is an initializer."""
    if isinstance(value, Initializer):
        return value
    allowed = ", ".join(f"`{name}`" for name in INITIALIZERS)
    message = f"`init` is an initializer, got {kind_of(value)}"
    raise call.trace.wrong(message, call.place(parameters, "init"), f"one of {allowed}")
