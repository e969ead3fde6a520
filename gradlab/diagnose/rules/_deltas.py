"""The size of the gradient from the layer of the output back to the first one, at the times at which rules ask for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix
from gradlab.graph.graph import Graph
from gradlab.train.layers import LayerParts

MEDIAN = 20
"""Updates at the beginning whose median is looked at."""
BEGUN = "in update 0"
"""The time at which no step has been made: later, steps that are too long may have made of the weights what is seen."""


@dataclass(frozen=True, slots=True)
class Deltas:
    """RMS of ∂loss/∂z of the layers in series, from the first one to that of the output.

    rows: the layers.   sizes: one number each, none of them 0.   at: the update, 0 for a median.   when: the time in words.
    """

    rows: tuple[LayerParts, ...]
    sizes: npt.NDArray[np.float64]
    at: int
    when: str

    @property
    def ratio(self) -> float:
        """What arrives at the first layer of that at the output."""
        return float(self.sizes[0] / self.sizes[-1])

    @property
    def factor(self) -> float:
        """The same as a geometric mean a layer."""
        return float(self.ratio ** (1 / (len(self.sizes) - 1)))

    @property
    def links(self) -> npt.NDArray[np.float64]:
        """What each layer passes back of what it gets: of δ behind it, δ before it."""
        return self.sizes[:-1] / self.sizes[1:]


def traced(found: Deltas, link: int, what: tuple[str, str], bound: float, fixes: Iterable[Fix]) -> Finding:
    """Return a finding at one link. link: its place.   what: what the gradient does on its way, and at the link."""
    rows, row = found.rows, found.rows[link]
    way, there = what
    return Finding(
        f"the gradient {way} on its way back: at {rows[0].name} it is {found.ratio:.2g} times that at {rows[-1].name}"
        f" {found.when}, x {found.factor:.2g} a layer",
        -1 if row.z is None else row.z,
        row.name,
        f"delta({rows[0].name}) / delta({rows[-1].name})",
        found.ratio,
        bound,
        found.at,
        (f"it {there} most between {rows[link + 1].name} and {row.name}: x {found.links[link]:.2g}",),
        tuple(fixes),
        yields=() if found.when == BEGUN else ("D5",),
    )


def deltas(examination: Examination) -> Iterator[Deltas]:
    """Yield the deltas of update 0, of the next one, and the median of the first ones, as far as the run has them.

    A time at which one is 0 or not finite is left out: where a layer gets nothing, what arrives at the first took another way.
    Of a network that is opening nothing is said: how much comes through is how far a gate has moved.
    """
    depth, series = examination.depth, examination.series
    if depth.count < 2 or examination.recurrent or series is None:
        return
    rows = tuple(row for row in depth.all if row.z in series.deltas)
    table = np.array([series.deltas[row.z] for row in rows if row.z is not None])
    if len(rows) < 2 or (table[0, 0] == 0 and _opens(examination)):
        return
    times = [(0, table[:, 0], BEGUN)]
    if table.shape[1] > 1:
        times.append((1, table[:, 1], "in update 1"))
    times.append((0, np.median(table[:, :MEDIAN], axis=1), f"as the median of the first {min(MEDIAN, table.shape[1])} updates"))
    for at, sizes, when in times:
        if np.isfinite(sizes).all() and (sizes > 0).all():
            yield Deltas(rows, sizes, at, when)


def _opens(examination: Examination) -> bool:
    """Whether a factor begins at 0 by design and moves: a last layer or a gate of zeros, the scale of a residual."""
    graph, starts = examination.graph, examination.leaves[0]
    for param in graph.params:
        grad, start = examination.first.grad(param.index), starts.get(param.index)
        if start is not None and grad is not None and not np.any(start) and np.any(grad) and _multiplies(graph, param.index):
            return True
    return False


def _multiplies(graph: Graph, param: int) -> bool:
    """Whether what is computed is multiplied with a parameter, which a bias is not."""
    moved = {param}
    for node in graph.nodes[param + 1 :]:
        if node.phase != "f" or moved.isdisjoint(node.inputs):
            continue
        weighs = node.op.role == "weigh" and any(len(graph.nodes[i].shape) > 1 for i in moved.intersection(node.inputs))
        if weighs or node.op.operator == "*" or node.op.role == "normalise":
            return True
        if node.op.role == "shape":
            moved.add(node.index)
    return False
