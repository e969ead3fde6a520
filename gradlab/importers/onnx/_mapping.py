"""How an operation of ONNX becomes ops of gradlab: a mapping a file, and what such a mapping is given."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from gradlab.importers.onnx._graph import Kind, OnnxGraph, OnnxNode
from gradlab.importers.onnx._tape import OnnxStep, OnnxTape
from gradlab.importers.onnx._value import OnnxValue
from gradlab.op import Array, Shape

if TYPE_CHECKING:
    from gradlab.importers.onnx._walk import GraphWalk

BIASES = {"Conv": (2,), "ConvTranspose": (2,), "Gemm": (2,), "Add": (0, 1), "Sub": (1,)}
"""Inputs of operations that are a bias, where a weight has no name."""
Result = OnnxStep | OnnxValue | Sequence[OnnxStep | OnnxValue | None] | None
KindRule = int | str | tuple[int | str, ...] | Callable[["NodeCall"], Any]


class Unsupported(Exception):
    """A node asks for what has no counterpart here; the text says what."""


class TooLarge(Unsupported):
    """A node asks for more than is made here; what it is made of would ask for the same."""


@dataclass(frozen=True, slots=True)
class OnnxMapping:
    """What stands for one operation of ONNX.

    name: the operation.   emit: writes it down, and returns a step for each output; None for one that nobody reads.
    kind: the type of the elements that come out: that of an input, by its number, or a name; a tuple says it for each output.
    weights, buffers: inputs that training changes, and statistics that it does not, by name, where they are constant.
    always: whether it is asked although all its inputs are constants.
    """

    name: str
    emit: Callable[[NodeCall], Result]
    kind: KindRule = 0
    weights: tuple[int, ...] = ()
    buffers: Mapping[int, str] = field(default_factory=dict)
    domain: str = ""


class NodeCall:
    """One node as its mapping sees it. m: what it writes with."""

    def __init__(self, walk: GraphWalk, node: OnnxNode, inputs: Sequence[OnnxValue | None], mapping: OnnxMapping) -> None:
        self.walk, self.node, self.inputs, self.mapping = walk, node, inputs, mapping

    @property
    def m(self) -> OnnxTape:
        """What writes steps down."""
        return self.walk.tape

    @property
    def opset(self) -> int:
        """The version of the standard operators."""
        return self.walk.opsets.get("", 1)

    def has(self, i: int) -> bool:
        """Return whether an input is given."""
        return i < len(self.inputs) and self.inputs[i] is not None

    def value(self, i: int = 0) -> OnnxValue:
        """Return what is known of an input. Raises Unsupported where it is not given."""
        found = self.inputs[i] if i < len(self.inputs) else None
        if found is None:
            self.refuse(f"it has no input {i}")
        return found

    def x(self, i: int = 0) -> OnnxStep:
        """Return an input as a step. Raises Unsupported where it is not given."""
        lost = "bias" if i in BIASES.get(self.node.op, ()) else "weight"
        return self.walk.step_of(
            self.value(i), weight=i in self.mapping.weights, buffer=self.mapping.buffers.get(i, ""), lost=lost
        )

    def maybe(self, i: int) -> OnnxStep | None:
        """Return an input as a step, None where it is left out."""
        return self.x(i) if self.has(i) else None

    def xs(self) -> list[OnnxStep]:
        """Return all inputs."""
        return [self.x(i) for i in range(len(self.inputs))]

    def shape(self, i: int = 0) -> Shape:
        """Return the shape of an input."""
        return self.value(i).shape

    def kind(self, i: int = 0) -> Kind:
        """Return the type of an input's elements."""
        return self.value(i).kind

    @property
    def whole(self) -> bool:
        """Whether the first input holds whole numbers."""
        return self.kind().kind in "iu"

    def numbers(self, i: int) -> Array:
        """Return the numbers of an input, which have to be known before the run. Raises Unsupported."""
        return self.walk.numbers(self.value(i))

    def ints(self, i: int) -> list[int]:
        """Return the whole numbers of an input."""
        return [int(n) for n in self.numbers(i).reshape(-1)]

    def number(self, i: int, default: float) -> float:
        """Return the one number of an input."""
        return float(self.numbers(i).reshape(-1)[0]) if self.has(i) else default

    def attr(self, name: str, default: Any = None) -> Any:
        """Return an attribute."""
        found = self.node.attrs.get(name)
        return default if found is None else found

    def listed(self, name: str, i: int, default: list[int] | None = None) -> list[int] | None:
        """Return whole numbers that older versions have as an attribute and newer ones as an input."""
        if self.has(i):
            return self.ints(i)
        found = self.attr(name)
        return default if found is None else [int(n) for n in (found if isinstance(found, list) else [found])]

    def wants(self, k: int) -> bool:
        """Return whether somebody may read an output."""
        return k < len(self.node.outputs) and bool(self.node.outputs[k])

    def axis(self, value: int, rank: int | None = None) -> int:
        """Return an axis counted from the front."""
        rank = len(self.shape()) if rank is None else rank
        if not -rank <= value < max(rank, 1):
            self.refuse(f"axis {value} of {rank} axes")
        return value % rank if rank else 0

    def run(self, graph: OnnxGraph, given: Sequence[OnnxValue]) -> list[OnnxValue]:
        """Return what a graph in an attribute gives for values."""
        return self.walk.run_inner(graph, given)

    def fixed(self, array: Any, kind: str = "") -> OnnxValue:
        """Return numbers that are the same for all data."""
        array = np.asarray(array, kind or None)
        return OnnxValue(self.node.name, array.dtype, array.shape, array, fixed=True)

    def bound(self, size: float, most: int, text: str) -> None:
        """Raise TooLarge where something is larger than it may be."""
        if size > most:
            raise TooLarge(f"{text}: made are up to {most:,}")

    def refuse(self, text: str) -> NoReturn:
        """Raise Unsupported."""
        raise Unsupported(text)


def kinds(mapping: OnnxMapping, call: NodeCall, count: int) -> list[Kind]:
    """Return the types of the elements of all outputs."""
    rule = mapping.kind(call) if callable(mapping.kind) else mapping.kind
    rules = rule if isinstance(rule, tuple) else (rule,) * count
    rules = (*rules, *(rules[-1:] * (count - len(rules))))
    return [call.kind(r) if isinstance(r, int) else np.dtype(r) for r in rules[:count]]
