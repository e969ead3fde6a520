"""What the names of a model can hold before anything runs, apart from nodes, numbers, strings, lists and tuples."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any, Final

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.graph.graph import Node
from gradlab.nn.layer import Layer
from gradlab.op import Array, Op
from gradlab.scenario.bounds import check_length
from gradlab.scenario.scopes import Scope
from gradlab.source import Span

Value = Any
"""A node, a number, a string, a list, a tuple, a range, None, or one of the classes below."""


MAX_RANK = 32
_SEARCHED = 1_000
"""Elements of a list that are looked at for nodes."""


class Poison:
    """What stands for a value that could not be made. Nothing is said about what is made of it, a list for one."""

    def __repr__(self) -> str:
        return "poison"


POISON: Final = Poison()


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """Numbers read from a file. They become an input when they get a name or meet an operation.

    labels: what the numbers 0, 1 … are called in the file; () of measured numbers.
    """

    array: Array
    word: str
    labels: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "data"


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """A dictionary, which stands in an argument only: its keys, which are strings, their values, and where both stand."""

    keys: tuple[str, ...]
    values: tuple[Value, ...]
    key_places: tuple[ast.expr, ...]
    value_places: tuple[ast.expr, ...]

    def __repr__(self) -> str:
        return "a dictionary"


@dataclass(eq=False, slots=True)
class Frame:
    """The variables of a model, of one call of a function, or of a comprehension. parent: where else a name is looked for.

    sites: for a variable, the layer of the statement that bound it, if that called the library.
    """

    parent: Frame | None = None
    variables: dict[str, Value] = field(default_factory=dict)
    own: frozenset[str] = frozenset()
    returned: Value = None
    sites: dict[str, Scope] = field(default_factory=dict)

    def site(self, name: str) -> Scope | None:
        """Return the layer of a variable that is bound here or around."""
        frame: Frame | None = self
        while frame is not None and name not in frame.variables:
            frame = frame.parent
        return None if frame is None else frame.sites.get(name)

    def find(self, name: str) -> tuple[bool, Value]:
        """Return whether a name is bound here or around, and its value."""
        frame: Frame | None = self
        while frame is not None:
            if name in frame.variables:
                return True, frame.variables[name]
            if name in frame.own:
                return False, None
            frame = frame.parent
        return False, None

    def names(self) -> set[str]:
        """Return the names that are bound here and around."""
        around = self.parent.names() if self.parent is not None else set()
        return around | set(self.variables)


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the model. parameters: names and defaults. frame: where it was made."""

    name: str
    node: ast.FunctionDef
    parameters: Mapping[str, Value]
    frame: Frame
    own: frozenset[str]

    def __repr__(self) -> str:
        return f"function {self.name}"


def named_by(labels: tuple[str, ...]) -> dict[str, Any]:
    """Return the attributes of a leaf whose numbers are called so."""
    return {"labels": labels} if labels else {}


@dataclass(slots=True, eq=False)
class Shared:
    """A function or a layer whose calls use the same parameters.

    scope: of the parameters.   given: arguments for every call, by name; what the first call was given holds for later ones.
    made: its parameters and running statistics, in the order in which a call asks for them.   first: where the first call is.
    call: the one that runs, or None.   asked: how many of them it has asked for.   broken: whether the first one went wrong.
    """

    name: str
    of: Any
    scope: Scope
    given: dict[str, Any]
    made: list[Node] = field(default_factory=list)
    first: Span | None = None
    call: ast.Call | None = None
    asked: int = 0
    broken: bool = False
    begun: bool = False

    def __repr__(self) -> str:
        return f"shared {self.name}"


def is_number(value: Value) -> bool:
    """Return whether a value is a number, but not True or False."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_static(value: Value) -> bool:
    """Return whether a value is known before the run: no node, no data, and no list with one of them in it."""
    if isinstance(value, list | tuple):
        return len(value) <= _SEARCHED and all(map(is_static, value))
    return not isinstance(value, Node | Data | Poison)


def kind_of(value: Value) -> str:
    """Say what a value is, as a person would."""
    for kind, words in _KINDS:
        if isinstance(value, kind):
            return words
    name = type(value).__name__.lower()
    return "nothing" if value is None else f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


_KINDS: tuple[tuple[Any, str], ...] = (
    (Node, "a node"), (bool, "True or False"), (int | float, "a number"), (str, "a string"), (list, "a list"),
    (tuple, "a tuple"), (Data, "data"), (Function, "a function"), (Pairs, "a dictionary"), (Op, "an op"), (range, "a range"),
    (Layer, "a layer of the library"), (Shared, "a shared function"),
)  # fmt: skip


def held_nodes(value: Value, most: int) -> Iterator[tuple[str, Node]]:
    """Return the nodes of a list or a tuple, those of lists within it too, with their places: ".0", ".1.0"; at most so many."""
    waiting = [("", value)]
    while waiting and most > 0:
        place, part = waiting.pop()
        if isinstance(part, list | tuple):
            waiting += [(f"{place}.{i}", element) for i, element in enumerate(part[:most])][::-1]
        elif isinstance(part, Node) and place:
            most -= 1
            yield place, part


@np.errstate(over="ignore")  # 1e300 is infinite in float32
def numbers_of(value: Value, dtype: str) -> Array:
    """Return a number or nested lists of numbers as an array. Raises ArgumentError when they are ragged, BoundError."""
    if isinstance(value, Data):
        return value.array.astype(dtype)
    shape = _shape_of(value)
    check_length(prod(shape))
    flat: list[float] = []
    _flatten(value, shape, flat)
    return np.array(flat, dtype).reshape(shape)


def _shape_of(value: Value) -> tuple[int, ...]:
    """Return the shape by the first elements."""
    shape: list[int] = []
    while isinstance(value, list | tuple | range):
        if len(shape) == MAX_RANK:
            raise ArgumentError(f"lists within lists, more than {MAX_RANK} deep")
        shape.append(len(value))
        if not value:
            break
        value = value[0]
    return tuple(shape)


def _flatten(value: Value, shape: Sequence[int], flat: list[float]) -> None:
    if not shape:
        if not is_number(value) and not isinstance(value, bool):
            if isinstance(value, list | tuple | range):
                raise ArgumentError("the rows of a list are not equally long")
            raise ArgumentError(f"numbers are needed here, got {kind_of(value)}")
        flat.append(float(value))
        return
    if not isinstance(value, list | tuple | range):
        raise ArgumentError(f"the rows of a list are not equally long: a number beside a row of {shape[0]}")
    if len(value) != shape[0]:
        raise ArgumentError(f"the rows of a list are not equally long: {shape[0]} and {len(value)}")
    for part in value:
        _flatten(part, shape[1:], flat)
