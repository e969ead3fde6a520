"""Where the first NaN or infinity of an update came up.

NaN and infinity are two things. An op is the origin of a NaN that reads none: forward, backward or in the step of the
optimizer. An op is the origin of an infinity that reads finite numbers only. A leaf that is given with a NaN is an origin. One
that is given with an infinity is none by itself: people mask with -inf. It is where a NaN or an infinite loss came of it.
What reaches no loss, no result, no parameter and none of their gradients, and no running statistic, is none.

What comes of what is followed back (`ancestry`), so that the cause is told first, and what follows from it is not told again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from gradlab.graph.ancestry import Ancestry, NumbersAt, Read, Sent
from gradlab.graph.graph import Graph, Node
from gradlab.op import Array

Mask = Callable[[Array], npt.NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Origin:
    """One thing that is wrong.

    rule: its name.   node: index of the node it is about, or -1.   text: one sentence, with the numbers.
    severity: error, warning or info.   update: in which it was seen, or -1.   op: the node whose op made the numbers, or -1.
    """

    rule: str
    node: int
    text: str
    severity: str = "error"
    update: int = -1
    op: int = -1


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one update, as far as it has come.

    value, grad: read a node.   leaves: those that are given, not made by an update.   forward, update: ops in the order in
    which they ran.   backward: the same of the backward pass.   sent(op, source): what an op sent to a value.
    by_hand: values of ops that were edited.   grads_by_hand: gradients that were, or that the pass began with.
    when: of which update they are, said behind the place; "" for the present one.   root: of the loss, or -1.
    whole: whether the backward pass was run to its end.
    """

    value: Read
    grad: Read
    leaves: Sequence[int]
    forward: Sequence[int] = ()
    backward: Sequence[int] = ()
    update: Sequence[int] = ()
    sent: Sent = lambda op, source: None
    by_hand: Collection[int] = ()
    grads_by_hand: Collection[int] = ()
    when: str = ""
    root: int = -1
    whole: bool = False


@dataclass(frozen=True, slots=True)
class _Event:
    """Numbers that an op made, or that were given. of: what they are called.   node: theirs.   why: how they came.

    op: the node whose op made them, or -1.   grad: whether they are a gradient.   read: what it read, pairs of node and array.
    """

    of: str
    node: int
    array: Array
    why: str
    op: int = -1
    grad: bool = False
    read: tuple[tuple[int, Array], ...] = field(default=(), compare=False)

    @property
    def place(self) -> NumbersAt:
        """Where the numbers stand."""
        return NumbersAt(self.node, self.grad)

    def begins(self, bad: Mask, instead: Mask) -> bool:
        """Whether such numbers are made here from none. instead: what the op may not have read."""
        return bool(bad(self.array).any()) and not any(instead(array).any() for _, array in self.read)

    def told(self, bad: Mask, when: str) -> str:
        """Return the number, its place and how many there are."""
        return f"{_word(self.array[bad(self.array)])} in {self.of}{_place(bad(self.array))}{when}, {self.why}"


def origins(graph: Graph, numbers: Numbers) -> tuple[Origin, ...]:
    """Return the cause of the first NaN, or of an infinite loss or gradient; behind it what did not come of it.

    What is not finite and reaches nothing that the pass is for is no finding: a mask, a branch that is not taken.
    """
    nan: _Event | None = None
    made: list[_Event] = []
    given: list[_Event] = []
    harmless = _harmless(graph, numbers)
    for event in _events(graph, numbers):
        if harmless(event):
            continue
        if event.begins(np.isinf, _unlike_finite):
            (made if event.op >= 0 else given).append(event)
        if event.begins(np.isnan, np.isnan):
            nan = event
            break
    if nan is None and not made and not given:
        return ()
    behind = _behind(graph, numbers, nan)
    cause = next((one for one in (*made, *given) if one is not nan and one.place in behind and not _masks(graph, one)), None)
    if nan is None:
        cause = cause or next(iter(made), None) or _of_a_mask(graph, numbers, given, behind)
        return () if cause is None else (_finding(cause, numbers, _follows(graph, numbers) if cause in given else ""),)
    if cause is not None:
        return (_finding(cause, numbers, f"NaN from it first in {nan.of}"),)
    others = [one for one in made if one is not nan and one.op != nan.op]
    return tuple(_finding(one, numbers) for one in (nan, *others[:1]))


