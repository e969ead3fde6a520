"""The ops that carry the signal of a layer, from what leaves it back to what it reads.

It is one way through the layer, forth and back the same. Where an op reads several values that lead to what the layer reads,
the signal is, in this order: the one that is no gate (a number from 0 to 1 that another value is multiplied by) and no mask;
the one of the shape of the result, not what is repeated to it; data before parameters; the one that comes through more time
steps; one that is not small beside another; the one with fewer ops behind it. So it is the skip of a residual block, the
carry of a highway, the values of an attention, the state of a recurrent step, and x, not its variance, of a normalisation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gradlab.graph.graph import Graph, Node
from gradlab.op import Array, Role
from gradlab.train.activations import Activation, activations
from gradlab.train.layers import LayerParts
from gradlab.train.measure import root_mean_square

Read = Callable[[int], Array | None]
FIRST: tuple[Role, ...] = ("activation", "normalise", "pool", "reduce")
"""Ops whose first input is the signal; what else they read sets how."""
MASKS: tuple[Role, ...] = ("compare", "mask", "mode")
MOVES: tuple[Role, ...] = ("shape", "stop")
"""Ops that move numbers and change none: they are gone through and have no factor."""
GROUNDS: Mapping[Role, int] = {"parameter": 0, "noise": 1, "input": 2}
"""Leaves that a signal may begin at, by how much rather. Noise may be the data, or the mask of a dropout."""
QUIET = 1 / 3
"""A summand that is smaller than this beside another one does not carry the signal."""
Rank = tuple[int, int, int]
"""How good a way is: what it begins at, through how many time steps it comes, and -1 for each op."""


@dataclass(frozen=True, slots=True)
class Leg:
    """One op of the way, or an activation that is written with several.

    node: what it gives.   source: the signal that it reads.   ops: the nodes that it is made of.   label: what it is called.
    moves: whether it changes no number.   beside: what the signal is subtracted from, or what is subtracted from it.
    """

    node: int
    source: int
    ops: frozenset[int]
    label: str
    moves: bool = False
    beside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SignalWay:
    """The legs, from the last op of a layer to its first.

    source: what the layer reads, or the part of it that it reads.   ops: all of its ops.
    sole: whether the signal leaves the layer at its output alone; a step of an LSTM has a second state.
    """

    legs: tuple[Leg, ...]
    source: int
    ops: frozenset[int]
    sole: bool


def way(graph: Graph, parts: LayerParts, read: Read) -> SignalWay | None:
    """Return the way of the signal through a layer; None where nothing leads through it. read: values."""
    if parts.out is None:
        return None
    legs = _Layer(graph, parts, read).legs(parts.out)
    if not legs:
        return None
    ops = _ops(parts)
    outside = (r for index in ops if index != parts.out for r in _readers(graph)[index])
    return SignalWay(tuple(legs), _begin(graph, legs, ops), ops, sole=all(reader in ops for reader in outside))


def _begin(graph: Graph, legs: Sequence[Leg], ops: frozenset[int]) -> int:
    """Return what a layer reads: of a value that it reads only a part of, that part."""
    for leg in reversed(legs):
        whole, part = graph.nodes[leg.source], graph.nodes[leg.node]
        readers = [reader for reader in _readers(graph)[leg.source] if reader in ops]
        if not leg.moves or part.size >= whole.size or len(readers) > 1 or leg is legs[0]:
            return leg.source
    return legs[-1].source


def _ops(parts: LayerParts) -> frozenset[int]:
    return frozenset(parts.ops).union(*(bend.inside for bend in parts.bends))


class _Layer:
    """One layer, and how its ops are reached from what it reads."""

    def __init__(self, graph: Graph, parts: LayerParts, read: Read) -> None:
        self.nodes, self.read = graph.nodes, read
        self.ops = frozenset(parts.ops)
        self.bends = {bend.node: bend for bend in parts.bends if not bend.own}
        self.gates, self.grounds = _gates(graph), _grounds(graph)
        self.ranks: dict[int, Rank] = {}
        for index in parts.ops:
            ranks = [rank for source in self._sources(index) if (rank := self._rank(index, source)) is not None]
            if ranks:
                self.ranks[index] = max(ranks)

    def legs(self, out: int) -> list[Leg]:
        """Return the way from a node back to where the layer begins."""
        found: list[Leg] = []
        while out in self.ops:
            sources = [s for s in self._sources(out) if self._rank(out, s) is not None]
            if not sources:
                return []
            source = sources[0] if len(sources) == 1 else max(sources, key=self._order(out, sources))
            found.append(self._leg(out, source))
            out = source
        return found

    def _sources(self, index: int) -> list[int]:
        """Return what may be the signal that an op reads, without regard to where it comes from."""
        if index in self.bends:
            return [self.bends[index].reads]
        node = self.nodes[index]
        if node.op.role in FIRST:
            return [node.inputs[0]]
        read = [i for k, i in enumerate(node.inputs) if node.op.flows(k)]
        weighed = [i for i in read if self.nodes[i].op.role != "parameter"] if node.op.role == "weigh" else []
        return weighed or read

    def _rank(self, index: int, source: int) -> Rank | None:
        """Return how good the way is that begins with an op and a value that it reads; None where it leads to nothing."""
        if source in self.ops:
            behind = self.ranks.get(source)
        else:
            ground = self.grounds[source]
            behind = None if ground < 0 else (ground, 0, 0)
        if behind is None:
            return None
        here, there = self.nodes[index], self.nodes[source]
        later = bool(there.step) and there.layer == here.layer and there.step != here.step
        return behind[0], behind[1] + later, behind[2] - 1

    def _order(self, index: int, sources: Sequence[int]) -> Callable[[int], tuple[bool, bool, int, int, bool, int]]:
        node = self.nodes[index]
        sizes = {source: self._size(source) for source in sources}
        loud = QUIET * max(sizes.values())

        def order(source: int) -> tuple[bool, bool, int, int, bool, int]:
            ground, steps, length = self._rank(index, source) or (-1, 0, 0)
            whole = node.op.kind != "elementwise" or self.nodes[source].shape == node.shape
            return source not in self.gates, whole, ground, steps, sizes[source] >= loud, length

        return order

    def _size(self, source: int) -> float:
        value = self.read(source)
        size = 0.0 if value is None else root_mean_square(np.asarray(value, np.float64))
        return size if np.isfinite(size) else 0.0

    def _leg(self, index: int, source: int) -> Leg:
        bend, node = self.bends.get(index), self.nodes[index]
        if bend is not None:
            return Leg(index, source, bend.inside | {index}, bend.word)
        beside = node.inputs if node.op.operator == "-" else ()
        return Leg(index, source, frozenset((index,)), self._label(node, source), node.op.role in MOVES, beside)

    def _label(self, node: Node, source: int) -> str:
        """Return the name of the parameter or of the gate that an op reads beside the signal, else the op."""
        others = [self.nodes[i] for i in node.inputs if i != source]
        said = [n.name for n in others if n.op.role == "parameter"]
        said += [n.name for n in others if n.index in self.gates and not n.op.is_leaf]
        last = said[0].rpartition(".")[2] if said and node.op.role != "normalise" else ""
        return node.op.name if not last or last.isdigit() else last


def _readers(graph: Graph) -> list[list[int]]:
    """Return the nodes of the model that read each node."""
    place = ("readers", len(graph.nodes))
    if place not in graph.known:
        found: list[list[int]] = [[] for _ in graph.nodes]
        for node in graph.nodes:
            for source in node.inputs if node.phase == "f" else ():
                found[source].append(node.index)
        graph.known[place] = found
    known: list[list[int]] = graph.known[place]
    return known


def _grounds(graph: Graph) -> list[int]:
    """Return for each node what it depends on: 2 on data, 1 on noise, 0 on parameters alone, -1 on none of them."""
    place = ("grounds", len(graph.nodes))
    if place not in graph.known:
        found: list[int] = []
        for node in graph.nodes:
            own = GROUNDS.get(node.op.role, -1)
            found.append(max([own, *(found[i] for k, i in enumerate(node.inputs) if node.op.flows(k))]))
        graph.known[place] = found
    known: list[int] = graph.known[place]
    return known


def _gates(graph: Graph) -> frozenset[int]:
    """Return the nodes that are made to be numbers from 0 to 1: gates, attention, masks, and what moves them."""
    place = ("gates", len(graph.nodes))
    if place not in graph.known:
        found: set[int] = set()
        bends = activations(graph)
        for node in graph.nodes:
            if node.phase == "f" and _is_gate(graph, node, bends, found):
                found.add(node.index)
        graph.known[place] = frozenset(found)
    known: frozenset[int] = graph.known[place]
    return known


def _is_gate(graph: Graph, node: Node, bends: Mapping[int, Activation], gates: set[int]) -> bool:
    if node.op.role in MASKS:
        return True
    if node.index in bends:
        low, high = bends[node.index].curve.range
        return low == 0 and high == 1
    varying = [i for i in node.inputs if graph.nodes[i].op.role != "constant"]
    follows = node.op.role in MOVES or node.op.role == "arithmetic"
    return follows and bool(varying) and all(i in gates for i in varying)
