"""Between which numbers a value of the model must lie, as its ops say, and what stands on the two sides of a loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import inf, isnan

import numpy as np

from gradlab.data import Batches
from gradlab.diagnose.roles import Output
from gradlab.graph.graph import Graph, Node
from gradlab.op import Array, Range
from gradlab.scenario.words._tables import DealtBatches
from gradlab.train.activations import activations

ANYTHING: Range = (-inf, inf)


def bounds(graph: Graph, index: int) -> Range:
    """Return the lowest and the highest number that a node can have, whatever the parameters and the data are.

    Activations, also those written by hand, shapes, clips and arithmetic with constants are followed; of all else nothing is
    known, which is (-inf, inf).
    """
    place = ("bounds", len(graph.nodes))
    known: dict[int, Range] = graph.known.setdefault(place, {})
    waiting = [index]
    while waiting:
        node = graph.nodes[waiting[-1]]
        missing = [i for i in node.inputs if i not in known] if _is_followed(node) else []
        if missing:
            waiting += missing
            continue
        known[waiting.pop()] = _bounds(graph, node, known)
    return known[index]


def _is_followed(node: Node) -> bool:
    return not node.is_leaf and node.op.role in ("shape", "arithmetic")


def _bounds(graph: Graph, node: Node, known: Mapping[int, Range]) -> Range:
    bend = activations(graph).get(node.index)
    if bend is not None:
        return bend.curve.range
    if node.op.role == "constant" and node.feed is not None and node.size:
        values = node.feed.value(0, 0)
        return float(np.min(values)), float(np.max(values))
    given = [known[i] for i in node.inputs] if _is_followed(node) else []
    if node.op.role == "shape" and given:
        return _together(given, node)
    if node.op.operator in ("+", "-", "*", "/") and given:
        return _calculated(node.op.operator, given)
    return node.op.curve_of(node.attrs).range


def _together(given: list[Range], node: Node) -> Range:
    """Return the bounds of what is moved or joined; what fills up a border counts, too."""
    ends = [*given, (filling, filling)] if isinstance(filling := node.attrs.get("value"), float) else given
    return min(low for low, _ in ends), max(high for _, high in ends)


@np.errstate(all="ignore")
def _calculated(operator: str, given: list[Range]) -> Range:
    """Return the bounds of a sum, a difference, a product or a quotient."""
    if len(given) == 1:
        return -given[0][1], -given[0][0]
    (a, b), (c, d) = given
    if operator == "+":
        return a + c, b + d
    if operator == "-":
        return a - d, b - c
    if operator == "/" and c <= 0 <= d:
        return ANYTHING
    ends = [_times(x, y if operator == "*" else 1 / y) for x, y in product((a, b), (c, d))]
    return ANYTHING if any(isnan(end) for end in ends) else (min(ends), max(ends))


def _times(x: float, y: float) -> float:
    return 0.0 if 0 in (x, y) else x * y


@dataclass(frozen=True, slots=True)
class Sides:
    """What a loss compares. ours: index of the value that parameters made.   theirs: of the one that only data did.

    -1 where there is none, or where it is not surely a target.
    """

    ours: int
    theirs: int


def sides(graph: Graph, out: Output, of_params: set[int]) -> Sides:
    """Return the two values that meet in the op at which an output is compared with its target."""
    inputs = graph.nodes[out.loss].inputs
    ours = next((i for i in inputs if i in of_params), out.node)
    if out.target < 0:
        return Sides(ours, -1)
    theirs = next((i for i in inputs if i not in of_params and not _is_single(graph.nodes[i])), -1)
    return Sides(ours, theirs)


def _is_single(node: Node) -> bool:
    return node.op.role == "constant" and node.size == 1


def dealt(node: Node) -> Batches | None:
    """Return the batches of a data set that a leaf is fed with; None for all other leaves."""
    return node.feed.batches if isinstance(node.feed, DealtBatches) else None


def made_of_params(graph: Graph) -> set[int]:
    """Return the parameters, and all nodes of the model that are made of some."""
    place = ("made of parameters", len(graph.nodes))
    if place not in graph.known:
        found: set[int] = set()
        for node in graph.nodes:
            if node.phase == "f" and (node.op.role == "parameter" or not found.isdisjoint(node.inputs)):
                found.add(node.index)
        graph.known[place] = found
    made: set[int] = graph.known[place]
    return made


def made_of_data(graph: Graph) -> set[int]:
    """Return the data of a model, constants of several numbers and noise among them, and all nodes that are made of some."""
    place = ("made of data", len(graph.nodes))
    if place not in graph.known:
        found: set[int] = set()
        for node in graph.nodes:
            given = node.op.role in ("input", "noise") or (node.op.role == "constant" and node.size > 1)
            if node.phase == "f" and (given or not found.isdisjoint(node.inputs)):
                found.add(node.index)
        graph.known[place] = found
    made: set[int] = graph.known[place]
    return made


def outside(values: Array, allowed: Range) -> Array:
    """Return how far each number lies outside of bounds; 0 within."""
    numbers = np.asarray(values, np.float64)
    return np.maximum(np.maximum(allowed[0] - numbers, numbers - allowed[1]), 0.0)
