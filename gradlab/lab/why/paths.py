"""Which way a gradient came: what every edge that leaves a node sends back, grouped by layer or time step.

∂root/∂x = Σ over the edges x → consumer of (∂root/∂consumer) · (∂consumer/∂x). No routes are enumerated: the edges are as many
as the consumers, and their parts add up to the gradient.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import numpy as np

from gradlab.axis.run import Run
from gradlab.graph.graph import Graph, Node
from gradlab.graph.machines.plain import PlainMachine
from gradlab.kernels.rows import ASSIGN, SKIP
from gradlab.lab.hidden import HIDDEN, is_unseen
from gradlab.lab.numbers import element_name, signed
from gradlab.lab.why.arrivals import absent, remark
from gradlab.lab.why.ledger import rounding, share
from gradlab.op import Array
from gradlab.tabular import Tabular, TextTable

Edge = tuple[int, int]
"""Who reads a node, and as which of its inputs."""


@dataclass(frozen=True, slots=True)
class Way:
    """What came back through one group of edges.

    label: the layer, the time step, or the consumer itself where all stand in one scope.   consumers: node indexes.
    kind: "skip" where the other ways meet this one again, "branch" for the ways that are met, "" where they never do.
    part: of the number that is split.   share: of the total, 1 is all of it.   magnitude: the norm of the whole part.
    """

    label: str
    kind: str
    consumers: tuple[int, ...]
    part: float
    share: float
    magnitude: float

    @property
    def title(self) -> str:
        """The kind and the label."""
        return f"{self.kind:<6}  {self.label}" if self.kind else self.label


@dataclass(frozen=True, slots=True, repr=False)
class Paths(Tabular):
    """A gradient by the ways that it came.

    total: the element's gradient; of a whole node the norm of its gradient, and a way's part is then its projection on that
    gradient, so that the parts add up as well.   sum: of the parts.   bound: 4·eps·n·Σ abs(part), what rounding may leave.
    note: why there is nothing, or what is special.
    """

    node: int
    name: str
    root: str
    whole: bool
    total: float
    sum: float
    bound: float
    ways: tuple[Way, ...] = ()
    note: str = ""

    @property
    def adds_up(self) -> bool:
        """Whether the parts are the whole, within rounding."""
        return abs(self.sum - self.total) <= self.bound

    @property
    def title(self) -> str:
        """What it is of, with the number, and what is special about it."""
        note = f"  ({self.note})" if self.note else ""
        what = f"∂{self.root}/∂{self.name}" if self.root else f"gradient of {self.name}"
        if not self.ways:
            return f"{what}{note}"
        return f"{f'‖{what}‖' if self.whole and self.total >= 0 else what} = {signed(self.total)}{note}"

    @property
    def total_text(self) -> str:
        """The sum of the parts, and whether it is the whole."""
        if is_unseen(self.total):
            return f"sum {HIDDEN}"
        return f"sum {signed(self.sum)} {'✓' if self.adds_up else f'differs by {signed(self.sum - self.total)}'}"

    def __repr__(self) -> str:
        return f"<Paths {self.title}: {len(self.ways):,} way{'s' * (len(self.ways) != 1)}>"

    def table(self) -> TextTable:
        """Return the ways in the order in which they run forward, with part and share."""
        rows = tuple((way.title, signed(way.part), percent(way.share)) for way in self.ways)
        return TextTable(self.title, ("way", "part", "share"), rows, self.total_text if self.ways else "")


def percent(share: float) -> str:
    """Return a share of the total; nothing where there is none."""
    return f"{round(100 * share, 1) + 0.0:.1f} %" if isfinite(share) else ""


def paths(run: Run, index: int, element: int | None, note: str = "") -> Paths:
    """Return the ways of an element's gradient, or of a whole node's, as far as the backward pass of the run has come."""
    node = run.graph.nodes[index]
    name = node.name if element is None else element_name(node.name, node.shape, element)
    root = run.root_of(run.at.update)
    root_name = "" if root is None else run.graph.nodes[root].name
    why = absent(run, index)
    if why is not None or root is None:
        return Paths(index, name, root_name, element is None, float("nan"), 0.0, 0.0, note=why or "there is no root")
    edges = edges_of(run, root, index)
    sent = sent_by(run, edges, index)
    gradient = np.asarray(run.machine.grad(index), np.float64).reshape(-1)
    total, parts = _split(gradient, sent, element)
    magnitude = float(np.sum(np.abs(_magnitudes(gradient, sent, element))))
    bound = rounding(len(edges), magnitude, float(np.finfo(run.tape.dtype).eps))
    ways = _grouped(run.graph, node, edges, parts, sent, (total, bound))
    return Paths(index, name, root_name, element is None, total, float(np.sum(parts)), bound, ways, note or remark(run, index))


def edges_of(run: Run, root: int, index: int) -> list[Edge]:
    """Return the edges that leave a node and have sent, in the order in which their consumers run forward."""
    program = run.tape.backward_program(root)
    return [
        (consumer, position)
        for consumer, modes in reversed(list(zip(program.order[: run.done("b")], program.modes, strict=False)))
        for position, (source, mode) in enumerate(zip(run.graph.nodes[consumer].inputs, modes, strict=True))
        if source == index and mode != SKIP
    ]


def sent_by(run: Run, edges: Sequence[Edge], index: int) -> list[Array]:
    """Return what each edge sends to a node, flat, in float64. Works on a copy of the numbers."""
    if not edges:
        return []
    machine = PlainMachine(run.tape)
    machine.restore(run.machine.copy())
    return [_sent(machine, edge, index) for edge in edges]


def _sent(machine: PlainMachine, edge: Edge, index: int) -> Array:
    consumer, position = edge
    inputs = machine.tape.graph.nodes[consumer].inputs
    machine.send(consumer, tuple(ASSIGN if place == position else SKIP for place in range(len(inputs))))
    return np.array(machine.grad(index), np.float64).reshape(-1)


def _split(gradient: Array, sent: Sequence[Array], element: int | None) -> tuple[float, list[float]]:
    """Return the number that is split, and the part of each edge."""
    if element is not None:
        return float(gradient[element]), [float(part[element]) for part in sent]
    size = float(np.linalg.norm(gradient))
    direction = gradient / size if size else gradient
    return size, [float(part @ direction) for part in sent]


def _magnitudes(gradient: Array, sent: Sequence[Array], element: int | None) -> list[float]:
    """Return the sizes that rounding is measured by."""
    if element is not None:
        return [abs(float(part[element])) for part in sent]
    size = float(np.linalg.norm(gradient))
    return [float(np.abs(part) @ np.abs(gradient)) / size if size else 0.0 for part in sent]


def _grouped(
    graph: Graph, node: Node, edges: Sequence[Edge], parts: Sequence[float], sent: Sequence[Array], whole: tuple[float, float]
) -> tuple[Way, ...]:
    """Return the ways. whole: the total, and what rounding may leave of it."""
    labels = _labels(graph, [graph.nodes[consumer] for consumer, _ in edges])
    groups: dict[str, list[int]] = {}
    for place, label in enumerate(labels):
        groups.setdefault(label, []).append(place)
    members = {label: tuple(dict.fromkeys(edges[i][0] for i in places)) for label, places in groups.items()}
    kinds = {} if node.is_leaf else _kinds(graph, node, members)
    ways = []
    for label, places in groups.items():
        part = float(np.sum([parts[i] for i in places]))
        size = float(np.linalg.norm(np.sum([sent[i] for i in places], axis=0)))
        ways.append(Way(label, kinds.get(label, ""), members[label], part, share(part, *whole), size))
    return tuple(ways)


def _labels(graph: Graph, consumers: Sequence[Node]) -> list[str]:
    """Return each consumer its outermost layer that not all are in; those that have none are named themselves."""
    layers = [graph.layers_of(node) for node in consumers]
    common = 0
    while layers and all(len(each) > common and each[common] == layers[0][common] for each in layers):
        common += 1
    return [each[common] if len(each) > common else node.name for each, node in zip(layers, consumers, strict=True)]


def _kinds(graph: Graph, node: Node, groups: Mapping[str, tuple[int, ...]]) -> dict[str, str]:
    """Tell skips from branches: a way whose consumer also reads what another way has made goes past that other way.

    One pass over the nodes between: each carries a bit for every way that leads to it.
    """
    bits = {consumer: 1 << k for k, members in enumerate(groups.values()) for consumer in members}
    carried: dict[int, int] = {}
    kinds: dict[str, str] = {}
    names = list(groups)
    for between in graph.nodes[node.index + 1 : max(bits, default=-1) + 1]:
        arriving = 0
        for source in between.inputs:
            arriving |= carried.get(source, 0)
        own = bits.get(between.index, 0)
        if own and arriving & ~own:
            kinds[names[own.bit_length() - 1]] = "skip"
            for k, name in enumerate(names):
                if arriving >> k & 1 and not own >> k & 1:
                    kinds.setdefault(name, "branch")
        if arriving | own:
            carried[between.index] = arriving | own
    return kinds
