"""One compiled function for a whole update of a graph of single numbers, in place of a call of a kernel for each op.

In such a graph the calls take nearly all of the time. Compiling the function takes a second, so it is done in another process,
and only after millions of updates. The training loop may change to it between any two updates: it does the same operations on
the same numbers in the same order, so the bits stay the same.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.graph.graph import Node, Objective
from gradlab.graph.machines import _apart
from gradlab.graph.tape import Tape
from gradlab.kernels import cache
from gradlab.kernels.rows import ASSIGN
from gradlab.op import Array, Op

UPDATES = 1 << 22
"""Updates after which a loop of its own is compiled: by then about a third of the time that compiling takes is spent."""
MOST_OPS = 64

FRAME = '''"""The whole update of a graph of single numbers, written by gradlab."""

from gradlab.kernels.jit import carray, float32, float64, int64, looped, pointer, single
{imports}


@looped
def train(program, updates, first, losses):
    if updates == 0:
        return
    p = carray(pointer(program), (3,), int64)
    a, v = carray(pointer(p[0]), (p[2],), float64), carray(pointer(p[1]), ({size},), {real})
    loss = carray(pointer(losses), (updates,), {real})
    zero, one = {real}(0), {real}(1)
    {before}
    for u in range(updates):
        {inside}
    {after}


def warm():
    from gradlab.kernels.jit import nothing

    none = nothing()
    train(none.ctypes.data, 0, 0, none.ctypes.data)
'''


def text(tape: Tape, objective: Objective, attributes: list[int]) -> str | None:
    """Return the source of the loop, or None for a graph that is not small or has more than single numbers.

    attributes: where the float attributes of each node begin.
    """
    nodes = tape.graph.nodes
    ops = [nodes[i] for i in (*tape.forward_order, *objective.updates)]
    if tape.varying or not 0 < len(ops) <= MOST_OPS or not all(_is_single(tape, node) for node in ops):
        return None
    writer = _Writer(tape, objective, attributes)
    inside = list(writer.update())
    slots = [(name, offset) for name, offset in writer.places.items()]
    return FRAME.format(
        imports="\n".join(_imports({n.op.name: n.op for n in ops}, tape.dtype.name)),
        size=tape.size,
        real=tape.dtype.name,
        before="\n    ".join([f"{name} = v[{offset}]" for name, offset in slots] + writer.constants),
        inside="\n        ".join(inside),
        after="\n    ".join(f"v[{offset}] = {name}" for name, offset in slots),
    )


def _is_single(tape: Tape, node: Node) -> bool:
    return node.op.kind == "elementwise" and all(tape.graph.nodes[i].size == 1 for i in (*node.inputs, node.index))


def _imports(ops: dict[str, Op], dtype: str) -> Iterator[str]:
    """A comment with the name of the op's kernels changes the text when the op is edited."""
    for name, op in sorted(ops.items()):
        yield f"import {op.module} as op_{name}  # {cache.module_name(op, dtype)}"
    for name, op in sorted(ops.items()):
        for direction, function in (("f", op.forward), ("b", op.backward)):
            if function is not None:
                yield f"{name}_{direction} = single(op_{name}.{function.__name__}, {dtype!r})"


