"""What the parts of a model are for: which leaves are inputs and targets, what the output is, what kind of task it is.

Only the graph and the targets are looked at. A target is a data leaf that the loss reads with no parameter multiplied on its
way; an output is what the loss reads opposite a target. A probability loss that is written by hand is followed back from its
logarithm, through `clip`, sums, `+ eps` and `1 -`, to the nonlinearity or the weighted value that it is of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from gradlab.graph.cuts import behind
from gradlab.graph.graph import Graph, Node
from gradlab.op import Array, Op
from gradlab.train.activations import Activation, activations

Task = Literal["classes", "multi-label", "regression", ""]
Takes = Literal["logits", "probabilities", "logarithms", "scores", ""]
FOLLOWED = ("shape", "arithmetic", "reduce", "pool")
"""What an output is followed back through."""
MOST_CLASSES = 1_000


@dataclass(frozen=True, slots=True)
class Output:
    """One output of the model, and what it is compared with.

    node: its index.   target: the leaf opposite; -1 where that is not surely a target.   loss: the op that compares them first.
    head: the activation that it leaves, or None.   source: what the head bends, before constants that move or scale it; the
    node itself where there is none: a constant output is a constant there.   takes: what the loss expects it to be.
    hand: whether that loss is written by hand.   normalised: whether it is divided by its sum on the way into the loss.
    against: what it is compared with: the target, or what the model makes of it (`2 * t - 1`, `t == 3`); -1 where that is not
    known.
    """

    node: int
    target: int
    loss: int
    head: Activation | None
    source: int
    takes: Takes
    hand: bool = False
    normalised: bool = False
    against: int = -1


class Roles:
    """The roles in a model. root: index of the loss, or -1.   targets, inputs: indexes of leaves.

    outputs: in order.   objectives: how many `minimize` there are.
    """

    def __init__(self, graph: Graph, root: int, values: dict[int, Array]) -> None:
        self.graph, self.root, self.objectives = graph, root, len(graph.objectives)
        self._values = values
        self._reading = _Reading(graph, root) if root >= 0 else None
        self.targets = self._reading.targets if self._reading else ()
        self.inputs = self._reading.inputs if self._reading else ()
        self.outputs: tuple[Output, ...] = self._reading.outputs() if self._reading else ()

    def with_outputs(self, outputs: Iterable[Output]) -> Roles:
        """Return the same roles with other outputs: those that have a target first."""
        found = copy(self)
        found.__dict__.pop("task", None)
        found.outputs = tuple(sorted(outputs, key=lambda one: (one.target < 0, not one.takes, one.node)))
        return found

    @property
    def output(self) -> Output | None:
        """The first output."""
        return self.outputs[0] if self.outputs else None

    @property
    def target(self) -> int:
        """The target of the first output, or -1."""
        return self.output.target if self.output else -1

    @property
    def compared(self) -> int:
        """What the first output is compared with, sample by sample: the target, or what the model makes of it; -1 for none."""
        out, nodes = self.output, self.graph.nodes
        told = out is not None and (not out.hand or out.takes == "logarithms")  # else it may be the part of `1 - t`
        made = told and out is not None and out.against >= 0 and out.target not in self.inputs
        if out is not None and made and nodes[out.against].size == nodes[out.target].size:
            return out.against
        return self.target

    @property
    def both(self) -> tuple[int, ...]:
        """Leaves that are input and target."""
        return tuple(i for i in self.targets if i in self.inputs)

    @property
    def probability(self) -> bool:
        """Whether the loss is one of probabilities."""
        return self.output is not None and self.output.takes in ("logits", "probabilities", "logarithms")

    @property
    def squashes(self) -> bool:
        """Whether the output cannot leave a bounded stretch, as behind a sigmoid or a softmax."""
        head = self.output.head if self.output else None
        return head is not None and (head.curve.bounded or head.curve.range[1] <= 0)

    @cached_property
    def task(self) -> Task:
        """What is to be learned."""
        out = self.output
        if out is None or out.target < 0:
            return ""
        values = self._values.get(self.compared)
        if values is None or not values.size or not np.isfinite(values).all():
            return ""
        numbers, output = np.asarray(values, np.float64), self.graph.nodes[out.node]
        if out.hand and numbers.shape == output.shape and (numbers.min() < 0 or numbers.max() > 1):
            return "regression"
        if not (self.probability or self.squashes or out.takes == "scores"):
            return "regression"
        whole = bool((numbers == np.floor(numbers)).all())
        if not whole:
            soft = self.probability and numbers.ndim > 1 and np.allclose(numbers.sum(axis=-1), 1)
            return "classes" if soft else "regression"
        if set(np.unique(numbers)) <= {0.0, 1.0, -1.0} and numbers.shape == output.shape and numbers.ndim > 1:
            width = numbers.shape[-1]
            if width > 1 and not np.allclose(numbers.sum(axis=-1), 1):
                return "multi-label"
        return "classes"

    def lines(self) -> list[str]:
        """Return the roles as text."""
        return [*_told(self)]


def _told(roles: Roles) -> Iterator[str]:
    nodes = roles.graph.nodes

    def names(of: Iterable[int]) -> str:
        return ", ".join(nodes[i].name for i in of) or "none"

    yield f"loss      {nodes[roles.root].name if roles.root >= 0 else 'none'}"
    yield f"inputs    {names(roles.inputs)}"
    yield f"targets   {names(roles.targets)}"
    for out in roles.outputs:
        head = f", behind {out.head.word}" if out.head else ""
        takes = f", as {out.takes}" if out.takes else ""
        how = f"compared{' by hand' * out.hand}" if out.target >= 0 else "read beside data that are not surely a target,"
        yield f"output    {nodes[out.node].name}{head}, {how} by {nodes[out.loss].op.name}{takes}"
    yield f"task      {roles.task or 'unknown'}"


class _Reading:
    """One reading of a graph from its leaves to the root."""

    def __init__(self, graph: Graph, root: int) -> None:
        self.graph, self.root = graph, root
        made = behind(graph, root)
        self.model = [n for n in graph.nodes[: root + 1] if n.phase == "f" and made[n.index]]
        params = {n.index for n in self.model if n.op.role == "parameter"}
        data = {n.index for n in self.model if n.is_leaf and n.op.role == "input"}
        data = data or {n.index for n in self.model if n.op.role == "constant" and n.size > 1}
        self.of_params, self.of_data = self._made_of(params), self._made_of(data)
        self.readers: dict[int, list[Node]] = {}
        for node in self.model:
            for source in dict.fromkeys(node.inputs):
                self.readers.setdefault(source, []).append(node)
        found = {leaf: self._uses(leaf) for leaf in sorted(data)}
        clean = {leaf for leaf, (as_target, _) in found.items() if as_target}
        fed = {leaf for leaf, (_, as_input) in found.items() if as_input}
        only = clean - fed
        self.targets = tuple(sorted(only or clean))
        self.inputs = tuple(sorted(data - only))
        self.bends = activations(graph)

    def _made_of(self, leaves: set[int]) -> set[int]:
        found = set(leaves)
        for node in self.model:
            if not found.isdisjoint(node.inputs):
                found.add(node.index)
        return found

    def _multiplied(self, node: Node, source: int) -> bool:
        """Whether an op multiplies what it reads with parameters, or looks it up in them."""
        if node.op.role in ("normalise",):
            return False
        others = [i for i in node.inputs if i != source]
        pure = [i for i in others if i in self.of_params and i not in self.of_data]
        return bool(pure) and node.op.operator not in ("+", "-") and node.op.role not in ("loss", "compare")

    def _uses(self, leaf: int) -> tuple[bool, bool]:
        """Return whether a leaf comes to the root with no parameter on its way, and whether one is on another way."""
        clean, fed = {leaf}, False
        for node in self.model:
            for source in set(node.inputs) & clean:
                if self._multiplied(node, source):
                    fed = True
                else:
                    clean.add(node.index)
        return self.root in clean, fed

    def outputs(self) -> tuple[Output, ...]:
        """Return what the loss reads opposite the targets."""
        found: dict[tuple[int, int], Output] = {}
        compared = self._made_of(set(self.targets) - set(self.inputs))
        for target in self.targets:
            for meeting, source in self._meetings(target):
                if source in compared:  # a loss already, of which the target only says how much of it counts
                    continue
                one = self._output(meeting, source, target)
                known = found.get((one.node, target))
                if known is None or self._rank(one) > self._rank(known):
                    found[one.node, target] = one
        return tuple(sorted(found.values(), key=lambda one: (not one.takes, one.node)))

    def _rank(self, one: Output) -> tuple[bool, bool]:
        """Return how sure a meeting is the one in the loss: `t - y` may only be read on the way."""
        return bool(one.takes), self.graph.nodes[one.loss].op.role == "loss"

    def _meetings(self, target: int) -> Iterator[tuple[Node, int]]:
        """Yield the ops at which a target, or what is made of it alone, meets what parameters made."""
        side = {target}
        for node in self.model:
            if side.isdisjoint(node.inputs):
                continue
            opposite = [i for i in node.inputs if i in self.of_params]
            if not opposite:
                side.add(node.index)
            elif not self._multiplied(node, next(i for i in node.inputs if i in side)):
                yield from ((node, source) for source in opposite[:1])

    def _output(self, meeting: Node, source: int, target: int) -> Output:
        takes: Takes = ""
        hand = False
        if meeting.op.role == "loss":
            takes = _taken(meeting)
        at, logarithm, normalised = self._followed(source, meeting.op.role != "loss", takes == "probabilities")
        head = self.bends.get(at)
        if not takes and head is not None and head.curve.range[0] >= 0 and head.curve.range[1] <= 1:
            logarithm |= self._is_taken_later(meeting)
        logarithm |= not takes and head is not None and _is_log_probability(head) and _weighs(meeting.op)
        if not takes and (logarithm or (meeting.op.words and meeting.op.role != "loss")):
            takes, hand = "probabilities" if logarithm else "logits", True
        if hand and head is not None and head.curve.range[1] <= 0:
            takes = "logarithms"
        apart = [i for i in meeting.inputs if i not in self.of_params and self.graph.nodes[i].size > 1]
        bent = at if head is None else self._straight(head.reads)
        return Output(at, target, meeting.index, head, bent, takes, hand, normalised, apart[0] if len(apart) == 1 else -1)

    def _straight(self, index: int) -> int:
        """Return the value that another one is, but for its sign and constants: of `z` and `-z` one is the output."""
        node = self.graph.nodes[index]
        while node.op.role == "arithmetic" and node.op.operator in ("+", "-", "*", "/"):
            mine = [i for i in node.inputs if i in self.of_params]
            others = [self.graph.nodes[i] for i in node.inputs if i not in self.of_params]
            constant = all(one.op.role == "constant" and one.size == 1 for one in others)
            if len(mine) != 1 or not constant or (node.op.operator == "/" and mine[0] != node.inputs[0]):
                break
            node = self.graph.nodes[mine[0]]
        return node.index

    def _followed(self, index: int, hand: bool, logarithm: bool) -> tuple[int, bool, bool]:
        """Return the output behind a value, whether a logarithm is on the way, and whether it is divided by its sum.

        hand: whether the loss is written by hand.   logarithm: whether it takes one itself.
        """
        normalised = False
        while index not in self.bends or (logarithm and self._is_safety(index)):
            node = self.graph.nodes[index]
            mine = [i for i in dict.fromkeys(node.inputs) if i in self.of_params]
            if node.is_leaf or not mine or node.op.role not in FOLLOWED:
                break
            if _is_logarithm(node.op):
                logarithm = True
            elif node.op.role == "shape" and self._reads(node) == 1 and len(mine) == 1:
                pass
            elif node.op.operator == "/" and len(mine) == 2 and self._is_sum_of(mine[1], mine[0]):
                normalised = True
            elif len(mine) != 1 or not (logarithm or (hand and node.op.operator == "-")):
                break
            index = mine[0]
        return index, logarithm, normalised

    def _is_safety(self, index: int) -> bool:
        """Whether a bend only keeps a probability away from 0, as `clip(p, 1e-7, 1 - 1e-7)` and `maximum(p, 1e-7)` do."""
        one = self.bends[index]
        cut = not one.own and not one.inside and self.graph.nodes[index].op.role == "arithmetic"
        return cut and (one.curve.bounded or one.curve.range[0] > 0)

    def _reads(self, node: Node) -> int:
        return len([i for i in dict.fromkeys(node.inputs) if i in self.of_params])

    def _is_taken_later(self, meeting: Node) -> bool:
        """Whether the logarithm is taken of what a target has picked: of the probability of the right class, say."""
        at: Node | None = meeting
        while at is not None and at.op.role in FOLLOWED:
            if _is_logarithm(at.op):
                return True
            readers = self.readers.get(at.index, [])
            at = readers[0] if len(readers) == 1 else None
        return False

    def _is_sum_of(self, index: int, of: int) -> bool:
        node = self.graph.nodes[index]
        while node.op.role in ("shape", "arithmetic") and len(node.inputs) >= 1 and node.index != of:
            node = self.graph.nodes[node.inputs[0]]
        return node.op.role == "reduce" and any(i == of or self._is_again(i, of) for i in node.inputs)

    def _is_again(self, index: int, of: int) -> bool:
        """Whether a value is written once more: the same op of the same inputs, as in `exp(z) / sum(exp(z))`."""
        one, other = self.graph.nodes[index], self.graph.nodes[of]
        return not one.is_leaf and one.op is other.op and one.inputs == other.inputs and dict(one.attrs) == dict(other.attrs)


def _is_log_probability(head: Activation) -> bool:
    """Whether an activation gives logarithms of numbers between 0 and 1, as `log_softmax` and `logsigmoid` do."""
    return head.own and head.curve.range == (-np.inf, 0.0)


def _weighs(op: Op) -> bool:
    """Whether an op picks by what it reads, or multiplies with it: logarithms of probabilities become a likelihood there."""
    return op.role in ("shape", "weigh") or op.operator == "*"


def _is_logarithm(op: Op) -> bool:
    """Whether an op gives the logarithm of what it reads, or of that and 1."""
    if op.kind != "elementwise" or len(op.inputs) != 1 or op.forward is None or op.attrs:
        return False
    x = np.array([0.5, 1.0, 2.0, 3.0])
    with np.errstate(all="ignore"):
        given = np.exp(np.asarray(op.forward(x), np.float64))
    return bool(np.allclose(given, x) or np.allclose(given, x + 1))


def _taken(node: Node) -> Takes:
    if node.op.applies:
        return "logits"
    return node.op.takes  # type: ignore[return-value]
