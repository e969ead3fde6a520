"""The part of a graph that is written: what the losses and the steps of the optimizers need."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from keyword import iskeyword

import numpy as np

from gradlab.graph.batching import ancestors
from gradlab.graph.graph import Graph, Node
from gradlab.op import Array

TAKEN = frozenset(("self", "torch", "nn", "F", "np", "DTYPE", "ARRAYS", "model", "update", "loss_fn", "batch", "Path"))


@dataclass(frozen=True, slots=True)
class Model:
    """What is written of a graph.

    roots: of the objectives.   nodes: the indexes of what is needed in the forward phase, in order.
    uses: how often each node is read.   kept: nodes whose values the update phase reads.   seed: of the data and the noise.
    """

    graph: Graph
    roots: tuple[int, ...]
    nodes: tuple[int, ...]
    uses: Counter[int]
    kept: tuple[int, ...]
    seed: int

    def is_parameter(self, node: Node) -> bool:
        """Return whether a node is learned."""
        return node.op.role == "parameter"

    def alone(self, covers: Collection[int], last: Node) -> bool:
        """Return whether nobody but these nodes reads one of them, other than the last."""
        nodes = self.graph.nodes
        others = (i for i in self.nodes if i not in covers)
        read = {k for i in others for k in nodes[i].inputs} | set(self.kept) | set(self.roots)
        return not (set(covers) - {last.index}) & read

    def number(self, node: Node) -> float | None:
        """Return the number of a constant that holds a single one; None for all others."""
        if node.op.role != "constant" or node.shape or node.feed is None or node.feed.varies:
            return None
        return float(self.value(node))

    def value(self, node: Node, update: int = 0) -> Array:
        """Return what a leaf begins with, or is in an update."""
        assert node.feed is not None, f"{node.name} is fed with nothing"
        return np.asarray(node.feed.value(self.seed, update), np.float64).reshape(node.shape)


def model_of(graph: Graph, seed: int) -> Model:
    """Return what is to be written."""
    roots = tuple(dict.fromkeys(objective.root for objective in graph.objectives))
    programs = [program for objective in graph.objectives for program in objective.programs]
    running = {leaf for program in programs for _, leaf in program.commits if graph.nodes[leaf].op.role == "buffer"}
    read = {
        k for program in programs for i in program.updates for k in graph.nodes[i].inputs
        if graph.nodes[k].phase == "f" and not graph.nodes[k].is_leaf and k not in roots
    }  # fmt: skip
    params = {param for program in programs for param in program.params}
    nodes = tuple(i for i in ancestors(graph, {*roots, *read, *params, *running}) if graph.nodes[i].phase == "f")
    uses = Counter(k for i in nodes for k in graph.nodes[i].inputs)
    return Model(graph, roots, nodes, uses, tuple(sorted(read)), seed)


class Names:
    """Names of Python for names of nodes: the last part alone where no other has it, else the whole."""

    def __init__(self, taken: Collection[str] = TAKEN) -> None:
        self._taken = set(taken)
        self._given: dict[str, str] = {}

    def of(self, name: str, *, short: str = "") -> str:
        """Return the name for a node's, always the same one. short: what is taken if it is free."""
        if name not in self._given:
            candidates = [clean(one) for one in (short, name) if one]
            candidates += [f"{candidates[0]}_{k}" for k in range(2, len(self._taken) + 3)]
            found = next(one for one in candidates if one not in self._taken)
            self._taken.add(found)
            self._given[name] = found
        return self._given[name]


def clean(name: str) -> str:
    """Return a name as Python takes it."""
    text = re.sub(r"\W", "_", name).lstrip("_") or "value"
    text = f"n{text}" if text[0].isdigit() else text
    return f"{text}_" if iskeyword(text) else text
