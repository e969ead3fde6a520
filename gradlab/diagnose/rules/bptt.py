"""Gradients that vanish or explode on their way back through time.

A recurrent layer multiplies by the same matrix in every step. What remains of the gradient of the last step at the first one
is about the product of all steps: with an eigenvalue of 0.8 a millionth after fifty. A short sequence forgives that. It is
asked in the first update and once more in an early one, since some optimizers make up for it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Hyper
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.sight import Sight
from gradlab.train.layers import LayerParts

LOW, HIGH, STEPS = 1e-3, 1e3, 5


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding of each recurrent layer whose gradient vanishes or explodes through time."""
    later = examination.early or examination.last
    for name, rows in examination.depth.steps.items():
        if len(rows) < STEPS:
            continue
        sizes = _sizes(examination.first, rows)
        if sizes is not None and _is_off(sizes) and _is_off(_sizes(later, rows)):
            yield _finding(name, rows, sizes)


def _sizes(sight: Sight, rows: tuple[LayerParts, ...]) -> npt.NDArray[np.float64] | None:
    """Return δ of each step, from the first to the last that gets one; None where nothing is sent or it is not finite."""
    sizes = np.array([sight.delta(row.z) if row.z is not None else 0.0 for row in rows])
    reached = np.flatnonzero(sizes)
    if not np.isfinite(sizes).all() or not len(reached) or sizes[0] == 0:
        return None
    return sizes[: reached[-1] + 1]


def _is_off(sizes: npt.NDArray[np.float64] | None) -> bool:
    return sizes is not None and not LOW <= sizes[0] / sizes[-1] <= HIGH


def _finding(name: str, rows: tuple[LayerParts, ...], sizes: npt.NDArray[np.float64]) -> Finding:
    ratio = float(sizes[0] / sizes[-1])
    factor = ratio ** (1 / max(1, len(sizes) - 1))
    way = "vanishes" if ratio < 1 else "explodes"
    fixes = [Fix("start the weights with `orthogonal`", (Argument("init", "orthogonal"),))]
    if ratio > 1:
        fixes.append(Fix("clip the norm of the gradient at 1", (Hyper("clip", "clip_norm(1.0)"),)))
    return Finding(
        f"the gradient {way} on its way back through time: at the first of {len(sizes)} steps of {name} it is {ratio:.2g} of"
        f" that at the last, x {factor:.2g} a step",
        node=-1 if rows[0].z is None else rows[0].z,
        layer=name,
        statistic="δ of the first step over δ of the last",
        value=ratio,
        threshold=LOW if ratio < 1 else HIGH,
        at=0,
        fixes=(*fixes, Fix("an LSTM or a GRU, whose gates let the gradient through")),
    )


MODEL = (
    'x, t = dataset("digits", split="train", batch=32, scale="standard")\ns = transpose(reshape(x, (32, 32, 2)), (1, 0, 2))\n'
    "hs, h = rnn(s, 32, init={})\nout = dense(h, 10)\nloss = cross_entropy(out, t)\nminimize(loss, adam(0.003))\n"
)
RULE = Rule(
    "bptt",
    find,
    reads=("depth", "first", "last"),
    id="D14",
    statistic="δ of the first time step over δ of the last, and its geometric mean a step",
    threshold="below 1e-3 or above 1e3, in the first update and in an early one",
    source="Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013",
    traps="short sequences; optimizers that make up for a small gradient",
    remedy="orthogonal weights, gates whose bias begins at 1, truncation, a clipped norm",
    faulty=MODEL.format("orthogonal(0.5)"),
    healthy=MODEL.format("orthogonal"),
    updates=250,
    rank=63,
    doc=__doc__ or "",
)
