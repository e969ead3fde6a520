"""Where the first NaN or infinity of an update came up.

NaN and infinity are two things. An op is the origin of a NaN that reads none: forward, backward or in the step of the
optimizer. An op is the origin of an infinity that reads finite numbers only. A leaf that is given with a NaN is an origin, one
that is given with an infinity is none: people mask with -inf. What follows from an origin is not told again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gradlab.graph.graph import Graph, Node
from gradlab.op import Array

Read = Callable[[int], Array | None]
"""Returns the array of a node by its index, or None when there is none."""
Mask = Callable[[Array], npt.NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Origin:
    """One thing that is wrong.

    rule: its name.   node: index of the node it is about, or -1.   text: one sentence, with the numbers.
    severity: error, warning or info.   update: in which it was seen, or -1.
    """

    rule: str
    node: int
    text: str
    severity: str = "error"
    update: int = -1


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one update, as far as it has come.

    value, grad: read a node.   leaves: those that are given, not made by an update.   forward, update: ops in the order in
    which they ran.   backward: the same of the backward pass.   sent(op, source): what an op sent to a value.
    by_hand: values of ops that were edited.   grads_by_hand: gradients that were, or that the pass began with.
    when: of which update they are, said behind the place; "" for the present one.
    """

    value: Read
    grad: Read
    leaves: Sequence[int]
    forward: Sequence[int] = ()
    backward: Sequence[int] = ()
    update: Sequence[int] = ()
    sent: Callable[[int, int], Array | None] = lambda op, source: None
    by_hand: Collection[int] = ()
    grads_by_hand: Collection[int] = ()
    when: str = ""


@dataclass(frozen=True, slots=True)
class _Event:
    """Numbers that an op made, or that were given. of: what they are called.   node: theirs.   why: how they came.

    op: the node whose op made them, or -1.   read: what it read, pairs of node and array.
    """

    of: str
    node: int
    array: Array
    why: str
    op: int = -1
    read: tuple[tuple[int, Array], ...] = field(default=(), compare=False)

    def begins(self, bad: Mask, instead: Mask) -> bool:
        """Whether such numbers are made here from none. instead: what the op may not have read."""
        return bool(bad(self.array).any()) and not any(instead(array).any() for _, array in self.read)

    def told(self, bad: Mask, when: str) -> str:
        """Return the number, its place and how many there are."""
        return f"{_word(self.array[bad(self.array)])} in {self.of}{_place(bad(self.array))}{when}, {self.why}"


def origins(graph: Graph, numbers: Numbers) -> tuple[Origin, ...]:
    """Return the origin of the first NaN and that of the first infinity; one alone where the NaN came of the infinity."""
    nan: _Event | None = None
    infinite: _Event | None = None
    for event in _events(graph, numbers):
        if infinite is None and event.op >= 0 and event.begins(np.isinf, _unlike_finite):
            infinite = event
        if event.begins(np.isnan, np.isnan):
            nan = event
            break
    if nan is None:
        return () if infinite is None else (_finding(infinite, np.isinf, numbers.when),)
    if infinite is None or infinite is nan:
        return (_finding(nan, np.isnan, numbers.when),)
    if _comes_of(graph, numbers, nan, infinite):
        found = _finding(infinite, np.isinf, numbers.when)
        return (Origin(found.rule, found.node, f"{found.text}; NaN from it first in {nan.of}"),)
    return _finding(nan, np.isnan, numbers.when), _finding(infinite, np.isinf, numbers.when)


def _finding(event: _Event, bad: Mask, when: str) -> Origin:
    return Origin("nan_origin", event.node, event.told(bad, when))


def _events(graph: Graph, numbers: Numbers) -> Iterator[_Event]:
    for index in numbers.leaves:
        yield from _given(graph.nodes[index], numbers)
    yield from _made(graph, numbers, numbers.forward)
    for index in numbers.grads_by_hand:
        array = numbers.grad(index)
        if array is not None and not _finite(array):
            yield _Event(f"grad({graph.nodes[index].name})", index, array, "is given as it is")
    for index in numbers.backward:
        yield from _sent(graph, numbers, graph.nodes[index])
    yield from _made(graph, numbers, numbers.update)


def _given(node: Node, numbers: Numbers) -> Iterator[_Event]:
    array = numbers.value(node.index)
    if array is not None and not _finite(array):
        yield _Event(f"`{node.name}`", node.index, array, "is given as it is")


def _made(graph: Graph, numbers: Numbers, order: Iterable[int]) -> Iterator[_Event]:
    for index in order:
        node, array = graph.nodes[index], numbers.value(index)
        if array is None or _finite(array):
            continue
        if index in numbers.by_hand:
            yield from _given(node, numbers)
            continue
        read = tuple((i, x) for i in node.inputs if (x := numbers.value(i)) is not None)
        finite = all(_finite(x) for _, x in read)
        why = f"from finite inputs of `{node.op.name}`" if finite else f"from inputs of `{node.op.name}` without NaN"
        yield _Event(f"`{node.name}`", index, array, why + _reason(node, read), index, read)


def _reason(node: Node, read: Sequence[tuple[int, Array]]) -> str:
    """Return what the op says of its inputs, if it can tell."""
    if node.op.reason is None or len(read) != len(node.inputs):
        return ""
    said = node.op.reason(tuple(array for _, array in read), node.shape, node.attrs)
    return f": {said}" if said else ""


def _sent(graph: Graph, numbers: Numbers, node: Node) -> Iterator[_Event]:
    """Return what an op sent back that is not finite."""
    incoming = numbers.grad(node.index)
    if incoming is None:
        return
    read = ((node.index, incoming), *((i, x) for i in node.inputs if (x := numbers.value(i)) is not None))
    whole = "whose gradient is finite" if _finite(incoming) else "whose gradient has no NaN"
    for source in dict.fromkeys(node.inputs):
        arrived = numbers.grad(source)
        if arrived is None or _finite(arrived):
            continue
        array = numbers.sent(node.index, source)
        if array is not None and not _finite(array):
            why = f"sent by `{node.name}` ({node.op.name}), {whole}"
            yield _Event(f"grad({graph.nodes[source].name})", source, array, why, node.index, read)


def _comes_of(graph: Graph, numbers: Numbers, nan: _Event, infinite: _Event) -> bool:
    """Whether a NaN came of an infinity: forward by a way of infinities, else if the op read one that nobody gave."""
    waiting = [index for index, array in nan.read if np.isinf(array).any()]
    if nan.op not in numbers.forward:
        return bool(waiting)
    seen: set[int] = set()
    while waiting:
        index = waiting.pop()
        if index == infinite.node:
            return True
        for i in graph.nodes[index].inputs:
            array = numbers.value(i)
            if i not in seen and array is not None and np.isinf(array).any():
                seen.add(i)
                waiting.append(i)
    return False


def _unlike_finite(array: Array) -> npt.NDArray[np.bool_]:
    return ~np.isfinite(array)


def _finite(array: Array) -> bool:
    return bool(np.isfinite(array).all())


def _word(bad: Array) -> str:
    first = bad.reshape(-1)[0]
    return "NaN" if np.isnan(first) else f"{first:+}"


def _place(bad: npt.NDArray[np.bool_]) -> str:
    if bad.shape == ():
        return ""
    first = [int(i) for i in np.argwhere(bad)[0]]
    return f" at {first} ({int(np.count_nonzero(bad)):,} of {bad.size:,} numbers)"
