"""Where a graph bends: the activations that are words of the library, and those that are written by hand.

`maximum(z, 0)`, `where(z > 0, z, 0)`, `z * (z > 0)`, `z * sigmoid(z)` are found by their structure: ops that work number by
number on one value and on constants. What such a piece does is found by running it on numbers: where it does what an
activation of the library does, it is one; else it is one if it is made of a bend and grows no faster than its input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from math import inf
from typing import Any

import numpy as np
import numpy.typing as npt

from gradlab.graph.graph import Graph, Node
from gradlab.op import LINE, Curve, Role, beyond, clipped
from gradlab.ops import OPS

Floats = npt.NDArray[np.float64]
Operand = int | tuple[float]
Piece = tuple[tuple[str, tuple[float, ...], tuple[Operand, ...]], ...]
"""Ops in order: the name of each, its static numbers, and what it reads: 0 is the value, 1 the first op …, or a constant."""
LARGEST_PIECE, LONGEST_CHAIN = 16, 4
"""Ops that a piece may have before its last, and one whose ops stand in a row: a GELU has eight, a sigmoid three."""
ENDS = (-40.0, -30.0, -20.0, 20.0, 30.0, 40.0)
"""Where a function shows how it goes on, three numbers on each side."""
PIECES: tuple[Role, ...] = ("activation", "arithmetic", "compare")
"""What an activation may be written with."""
SAMPLES: Floats = np.array(sorted({*np.linspace(-40, 40, 161), *np.linspace(-3, 3, 121), -1e-3, 1e-3}))


@dataclass(frozen=True, slots=True)
class Activation:
    """One bend of a graph.

    node: what it gives.   reads: what it bends.   inside: the nodes between the two, by index.   curve: what is known of it.
    word: what it is in the library, else the op of its last node.   own: whether it is a word of the library.
    """

    node: int
    reads: int
    curve: Curve
    word: str
    inside: frozenset[int] = frozenset()
    own: bool = True


def activations(graph: Graph) -> Mapping[int, Activation]:
    """Return the activations of the model by their nodes."""
    place = ("activations", len(graph.nodes))
    if place not in graph.known:
        graph.known[place] = _Search(graph).found
    found: Mapping[int, Activation] = graph.known[place]
    return found


class _Search:
    """One reading of a graph."""

    def __init__(self, graph: Graph) -> None:
        self.nodes = graph.nodes
        self.found: dict[int, Activation] = {}
        model = [node for node in graph.nodes if node.phase == "f" and node.index not in graph.derived]
        self.readers: list[list[int]] = [[] for _ in graph.nodes]
        for node in model:
            for source in node.inputs:
                self.readers[source].append(node.index)
        self.constants = {
            n.index: (_constant(n),) for n in model if n.op.role == "constant" and (n.size == 1 or _is_uniform(n))
        }
        self.told = {n.index: (n.op.name, _floats(n)) for n in model if n.op.kind == "elementwise"}
        for node in model:
            if node.op.role == "activation":
                self.found[node.index] = Activation(node.index, node.inputs[0], node.op.curve_of(node.attrs), node.op.name)
            elif node.op.role == "arithmetic":
                self._by_hand(node)

    def _by_hand(self, node: Node) -> None:
        """Note an activation that ends at a node, in place of those that it is made of."""
        signals = self._signals(node)
        one = self._cut(node, signals) if len(signals) == 1 else self._joined(node, signals)
        if one is not None:
            for index in one.inside & self.found.keys():
                del self.found[index]
            self.found[node.index] = one

    def _signals(self, node: Node) -> set[int]:
        """Return the inputs that are no constants."""
        return {i for i in node.inputs if i not in self.constants}

    def _joined(self, node: Node, signals: set[int]) -> Activation | None:
        """Return the activation of a node at which several ways from one value meet again."""
        piece = self._grown(node, signals)
        return None if piece is None else self._judged(node, *piece, joined=True)

    def _grown(self, node: Node, signals: set[int]) -> tuple[int, frozenset[int]] | None:
        """Go back from a node until all ways come from one value; return that and the nodes between, or None."""
        inside: set[int] = set()
        front = set(signals)
        while len(front) > 1:
            last = max(front)
            if not self._may_be_inside(last, node) or len(inside) == LARGEST_PIECE:
                return None
            inside.add(last)
            front = (front - {last}) | self._signals(self.nodes[last])
        return (front.pop(), frozenset(inside)) if front else None

    def _may_be_inside(self, index: int, last: Node) -> bool:
        node = self.nodes[index]
        return node.op.kind == "elementwise" and node.op.role in PIECES and node.layer == last.layer

    def _cut(self, node: Node, signals: set[int]) -> Activation | None:
        """Return the activation of a node that reads one value: a line that is cut (`maximum(z, 0)`), or the end of a chain."""
        (source,) = signals
        for start, inside in self._chain(node, source):
            one = self._judged(node, start, inside, known=True)
            if one is not None:
                return one
        behind = self.found.get(source)
        if not node.op.kinked or (behind is not None and behind.own):
            return None
        return self._judged(node, source if behind is None else behind.reads, frozenset() if behind is None else _whole(behind))

    def _chain(self, node: Node, source: int) -> Iterator[tuple[int, frozenset[int]]]:
        """Return where `1 / (1 + exp(-z))` may begin, and what is between, from the nearest on; nothing for straight lines."""
        inside: frozenset[int] = frozenset()
        bent = cut = node.op.kinked
        while len(inside) <= LONGEST_CHAIN:
            if bent:
                yield source, inside
            behind, node_behind = self.found.get(source), self.nodes[source]
            if not self._may_be_inside(source, node) or (cut and behind is not None and behind.own):
                return
            if behind is not None:
                inside, source, bent = inside | _whole(behind), behind.reads, True
                continue
            signals = self._signals(node_behind)
            if len(signals) != 1:
                return
            inside, bent = inside | {source}, bent or node_behind.op.curve_of(node_behind.attrs) != LINE
            (source,) = signals

    def _judged(
        self, node: Node, reads: int, inside: frozenset[int], *, joined: bool = False, known: bool = False
    ) -> Activation | None:
        """Return a piece as an activation if it is one. known: only if it does what one of the library does."""
        piece = inside | {node.index}
        if self.nodes[reads].shape != node.shape or any(set(self.readers[i]) - piece for i in inside):
            return None
        if any(i not in piece and i not in self.constants for k in piece for i in self.nodes[k].inputs if i != reads):
            return None  # it reads something beside: the slope of a prelu
        found = _judged(self._written(sorted(piece), reads), joined, known)
        if found is None:
            return None
        word, curve = found
        return Activation(node.index, reads, curve, word or node.op.name, inside, own=False)

    def _written(self, piece: list[int], reads: int) -> Piece:
        """Return a piece without its place in the graph: the same for all layers that are written alike."""
        places = {index: place for place, index in enumerate((reads, *piece))}
        given = self.constants  # each in a tuple: `h * 1.0` is not the `h * h` whose place is 1
        return tuple(
            (*self.told[k], tuple([places[i] if i in places else given[i] for i in self.nodes[k].inputs])) for k in piece
        )


@lru_cache(4096)
def _judged(piece: Piece, joined: bool, known: bool) -> tuple[str, Curve] | None:
    """Return the word and the curve of a piece, if it is an activation. known: only if it does what one of the library does."""
    values = _run(piece)
    if values is None:
        return None
    word = _word(values)
    if not word and (known or not _is_bent(values, joined)):
        return None
    if word:
        return word, OPS[word].curve_of(OPS[word].attrs)
    name, floats, _ = piece[-1]
    own = OPS[name].curve_of(dict(zip(OPS[name].floats, floats, strict=True))) if len(piece) == 1 else LINE
    return "", own if own.bounded else _curve(values)


@np.errstate(all="ignore")
def _run(piece: Piece) -> Floats | None:
    """Return what a piece gives for the samples; None where it is not finite."""
    values: list[Any] = [SAMPLES]
    for name, floats, operands in piece:
        forward = OPS[name].forward
        assert forward is not None
        values.append(forward(*(values[of] if isinstance(of, int) else of[0] for of in operands), *floats))
    result = np.broadcast_to(np.asarray(values[-1], np.float64), SAMPLES.shape)
    return result if np.isfinite(result).all() else None


def _whole(one: Activation) -> frozenset[int]:
    """Return all nodes of an activation."""
    return one.inside | {one.node}


def _floats(node: Node) -> tuple[float, ...]:
    return tuple([float(node.attrs.get(name, node.op.attrs[name])) for name in node.op.floats])


def _is_uniform(node: Node) -> bool:
    assert node.feed is not None
    values = node.feed.value(0, 0)
    return values.size > 0 and bool(np.all(values == values.flat[0]))


def _constant(node: Node) -> float:
    assert node.feed is not None
    return float(node.feed.value(0, 0).flat[0])


@cache
def _library() -> tuple[tuple[str, ...], Floats]:
    """Return the activations that read one number, and a row of what each gives for the samples."""
    single = [op for op in OPS.values() if op.role == "activation" and op.kind == "elementwise" and len(op.inputs) == 1]
    plain = {op.name: op.forward(SAMPLES, *op.attrs.values()) for op in single if not op.surrogate and op.forward is not None}
    return tuple(plain), np.array(list(plain.values()))


@np.errstate(all="ignore")
def _word(values: Floats) -> str:
    """Return the activation of the library that gives these numbers for the samples, or ""."""
    names, rows = _library()
    same = np.all(np.abs(rows - values) <= 1e-12 + 1e-9 * np.abs(rows), axis=1)
    return next((name for name, fits in zip(names, same, strict=True) if fits), "")


def _ends(values: Floats) -> tuple[Floats, Floats]:
    """Return what is given at the three numbers on the left, from the outside in, and at the three on the right."""
    found = values[np.searchsorted(SAMPLES, ENDS)]
    return found[:3], found[3:]


def _is_bent(values: Floats, joined: bool) -> bool:
    """Whether numbers are those of a bend: a curve that is straight far out on both sides, and not the same on both.

    joined: whether it needs no flat end; a single op does (`abs(z)` is no activation).
    """
    slopes = np.diff(values) / np.diff(SAMPLES)
    steepest = float(np.max(np.abs(slopes)))
    left, right = _ends(values)
    straight = all(abs((b - a) - (c - b)) <= 0.01 * 10 * steepest for a, b, c in (left, right))
    even = np.allclose(values, values[::-1])
    line = np.allclose(slopes, slopes[0], rtol=1e-9, atol=1e-12 * steepest)
    return straight and not even and not line and (joined or _is_flat(left) or _is_flat(right))


def _is_flat(end: Floats) -> bool:
    return bool(end[0] == end[1] == end[2])


def _curve(values: Floats) -> Curve:
    """Return what the numbers say: an end that is flat is the least or the greatest that comes out."""
    left, right = _ends(values)
    flat = [float(end[0]) for end in (left, right) if _is_flat(end)]
    low = next((end for end in flat if end <= values.min()), -inf)
    high = next((end for end in flat if end >= values.max()), inf)
    if -inf < low < high < inf:
        return clipped(low, high)
    if low == 0:
        return Curve((0.0, inf), dead=0.0)
    return Curve((low, high), beyond(low, high))