class _Writer:
    """Writes one update as statements on local names: v and g with the index of a node.

    places: the names that stand for elements of the arena.   constants: statements that give names to attributes.
    """

    def __init__(self, tape: Tape, objective: Objective, attributes: list[int]) -> None:
        self.tape, self.objective, self.attributes = tape, objective, attributes
        self.places: dict[str, int] = {}
        self.constants: list[str] = []
        self.real = tape.dtype.name

    def update(self) -> Iterator[str]:
        """Write forward, backward, update and commit."""
        root = self.objective.root
        for index in self.tape.clocks:
            yield f"{self._value(index)} = {self.real}(first + u)"
        yield from map(self._forward, self.tape.forward_order)
        yield f"loss[u] = {self._value(root)}"
        yield f"{self._grad(root)} = one"
        program = self.tape.backward_program(root)
        for index, modes in zip(program.order, program.modes, strict=True):
            yield from self._backward(index, modes)
        yield from map(self._forward, self.objective.updates)
        for following, leaf in self.objective.commits:
            yield f"{self._value(leaf)} = {self._value(following)}"

    def _value(self, index: int) -> str:
        node = self.tape.graph.nodes[index]
        if node.op.role == "gradient":
            return self._grad(node.attrs["of"])
        self.places[f"v{index}"] = int(self.tape.value_offset[index])
        return f"v{index}"

    def _grad(self, index: int) -> str:
        self.places[f"g{index}"] = int(self.tape.grad_offset[index])
        return f"g{index}"

    def _extra(self, node: Node) -> list[str]:
        names = [f"a{self.attributes[node.index] + i}" for i in range(len(node.op.floats))]
        given = [f"{name} = {self.real}(a[{name[1:]}])" for name in names]
        self.constants += [one for one in given if one not in self.constants]
        return names

    def _forward(self, index: int) -> str:
        node = self.tape.graph.nodes[index]
        given = ", ".join([*map(self._value, node.inputs), *self._extra(node)])
        return f"{self._value(index)} = {self.real}({node.op.name}_f({given}))"

    def _backward(self, index: int, modes: tuple[int, ...]) -> Iterator[str]:
        node = self.tape.graph.nodes[index]
        given = ", ".join([self._grad(index), self._value(index), *map(self._value, node.inputs), *self._extra(node)])
        parts = [f"d{i}" for i in range(len(node.inputs))]
        yield f"{', '.join(parts)} = {node.op.name}_b({given})"
        for part, source, mode in zip(parts, node.inputs, modes, strict=True):
            if mode:
                yield f"{self._grad(source)} = {self.real}({part}) + {'zero' if mode == ASSIGN else self._grad(source)}"


class Fusing:
    """A process that compiles a loop into the cache, and the loop when it is there."""

    def __init__(self, source: str, dtype: str) -> None:
        self.source, self.name = source, cache.text_name("whole", dtype, source)
        self.process = _apart.started(__name__, self.name, text=source)

    def ready(self, *, wait: bool = False) -> bool:
        """Whether the loop lies in the cache; it never will if the process failed."""
        return (self.process.wait() if wait else self.process.poll()) == 0

    def load(self) -> Any:
        """Return the module of the loop."""
        return cache.load_text(self.name, self.source)


class Whole:
    """The function for the updates of one objective, ordered after millions of updates.

    attributes, where, base: the machine's float attributes, where those of each node begin, and the address of its arena.
    """

    def __init__(self, tape: Tape, objective: Objective, attributes: Array, where: list[int], base: int) -> None:
        self.tape, self.objective, self.where = tape, objective, where
        self.record = np.array([attributes.ctypes.data, base, len(attributes)], np.int64)
        self.done = 0
        self.fusing: Fusing | None = None
        self.loop: Any = None

    def run(self, updates: int, first: int, losses: Array) -> bool:
        """Run updates if the loop is there; say whether. Once enough were run it is ordered from another process."""
        if self.loop is None and self.fusing is not None and self.fusing.ready():
            self.loop = self.fusing.load()
        if self.loop is not None:
            self.loop.train(self.record.ctypes.data, updates, first, losses.ctypes.data)
            return True
        self.done += updates
        if self.done - updates < UPDATES <= self.done:
            self.order()
        return False

    def settle(self) -> bool:
        """Order the loop and wait for it; return whether there is one."""
        if self.fusing is None:
            self.order()
        return self.fusing is not None and self.fusing.ready(wait=True)

    def order(self) -> None:
        """Have the loop compiled, if the graph is one that gets one."""
        source = text(self.tape, self.objective, self.where)
        if source is not None and cache.folder() is not None:
            self.fusing = Fusing(source, self.tape.dtype.name)


if __name__ == "__main__":
    cache.load_text(sys.argv[1], sys.stdin.read())