def _harmless(graph: Graph, numbers: Numbers) -> Callable[[_Event], bool]:
    """Return what tells of numbers that nothing of what a pass is for came of."""
    loss = numbers.value(numbers.root) if numbers.root >= 0 else None
    if loss is None:
        return lambda event: False
    ends = [NumbersAt(index) for index in _ends(graph)] + [NumbersAt(index, grad=True) for index in _learning(graph)]
    counts: list[set[NumbersAt]] = []

    def harmless(event: _Event) -> bool:
        if graph.nodes[event.node].phase != "f" or (event.grad and not numbers.whole):
            return False
        if not counts:  # in most updates there is no event
            counts.append(Ancestry(graph, numbers.value, numbers.grad, numbers.sent).behind(ends))
        return event.place not in counts[0]

    return harmless


def _ends(graph: Graph) -> set[int]:
    """Return the values that a forward pass is for: losses, what nobody reads, what the next update reads, and parameters."""
    read = {index for node in graph.nodes if node.phase == "f" for index in node.inputs}
    ends = {node.index for node in graph.nodes if node.phase == "f" and node.index not in read and not node.is_leaf}
    ends |= {objective.root for objective in graph.objectives}
    ends |= {index for node in graph.nodes if node.phase == "u" for index in node.inputs if graph.nodes[index].phase == "f"}
    return ends | {node.index for node in graph.nodes if node.op.role == "parameter"}


def _learning(graph: Graph) -> list[int]:
    """Return the parameters; without any, all leaves."""
    leaves = [node for node in graph.nodes if node.is_leaf and node.phase == "f"]
    return [node.index for node in leaves if node.op.role == "parameter"] or [node.index for node in leaves]


def _behind(graph: Graph, numbers: Numbers, nan: _Event | None) -> set[NumbersAt]:
    """Return what a NaN came of; without one what an infinite loss came of, or else infinite gradients."""
    ancestry = Ancestry(graph, numbers.value, numbers.grad, numbers.sent)
    if nan is not None:
        read = map(NumbersAt, graph.nodes[nan.op].inputs)
        return set() if nan.op < 0 else ancestry.behind(ancestry.made_by(nan.op) if nan.grad else read)
    loss = ancestry.behind([NumbersAt(numbers.root)] if numbers.root >= 0 else [])
    return loss or ancestry.behind(NumbersAt(index, grad=True) for index in _learning(graph))


def _masks(graph: Graph, event: _Event) -> bool:
    """Whether an infinity is given to mask with: in the program itself, or by an array that has nothing else but 0."""
    finite = np.isfinite(event.array)
    return event.op < 0 and (graph.nodes[event.node].op.role == "constant" or not event.array[finite].any())


def _of_a_mask(graph: Graph, numbers: Numbers, given: Sequence[_Event], behind: set[NumbersAt]) -> _Event | None:
    """Return what an infinite loss is that came of an infinity to mask with."""
    value = numbers.value(numbers.root) if numbers.root >= 0 else None
    mask = next((one for one in given if one.place in behind), None)
    if value is None or mask is None or NumbersAt(numbers.root) not in behind:
        return None
    node = graph.nodes[numbers.root]
    why = f"from {_word(mask.array[np.isinf(mask.array)])} that is given in {mask.of}: what is masked counts"
    return _Event(f"`{node.name}`", node.index, value, why, node.index)


def _follows(graph: Graph, numbers: Numbers) -> str:
    """Return what is told of a loss that is infinite."""
    return f"the loss `{graph.nodes[numbers.root].name}` is infinite from it" if numbers.root >= 0 else ""


def _finding(event: _Event, numbers: Numbers, follows: str = "") -> Origin:
    bad = np.isnan if event.begins(np.isnan, np.isnan) else np.isinf
    text = event.told(bad, numbers.when)
    return Origin("nan_origin", event.node, f"{text}; {follows}" if follows else text, op=event.op)


def _events(graph: Graph, numbers: Numbers) -> Iterator[_Event]:
    for index in numbers.leaves:
        yield from _given(graph.nodes[index], numbers)
    yield from _made(graph, numbers, numbers.forward)
    for index in numbers.grads_by_hand:
        array = numbers.grad(index)
        if array is not None and not _finite(array):
            yield _Event(f"grad({graph.nodes[index].name})", index, array, "is given as it is", grad=True)
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
        yield _Event(f"`{node.name}`", index, array, why + _reason(node, read), index, read=read)


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
            yield _Event(f"grad({graph.nodes[source].name})", source, array, why, node.index, True, read)


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
