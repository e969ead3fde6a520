"""What a model becomes before it is text: steps, one op each, with the shapes that the rules of the ops give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradlab import terms
from gradlab.importers.onnx._graph import OnnxError
from gradlab.importers.onnx._tensors import LIMIT
from gradlab.importers.program import ProgramLine
from gradlab.op import Array, Shape
from gradlab.ops import OPS

INPUT = "input"
LEAVES = ("param", "const", INPUT, "number")


@dataclass(eq=False, slots=True)
class OnnxStep(terms.Term):
    """A value of the scenario.

    op: an operation, or one of `LEAVES`.   attrs: its static arguments as they are written.   array: the numbers of a leaf.
    layer, name: where it stands and what it would like to be called; the writer makes names unique.   note: said beside it.
    key: the name of a leaf in the file.   line: of the person's program.
    """

    maker: OnnxTape
    shape: Shape
    op: str
    inputs: tuple[OnnxStep, ...] = ()
    attrs: Mapping[str, Any] = field(default_factory=dict)
    array: Array | None = None
    layer: str = ""
    name: str = ""
    note: str = ""
    key: str = ""
    line: ProgramLine | None = None

    def __getitem__(self, key: Any) -> OnnxStep:
        return self.maker.call("index", self, key=key if isinstance(key, tuple) else (key,))


class OnnxTape(terms.Maker):
    """The `m` with which mappings write: `m.exp(x)`, `m.conv2d(x, w, b, stride=2)`, in the order in which they are called.

    layer, name, line: what the next steps are given.   room: bytes that further arrays may take.
    """

    def __init__(self, room: int = LIMIT) -> None:
        self.steps: list[OnnxStep] = []
        self.room = room
        self.layer = self.name = ""
        self.line: ProgramLine | None = None

    def call(self, op: str, *operands: Any, **attrs: Any) -> OnnxStep:
        """Write an op down. operands: steps and numbers; a list of them for an op of any number. Raises ShapeError."""
        found = OPS[op]
        listed: Sequence[Any] = operands[0] if found.variadic else [t for t in operands if t is not None]
        inputs = tuple(t if isinstance(t, OnnxStep) else self.number(t) for t in listed)
        shape = found.taking(len(inputs)).shape(tuple(t.shape for t in inputs), {**found.attrs, **attrs})
        return self._add(OnnxStep(self, shape, op, inputs, attrs))

    def number(self, value: float) -> OnnxStep:
        """Return a number that stands in the text where it is read."""
        return OnnxStep(self, (), "number", array=np.asarray(value, np.float64))

    def leaf(self, op: str, array: Array, name: str, layer: str = "", note: str = "", key: str = "") -> OnnxStep:
        """Write down numbers: `param`, `const` or `input`."""
        self.take(array)
        step = OnnxStep(self, array.shape, op, array=array, layer=layer, name=name, note=note, key=key)
        self.steps.append(step)
        return step

    def take(self, array: Array) -> None:
        """Count an array that was made, unless it is one number in memory. Raises OnnxError where all take too much."""
        self.room -= array.nbytes if any(array.strides) else 0
        if self.room < 0:
            raise OnnxError("the arrays of the model, and what is computed of them, take more than --max-memory")

    def const(self, array: Any) -> OnnxStep:
        """Return a constant that a mapping has made; a single number stands in the text where it is read."""
        array = np.asarray(array)
        return self.number(float(array)) if array.ndim == 0 else self.leaf("const", array, self.name, self.layer)

    def reshape(self, x: OnnxStep, shape: Sequence[int]) -> OnnxStep:
        """Give x another shape; nothing where it has it."""
        shape = tuple(int(n) for n in shape)
        return x if x.shape == shape else self.call("reshape", x, shape=shape)

    def transpose(self, x: OnnxStep, axes: Sequence[int]) -> OnnxStep:
        """Give the axes of x another order; nothing where it is theirs."""
        axes = tuple(int(n) for n in axes)
        return x if axes == tuple(range(len(axes))) else self.call("transpose", x, axes=axes)

    def expand(self, x: OnnxStep, shape: Sequence[int]) -> OnnxStep:
        """Repeat x to a shape; nothing where it has it."""
        shape = tuple(int(n) for n in shape)
        return x if x.shape == shape else self.call("expand", x, shape=shape)

    def _add(self, step: OnnxStep) -> OnnxStep:
        step.layer, step.name, step.line = self.layer, self.name, self.line
        self.steps.append(step)
        return step

    def __getattr__(self, op: str) -> Callable[..., OnnxStep]:
        if op not in OPS:
            raise AttributeError(op)
        return super().__getattr__(op)
