"""Gradients that shrink from layer to layer on their way back, so that the first layers hardly learn.

The size of ∂loss/∂z at the first layer is compared with that at the output, in the first update, in the next one, and as the
median over the first twenty. An absolute bound would fire when a network has converged, and would miss a small ratio of large
gradients. Layers count that stand in series; in a recurrent network the steps of time are asked instead, by another rule.

The weakest link is the layer at which the gradient shrinks most; where that is said of an op, it is what this op alone sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Swap, Wrap
from gradlab.diagnose.rule import Rule
from gradlab.train.layers import LayerParts

RATIO, FACTOR = 1e-3, 0.6
"""Of the first layer's delta to that of the output, and what of it remains at each layer, at most."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding at the weakest link."""
    depth, series = examination.depth, examination.series
    if depth.count < 2 or examination.recurrent or series is None:
        return
    zs = [row.z for row in depth.all if row.z in series.deltas]
    table = np.array([series.deltas[z] for z in zs if z is not None])
    for at, deltas in ((0, table[:, 0]), (1, table[:, 1:2].ravel()), (-1, np.median(table[:, :20], axis=1))):
        if len(deltas) == len(table) and _is_small(deltas):
            yield _finding(depth.all, deltas, at)
            return


def _is_small(deltas: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    """Whether deltas, from the first layer to the output, vanish on the way back. Zeros are no measure of a way."""
    if not np.isfinite(deltas).all() or deltas[0] == 0 or deltas[-1] == 0:
        return False
    ratio = float(deltas[0] / deltas[-1])
    return ratio < RATIO and ratio ** (1 / (len(deltas) - 1)) < FACTOR


def _finding(rows: tuple[LayerParts, ...], deltas: np.ndarray[tuple[int, ...], np.dtype[np.float64]], at: int) -> Finding:
    ratio = float(deltas[0] / deltas[-1])
    factor = ratio ** (1 / (len(deltas) - 1))
    links = deltas[:-1] / deltas[1:]
    weakest = int(np.argmin(links))
    row = rows[weakest]
    when = "as the median of the first 20 updates" if at < 0 else f"in update {at}"
    text = (
        f"the gradient vanishes on its way back: at {rows[0].name} it is {ratio:.2g} of that at {rows[-1].name}"
        f" {when}, x {factor:.2g} a layer"
    )
    evidence = (f"it shrinks most between {rows[weakest + 1].name} and {row.name}: x {links[weakest]:.2g}",)
    node = row.z if row.z is not None else -1
    assert isfinite(ratio)
    return Finding(
        text, node, row.name, f"delta({rows[0].name}) / delta({rows[-1].name})", ratio, RATIO, max(at, 0), evidence,
        tuple(_fixes(rows)),
    )  # fmt: skip


def _fixes(rows: tuple[LayerParts, ...]) -> Iterator[Fix]:
    bends = [bend for row in rows[:-1] for bend in row.bends]
    flat = [bend for bend in bends if bend.curve.bounded and bend.own]
    if flat:
        swaps = tuple(Swap("relu", bend.node) for bend in flat)
        yield Fix(f"relu in place of {flat[0].word}, started with `he`", (*swaps, Argument("init", "he")))
    else:
        yield Fix("start the weights with `he`", (Argument("init", "he"),))
    zs = [row.z for row in rows[:-1] if row.z is not None]
    yield Fix("batch norm before each nonlinearity", tuple(Wrap("batch_norm({})", z) for z in zs))


DATA = 'x, t = dataset("circles", n=400, noise=0.1, factor=0.5, split="train", test=120, batch=32, target="column")\n'
BODY = (
    "h = x\nfor i in range({}):\n    h = {}(dense(h, {}))\nout = dense(h, 1)\nloss = bce(out, t)\nminimize(loss, adam(0.01))\n"
)
RULE = Rule(
    "vanishing",
    find,
    reads=("series", "depth"),
    id="D1",
    statistic="δ of the first layer over δ of the output, and its geometric mean a layer",
    threshold="below 1e-3, and below 0.6 a layer, in update 0 or 1, or as the median of the first 20",
    source="Bengio, Simard & Frasconi 1994; Glorot & Bengio 2010; the bounds: measured on networks with and without it",
    traps="an absolute bound of 1e-7 fires when a network has converged, and misses a ratio of 1e-5",
    remedy="relu with `he`, batch norm, skips; an initialization that keeps the size of the signal",
    faulty=DATA + BODY.format(10, "sigmoid", 16),
    healthy=DATA + BODY.format(10, "relu", 32),
    rank=60,
    doc=__doc__ or "",
)
