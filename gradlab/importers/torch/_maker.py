"""What a mapping writes with: items of a program, their shapes, and tensors that are known before the run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from gradlab.errors import GradlabError
from gradlab.importers.program import Item, Leaf, OpCall, Operand, Program, ProgramLine, Running
from gradlab.importers.torch._capture import Called, Value
from gradlab.importers.torch._mapping import Unmapped
from gradlab.op import Array, Shape
from gradlab.ops import OPS


@dataclass(slots=True, eq=False)
class KnownTensor:
    """A tensor that does not change: no parameter and no number of the batch is in it.

    key: of a buffer, else "".   name: what it is called, of a buffer what its key ends with.   remark: what a reader is told
    beside it.
    """

    array: Array
    key: str = ""
    remark: str = ""
    name: str = "constant"
    leaf: Leaf | None = None
    boolean: bool = False

    @property
    def shape(self) -> Shape:
        """Its shape."""
        return self.array.shape


@dataclass(slots=True)
class ProgramMaker:
    """A program while it is made.

    scope, place: of the call that is being written.   shapes: of the items.   used: names of outermost scopes.
    called: that call, with what PyTorch gave for it.   given: what its arguments were, of those that are items.
    items: what each value has become.   read: those that are read by what the loss depends on.
    """

    program: Program
    scope: str = ""
    place: ProgramLine | None = None
    shapes: dict[Item, Shape] = field(default_factory=dict)
    called: Called | None = None
    given: dict[Item, Value] = field(default_factory=dict)
    items: dict[Value, Any] = field(default_factory=dict)
    read: set[Value] = field(default_factory=set)
    constants: dict[bytes, Leaf] = field(default_factory=dict)

    def call(self, op: str, *inputs: Any, **attrs: Any) -> Any:
        """Append a call of an op, and return it. A `name` is what it is called. Raises Unmapped where the op refuses it."""
        name = attrs.pop("name", "")
        given = [self.operand(one) for one in inputs]
        kind = OPS[op]
        full = {**kind.attrs, **attrs}
        try:
            shape = kind.taking(len(given)).shape(tuple(self.shape_of(one) for one in given), full)
        except (GradlabError, TypeError, ValueError, IndexError) as error:
            raise Unmapped(str(error)) from None
        made = OpCall(op=op, inputs=given, attrs=attrs, scope=self.scope, place=self.place, name=name)
        self.shapes[made] = tuple(shape)
        return self.program.add(made)

    @property
    def last(self) -> Item | None:
        """The last item so far."""
        return self.program.items[-1] if self.program.items else None

    def undo(self, last: Item | None) -> None:
        """Take away all items that came behind one, constants too."""
        while self.last is not last:
            self.shapes.pop(self.program.items.pop(), None)
        self.constants = {key: leaf for key, leaf in self.constants.items() if leaf in self.shapes}

    def gave(self, position: int = 0) -> Array:
        """Return the numbers that PyTorch gave for the call."""
        from gradlab.importers.torch._numbers import array_of

        return array_of(self._value(position).numbers)

    def keeps(self, *positions: int) -> bool:
        """Whether something reads what the call gave at these positions: a backward pass within the pass does.

        To PyTorch it is no more than a number that was kept; the gradient that goes through it goes on here.
        """
        assert self.called is not None
        values = [self.called.outputs[one] for one in positions]
        found = [one for one in values if one is not None and one in self.read]
        for one in found:
            one.needs = one.tensor.is_floating_point()
        return bool(found)

    def out_shape(self, position: int = 0) -> Shape:
        """Return the shape of what PyTorch gave for the call."""
        return tuple(self._value(position).tensor.shape)

    def _value(self, position: int) -> Value:
        assert self.called is not None
        value = self.called.outputs[position]
        assert value is not None
        return value

    def operand(self, one: Any) -> Operand:
        """Return what an op is given for an argument: an item, or a number where a tensor holds a single one."""
        if isinstance(one, KnownTensor):
            if one.array.ndim == 0 and not one.key:
                return float(one.array)
            return self.leaf_of(one)
        return one if isinstance(one, Item) else float(one)

    def shape_of(self, one: Any) -> Shape:
        """Return the shape of an item, of a known tensor, or of a number."""
        if isinstance(one, KnownTensor):
            return one.shape
        return self.shapes[one] if isinstance(one, Item) else ()

    def leaf_of(self, known: KnownTensor) -> Leaf:
        """Return the constant of a known tensor; equal ones are one."""
        if known.leaf is None or known.leaf not in self.shapes:
            key = known.key.encode() or known.array.dtype.str.encode() + repr(known.shape).encode() + known.array.tobytes()
            if key not in self.constants:
                name = known.key.rpartition(".")[2] or known.name
                leaf = Leaf(kind="constant", array=known.array, key=known.key, name=name, scope=self.scope, remark=known.remark)
                self.shapes[leaf] = known.shape
                self.program.add(leaf)
                self.constants[key] = leaf
            known.leaf = self.constants[key]
        return known.leaf

    def item(self, one: Any) -> Item:
        """Return an argument as an item: a number becomes a constant."""
        if isinstance(one, Item):
            return one
        return self.leaf_of(one if isinstance(one, KnownTensor) else KnownTensor(np.asarray(float(one))))

    def known(self, one: Any, what: str) -> Array:
        """Return the numbers of an argument that has to be known before the run. Raises Unmapped."""
        if isinstance(one, KnownTensor):
            return one.array
        if isinstance(one, Item):
            raise Unmapped(f"{what} depends on the batch or on a parameter")
        return np.asarray(one)

    def needs(self, one: Any) -> bool:
        """Whether a gradient goes to an argument."""
        value = self.given.get(one) if isinstance(one, Item) else None
        return value is not None and value.needs

    def in_batch(self, one: Any) -> Array:
        """Return the numbers of an argument, in this batch."""
        from gradlab.importers.torch._numbers import array_of

        value = self.given.get(one) if isinstance(one, Item) else None
        return self.known(one, "what it holds") if value is None else array_of(value.numbers)

    def numbers(self, one: Any, what: str) -> Array:
        """Return the numbers of an argument: of one that depends on the batch those of this batch, as is said.

        Raises Unmapped where a gradient goes to it.
        """
        value = self.given.get(one) if isinstance(one, Item) else None
        if value is None:
            return self.known(one, what)
        if value.needs:
            raise Unmapped(f"{what} depends on what needs a gradient")
        from gradlab.importers.torch._numbers import array_of

        self.say(f"{what} at {self.place} is as in this batch")
        return array_of(value.numbers)

    def say(self, note: str) -> None:
        """Let a reader be told something, once."""
        if note not in self.program.notes:
            self.program.notes.append(note)

    def running(self, of: OpCall, buffer: KnownTensor, rate: float, scale: float) -> Running:
        """Append the statistic of a buffer, which follows what is given."""
        name = buffer.key.rpartition(".")[2]
        found = Running(of=of, array=buffer.array.reshape(self.shape_of(of)), rate=rate, scale=scale, key=buffer.key, name=name,
                        scope=self.scope)  # fmt: skip
        self.shapes[found] = self.shapes[of]
        self.program.add(found)
        return found

    def mode(self) -> OpCall:
        """Return the number that is 1 in training and 0 when the model is used."""
        for item in self.program.items:
            if isinstance(item, OpCall) and OPS[item.op].role == "mode":
                return item
        found = OpCall(op="mode", inputs=(), name="training")
        self.shapes[found] = ()
        self.program.items.insert(0, found)
        return found

    def reshape(self, x: Any, shape: Sequence[int]) -> Any:
        """Return x in another shape; x itself where it has it."""
        if isinstance(x, KnownTensor):
            return KnownTensor(x.array.reshape(shape), boolean=x.boolean)
        return x if self.shape_of(x) == tuple(shape) else self.call("reshape", x, shape=tuple(shape))

    def transpose(self, x: Any, axes: Sequence[int]) -> Any:
        """Return x with its axes in another order."""
        if isinstance(x, KnownTensor):
            return KnownTensor(np.ascontiguousarray(x.array.transpose(axes)), boolean=x.boolean)
        return x if list(axes) == list(range(len(axes))) else self.call("transpose", x, axes=tuple(axes))

    def expand(self, x: Any, shape: Sequence[int]) -> Any:
        """Return x repeated to a shape."""
        if isinstance(x, KnownTensor):
            return KnownTensor(np.broadcast_to(x.array, shape).copy(), boolean=x.boolean)
        return x if self.shape_of(x) == tuple(shape) else self.call("expand", self.item(x), shape=tuple(shape))

    def index(self, x: Any, *key: Any) -> Any:
        """Return x[key]."""
        if isinstance(x, KnownTensor):
            return KnownTensor(x.array[key].copy(), boolean=x.boolean)
        return self.call("index", x, key=tuple(key))

    def axis(self, x: Any, dim: int) -> int:
        """Return an axis from 0."""
        return dim % max(1, len(self.shape_of(x)))

    def axes(self, x: Any, dim: Any) -> tuple[int, ...] | None:
        """Return the axes of a reduction, None for all."""
        if dim is None or (isinstance(dim, list | tuple) and not dim):
            return None
        return tuple(self.axis(x, one) for one in (dim if isinstance(dim, list | tuple) else (dim,)))
