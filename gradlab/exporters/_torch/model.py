"""The part of a graph that is written: what the losses and the steps of the optimizers need."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from keyword import iskeyword

import numpy as np

from gradlab.graph.batching import ancestors
from gradlab.graph.graph import Graph, Node
from gradlab.graph.turns import Stretch, Turns
from gradlab.op import Array

TAKEN = frozenset((
    "self", "torch", "nn", "F", "np", "sys", "Path", "DTYPE", "SEED", "TURNS", "data", "arrays", "model", "update", "number",
    "loss_fn", "batch", "loss_of", "losses", "train", "words", "rows", "rows_in_order", "uniform", "normal",
    "START", "gradient", "clip_by_norm", "index_put", "weighted_mean", "two_loop", "nms", "roi_pool",
    "max_unpool2d", "ALONE", "SKIPPED", "turn_of", "sum", "max", "next",
))  # fmt: skip
"""PythonNames that a program has uses of its own for."""


@dataclass(frozen=True, slots=True)
class TorchBeginning:
    """Where a program begins. update: the first one.   steps: that the optimizers have made before.

    leaves: values of leaves that are not as the model draws them, by their indexes.   frozen: leaves that no update changes.
    trains: whether the network runs as in training.   roots: of the backward pass, where nothing is minimized.
    stretches: updates that belong to one objective alone.
    """

    update: int = 0
    steps: int = 0
    leaves: Mapping[int, Array] = field(default_factory=dict)
    frozen: frozenset[int] = frozenset()
    trains: bool = True
    roots: tuple[int, ...] = ()
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class TorchModel:
    """What is written of a graph.

    roots: of the objectives.   nodes: the indexes of what is needed in the forward phase, in order.
    uses: how often each node is read.   kept: nodes whose values the update phase reads.   follows: for each running statistic
    those that it follows.   seed: of the data and the noise.   begin: where the program begins.
    """

    graph: Graph
    roots: tuple[int, ...]
    nodes: tuple[int, ...]
    uses: Counter[int]
    kept: frozenset[int]
    follows: Mapping[int, frozenset[int]]
    seed: int
    begin: TorchBeginning

    @property
    def first_batch(self) -> int:
        """The number of the batch of the first update."""
        return self.turns.batch(self.begin.update)

    @property
    def turns(self) -> Turns:
        """Whose turn each update is."""
        return Turns(self.graph.objectives, lambda: self.begin.stretches)

    def is_parameter(self, node: Node) -> bool:
        """Return whether a node is learned."""
        return node.op.role == "parameter"

    def alone(self, covers: Collection[int], *ends: Node | int) -> bool:
        """Return whether nobody but these nodes reads one of them, other than those at the end."""
        nodes = self.graph.nodes
        others = (i for i in self.nodes if i not in covers)
        read = {k for i in others for k in nodes[i].inputs} | self.kept | set(self.roots)
        free = {end if isinstance(end, int) else end.index for end in ends}
        return not (set(covers) - free) & read

    def learns(self, root: int) -> bool:
        """Return whether a gradient gets from a root to a parameter; PyTorch refuses a backward pass where none does."""
        waiting, seen = [root], set[int]()
        while waiting:
            node = self.graph.nodes[waiting.pop()]
            if self.is_parameter(node):
                return True
            reached = (
                i for k, i in enumerate(node.inputs) if node.op.flows(k) and not node.op.is_flat(0 if node.op.variadic else k)
            )
            new = [i for i in reached if i not in seen]
            seen.update(new)
            waiting += new
        return False

    def number(self, node: Node) -> float | None:
        """Return the number of a constant that holds a single one; None for all others."""
        if node.op.role != "constant" or node.shape or node.feed is None or node.feed.varies:
            return None
        return float(self.value(node))

    def value(self, node: Node, update: int | None = None) -> Array:
        """Return what a leaf begins with, or is in an update."""
        update = self.begin.update if update is None else update
        if node.index in self.begin.leaves and not (node.feed is not None and node.feed.varies):
            return np.asarray(self.begin.leaves[node.index], np.float64).reshape(node.shape)
        if node.op.role == "state" and node.feed is None:
            return np.zeros(node.shape)
        assert node.feed is not None, f"{node.name} is fed with nothing"
        return np.asarray(node.feed.value(self.seed, update), np.float64).reshape(node.shape)


def model_of(graph: Graph, seed: int, begin: TorchBeginning) -> TorchModel:
    """Return what is to be written."""
    roots = tuple(dict.fromkeys(objective.root for objective in graph.objectives)) or begin.roots
    last = graph.default_root()
    roots = roots if roots or last is None else (last.index,)
    programs = [program for objective in graph.objectives for program in objective.programs]
    params = {param for program in programs for param in program.params}
    kept, follows = set[int](), dict[int, set[int]]()
    for program in programs:
        for following, leaf in program.commits:
            read = _read(graph, following) - set(roots)
            if graph.nodes[leaf].op.role == "buffer":
                follows.setdefault(leaf, set()).update(read)
            else:
                kept |= read
    wanted = {*roots, *kept, *params, *follows, *(i for read in follows.values() for i in read)}
    nodes = tuple(i for i in ancestors(graph, wanted) if graph.nodes[i].phase == "f")
    uses = Counter(k for i in nodes for k in graph.nodes[i].inputs)
    return TorchModel(
        graph, roots, nodes, uses, frozenset(kept), {leaf: frozenset(read) for leaf, read in follows.items()}, seed, begin
    )


def _read(graph: Graph, following: int) -> set[int]:
    """Return the values of the forward phase that a next value is made of."""
    found, waiting, seen = set[int](), [following], set[int]()
    while waiting:
        node = graph.nodes[waiting.pop()]
        if node.phase == "f":
            found |= set() if node.is_leaf else {node.index}
            continue
        new = [i for i in node.inputs if i not in seen]
        seen.update(new)
        waiting += new
    return found


class PythonNames:
    """PythonNames of Python for names of nodes: the last part alone where no other has it, else the whole."""

    def __init__(self, taken: Collection[str] = TAKEN) -> None:
        self._taken = set(taken)
        self._given: dict[str, str] = {}

    def of(self, name: str, *wanted: str) -> str:
        """Return the name for a node's, always the same one: the first of the wanted ones that is free, else the whole."""
        if name not in self._given:
            candidates = [clean(one) for one in (*wanted, name) if one]
            candidates += [f"{candidates[0]}_{k}" for k in range(2, len(self._taken) + 3)]
            found = next(one for one in candidates if one not in self._taken)
            self._taken.add(found)
            self._given[name] = found
        return self._given[name]

    def inner(self, *more: str) -> PythonNames:
        """Return names that avoid those that are taken here, and some more."""
        return PythonNames((*self._taken, *more))


def clean(name: str) -> str:
    """Return a name as Python takes it."""
    text = re.sub(r"\W", "_", name).lstrip("_") or "value"
    text = f"layer{text}" if text[0].isdigit() else text
    return f"{text}_" if iskeyword(text) else text
