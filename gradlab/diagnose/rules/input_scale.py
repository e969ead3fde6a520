"""The inputs are very large or very small, as the first weights read them.

    z = x @ W,  ∂L/∂W = x.T @ ∂L/∂z

A feature of size 1,000 makes z a thousand times as large, and the gradient of its weights, too: units saturate, a rate that is
right for it is far too small for the others, and one that is right for the others makes the loss jump. Centred and scaled
inputs take all directions at one rate.

The size of a feature is its RMS over the samples. Features that are the same everywhere, those of 0 and 1, and numbers of words
do not count, nor do inputs that are normalised before the first weights.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gradlab.diagnose.bounds import dealt, made_of_params
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Wrap
from gradlab.diagnose.rule import Rule
from gradlab.graph.graph import Graph, Node
from gradlab.op import Array

MEDIAN, LARGEST, SMALLEST = 10.0, 30.0, 0.01
LISTED = 40
"""Features whose means and deviations are written into a change."""


@dataclass(frozen=True, slots=True)
class _Sizes:
    """RMS of the features that count. places: which these are."""

    rms: Array
    places: Array

    def broken(self) -> tuple[str, float, float] | None:
        """Return what is wrong, the number and its bound; None where nothing is."""
        median, top = float(np.median(self.rms)), float(self.rms.max())
        if top > LARGEST:
            return (
                f"the largest feature has an RMS of {top:.4g}, {top / max(median, 1e-300):.3g} times the median",
                top,
                LARGEST,
            )
        if median > MEDIAN:
            return f"half of the features have an RMS above {median:.4g}", median, MEDIAN
        if median < SMALLEST:
            return f"half of the features have an RMS below {median:.3g}", median, SMALLEST
        return None


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for the first value of such inputs that weights read."""
    graph, roles = examination.graph, examination.roles
    read = _read_by_weights(graph, roles.root)
    examination.begun.take([*read, *roles.inputs, *roles.targets])  # one pass, for the rules behind this one as well
    for index in read:
        values = examination.begun.values(index)
        sizes = _sizes(values)
        broken = sizes.broken() if sizes else None
        if sizes and broken:
            text, value, threshold = broken
            node = graph.nodes[index]
            yield Finding(
                f"the inputs `{node.name}` are not scaled: {text}",
                node=index,
                statistic="RMS of a feature over the samples",
                value=value,
                threshold=threshold,
                at=0,
                evidence=(f"{len(sizes.rms)} features, RMS {float(sizes.rms.min()):.3g} to {float(sizes.rms.max()):.4g}",),
                fixes=(_standardise(graph, node, values),),
            )
            return


def _read_by_weights(graph: Graph, root: int) -> list[int]:
    """Return the values made of data alone that parameters weigh."""
    made, found = made_of_params(graph), dict[int, None]()
    data = _of_data(graph)
    for node in graph.nodes[: root + 1]:
        weights = any(_is_parameter(graph, i) for i in node.inputs)
        if node.phase == "f" and node.op.role == "weigh" and weights:
            found |= dict.fromkeys(i for i in node.inputs if i in data and i not in made and not _is_words(graph, i))
    return [*found]


def _is_parameter(graph: Graph, index: int) -> bool:
    """Whether a value is a parameter, or only made of one by shapes."""
    node = graph.nodes[index]
    while node.op.role == "shape" and len(node.inputs) == 1:
        node = graph.nodes[node.inputs[0]]
    return node.op.role == "parameter"


def _of_data(graph: Graph) -> set[int]:
    """Return the inputs, and what is made of them by ops that neither normalise nor look up."""
    found: set[int] = set()
    for node in graph.nodes:
        passed = not found.isdisjoint(node.inputs) and node.op.role in ("shape", "arithmetic", "activation", "pool", "mask")
        if node.phase == "f" and (node.op.role == "input" or passed):
            found.add(node.index)
    return found


def _is_words(graph: Graph, index: int) -> bool:
    return bool(graph.nodes[index].op.words)


def _sizes(values: Array) -> _Sizes | None:
    """Return the sizes of the features of rows; None where none count, or there is one row only."""
    if values.ndim < 2 or len(values) < 2 or not np.isfinite(values).all():
        return None
    rows = np.asarray(values, np.float64).reshape(len(values), -1)
    varies = np.ptp(rows, axis=0) > 0
    marks = ((rows == 0) | (rows == 1)).all(axis=0)
    places = np.flatnonzero(varies & ~marks)
    return _Sizes(np.sqrt(np.mean(rows[:, places] ** 2, axis=0)), places) if len(places) else None


def _standardise(graph: Graph, node: Node, values: Array) -> Fix:
    """Return the change: by the data set's own word, else by the numbers themselves."""
    text = "standardise the inputs"
    if dealt(node) is not None:
        return Fix(text, (Argument("scale", '"standard"', node.index),), rates=True)
    mean, deviation = values.mean(axis=0), values.std(axis=0)
    if values.ndim != 2 or values.shape[1] > LISTED:
        return Fix(text, (Wrap(f"(({{}}) - {float(values.mean()):.6g}) / {float(values.std()):.6g}", node.index),), rates=True)
    middle = ", ".join(f"{float(m):.6g}" for m in mean)
    width = ", ".join(f"{float(d) if d > 0 else 1.0:.6g}" for d in deviation)
    return Fix(text, (Wrap(f"(({{}}) - [{middle}]) / [{width}]", node.index),), rates=True)


NET = "h = relu(dense(x, 16, init=he))\ny = dense(h, 3)\nloss = cross_entropy(y, t)\nminimize(loss, sgd(0.01))\n"
RULE = Rule(
    "input_scale",
    find,
    reads=("graph", "roles", "begun"),
    id="A1",
    statistic="RMS of each feature over the samples, as weights read it",
    threshold="the median above 10 or below 0.01, or one above 30",
    source="LeCun, Bottou, Orr & Müller, *Efficient BackProp*, 1998, sec. 4.3; the bounds leave raw iris (5.9) alone",
    remedy='`scale="standard"`, or a normalisation in front of the first weights',
    traps="raw iris, pixels of 0 to 16, features that never vary, one-hot rows, numbers of words, a batch norm in front",
    faulty='x, t = dataset("wine", split="train", batch=32, scale=None)\n' + NET,
    healthy='x, t = dataset("iris", split="train", batch=30, scale=None)\n' + NET,
    updates=300,
    rank=40,
    doc=__doc__ or "",
)
