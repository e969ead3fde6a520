"""Recurrent layers that were unrolled in time, found again: the states of a layer, what each step reads, the layer below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from gradlab.exporters._torch.layers._layer import TorchPlace
from gradlab.exporters._torch.model import TorchModel
from gradlab.graph.graph import Node


class OtherwiseError(Exception):
    """The nodes are no such layer."""


class StepNodes:
    """Nodes that belong to a layer, on the way from its states back. covers: those that were seen."""

    def __init__(self, model: TorchModel) -> None:
        self.model, self.nodes = model, model.graph.nodes
        self.covers: set[int] = set()

    def inputs(self, index: int, op: str) -> tuple[int, ...]:
        """Return what a node reads. Raises OtherwiseError for another op."""
        node = self.nodes[index]
        if node.op.name != op:
            raise OtherwiseError
        self.covers.add(index)
        return node.inputs

    def cut(self, index: int, k: int, count: int) -> int:
        """Return what a node is the k-th of so many equal parts of, along the last axis. Raises OtherwiseError."""
        (whole,) = self.inputs(index, "index")
        key, size = self.nodes[index].attrs["key"], self.nodes[whole].shape[-1] // count
        if not isinstance(key, tuple) or key[-1] != slice(k * size, (k + 1) * size) or not _all(key[:-1]):
            raise OtherwiseError
        return whole

    def same(self, indexes: Sequence[int]) -> int:
        """Return the one that all are. Raises OtherwiseError."""
        if len({*indexes}) != 1:
            raise OtherwiseError
        return indexes[0]

    def at_time(self, index: int, t: int) -> int:
        """Return the sequence whose element a node is. Raises OtherwiseError."""
        (whole,) = self.inputs(index, "index")
        key = self.nodes[index].attrs["key"]
        first, *rest = key if isinstance(key, tuple) else (key,)
        if first != t or isinstance(first, bool) or not _all(rest):
            raise OtherwiseError
        return whole

    def is_zero(self, index: int) -> bool:
        """Return whether a node is nothing but zeros."""
        node = self.nodes[index]
        if node.op.role == "shape" and node.size <= self.nodes[node.inputs[0]].size:
            return self.is_zero(node.inputs[0])
        return node.op.role == "constant" and not self.model.value(node).any()


def _all(key: Sequence[object]) -> bool:
    return all(part is Ellipsis or part == slice(None) for part in key)


@dataclass(frozen=True, slots=True)
class FoundStep:
    """One step of a cell. x: what it reads, an element of a sequence.   before: its states before, h first.

    after: its states behind it.   weights: parameters, in the order of the cell.
    """

    x: int
    before: tuple[int, ...]
    after: tuple[int, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CellForm:
    """A kind of cell. layer: of PyTorch.   step(walk, t, h): the step whose state h is. Raises OtherwiseError.

    places(nodes, k): where the weights of layer k are, by their indexes.   whole: whether a step reads an element of what was
    weighed for all steps at once, so that x of the step is the sequence.   options: of the layer.   setup: statements.
    """

    layer: str
    step: Callable[[StepNodes, int, int], FoundStep]
    places: Callable[[Sequence[Node], int], Mapping[int, tuple[TorchPlace, ...]]]
    whole: bool
    options: str = ""
    setup: tuple[str, ...] = ()

    def make(self, features: int, units: int, weights: Sequence[Sequence[Node]], layers: int, more: str = "") -> str:
        """Return the text that makes the layer. weights: of each level.   more: options."""
        many = f", num_layers={layers}" if layers > 1 else ""
        bias = "" if not self.whole or all(len(one) == 4 for one in weights) else ", bias=False"
        return f"nn.{self.layer}({features}, {units}{many}{bias}{self.options}{more})"


@dataclass(slots=True)
class FoundLevel:
    """A layer that was found. x: its sequence, -1 where it reads the states of the layer below.   below: these states.

    weights: see `FoundStep`.   covers: its nodes.
    """

    x: int
    below: tuple[int, ...]
    weights: tuple[int, ...]
    covers: set[int] = field(default_factory=set)


def level(model: TorchModel, cell: CellForm, states: Sequence[int], *, back: bool = False) -> FoundLevel:
    """Return the layer whose states these are, one for each time, from zeros. Raises OtherwiseError.

    back: whether it begins with the last time; then it has to be `whole`.
    """
    walk = StepNodes(model)
    steps = [cell.step(walk, t, h) for t, h in enumerate(states)]
    steps = steps[::-1] if back else steps
    if len({one.weights for one in steps}) != 1 or not all(map(walk.is_zero, steps[0].before)):
        raise OtherwiseError
    if any(one.before != former.after for former, one in pairwise(steps)):
        raise OtherwiseError
    found = FoundLevel(-1, (), steps[0].weights)
    if cell.whole:
        found.x = walk.same([one.x for one in steps])
    else:
        try:
            found.x = walk.same([walk.at_time(one.x, t) for t, one in enumerate(steps)])
        except OtherwiseError:
            found.below = tuple(one.x for one in steps)
    if found.x >= 0 and model.graph.nodes[found.x].shape[0] != len(states):
        raise OtherwiseError
    found.covers = walk.covers
    return found


def levels(model: TorchModel, cell: CellForm, node: Node) -> tuple[list[FoundLevel], set[int]]:
    """Return the layers, the lowest first, whose states a node puts side by side, and all nodes. Raises OtherwiseError."""
    found = [level(model, cell, states_of(model, node))]
    covers = {node.index, *found[0].covers}
    while True:
        x, below = found[0].x, found[0].below
        stacked = model.graph.nodes[x] if x >= 0 else None
        try:
            states = below if stacked is None else states_of(model, stacked)
            under = level(model, cell, states)
            inner = under.covers | ({stacked.index} if stacked is not None else set())
            if not fits(model, found[0], under) or not model.alone(covers | inner, node, node.inputs[-1]):
                raise OtherwiseError
        except OtherwiseError:
            if x < 0:
                raise
            return found, covers
        found.insert(0, under)
        covers |= inner


def states_of(model: TorchModel, node: Node) -> tuple[int, ...]:
    """Return the states that a node puts side by side. Raises OtherwiseError."""
    states = StepNodes(model).inputs(node.index, "stack")
    if node.attrs["axis"] != 0 or not states:
        raise OtherwiseError
    return states


def fits(model: TorchModel, upper: FoundLevel, lower: FoundLevel) -> bool:
    """Return whether two levels can be layers of one module: of the same size, of weights of the same kind."""
    shapes = [[model.graph.nodes[i].shape for i in one.weights] for one in (upper, lower)]
    return len(shapes[0]) == len(shapes[1]) and shapes[0][-1] == shapes[1][-1]


def made_of(
    model: TorchModel, levels: Sequence[Sequence[int]], covers: set[int], *ends: Node | int
) -> tuple[str, list[list[Node]]]:
    """Return the name of a layer and the weights of its levels. Raises OtherwiseError where others read them, or its inside.

    ends: nodes of the inside that may be read.
    """
    nodes = model.graph.nodes
    weights = [[nodes[i] for i in one] for one in levels]
    every = [one for level in weights for one in level]
    readers = {i for i in model.nodes if {one.index for one in every} & set(nodes[i].inputs)}
    if not all(map(model.is_parameter, every)) or not readers <= covers or not model.alone(covers, *ends):
        raise OtherwiseError
    if len({one.index for one in every}) < len(every) or not (name := _name(weights)):
        raise OtherwiseError
    return name, weights


def _name(weights: Sequence[Sequence[Node]]) -> str:
    """Return the name of the layer whose weights these are, "" where they are of several: `h` for `h.l0.W` and `h.l1.W`."""
    owners = [{one.name.rpartition(".")[0] for one in level} for level in weights]
    if any(len(one) != 1 for one in owners):
        return ""
    first = [one.pop() for one in owners]
    if len(weights) > 1 and all(name.endswith(f".l{k}") for k, name in enumerate(first)):
        first = [name.rpartition(".")[0] for name in first]
    return first[0] if len({*first}) == 1 else ""
