"""Most of what is fed in has no way to the loss: the gradient at it is 0 for every sample, in every update that was looked at.

A slice that is too short, a step of time that is read in the place of all, a mask the wrong way round: the network learns from
the rest, or not at all. Features that never vary do not count, nor does a network in which nothing arrives anywhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Wrap
from gradlab.diagnose.rule import Rule
from gradlab.graph.graph import Node
from gradlab.op import Array

SHARE = 0.5


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for each input of which that is so."""
    for index in examination.roles.inputs:
        node = examination.graph.nodes[index]
        if len(node.shape) < 2:
            continue
        reached = _reached(examination, index)
        varies = _varies(examination.begun.values(index)) if reached is not None else None
        if reached is None or varies is None or reached.shape != varies.shape or not varies.any():
            continue
        ignored = ~reached[varies]
        share = float(np.mean(ignored))
        if SHARE < share < 1:
            yield Finding(
                f"{share:.0%} of what varies in `{node.name}` has no part in the loss: the gradient at it is always 0",
                node=index,
                statistic="share of the features that vary at which the gradient is always 0",
                value=share,
                threshold=SHARE,
                at=0,
                evidence=(f"{int(ignored.sum())} of {ignored.size} places in a sample of shape {node.shape[1:]}",),
                fixes=tuple(_fixes(examination, node)),
            )


def _fixes(examination: Examination, leaf: Node) -> Iterator[Fix]:
    """Yield the input without the slices that read it, else that these are to be looked at."""
    slices = [node for node in examination.graph.nodes if node.inputs[:1] == (leaf.index,) and "key" in node.attrs]
    written = [node for node in slices if node.span is not None and node.span.text.startswith(f"{leaf.name}[")]
    if written:
        yield Fix(f"read all of `{leaf.name}`", tuple(Wrap(leaf.name, node.index) for node in written))
    yield Fix(f"look at what reads `{leaf.name}`: a slice, a step of time, a mask")


def _reached(examination: Examination, index: int) -> npt.NDArray[np.bool_] | None:
    """Return at which places of a sample a gradient arrived; None where no gradient goes to this input at all."""
    found: npt.NDArray[np.bool_] | None = None
    for sight in (examination.first, examination.early, examination.last):
        grad = sight.grad(index) if sight is not None else None
        if grad is None or not np.isfinite(grad).all():
            continue
        here = np.any(grad != 0, axis=0)
        found = here if found is None else found | here
    return found


def _varies(values: Array) -> npt.NDArray[np.bool_]:
    return np.asarray(np.ptp(values, axis=0) > 0, np.bool_)


DATA = 'x, t = dataset("digits", split="train", batch=32)\n'
NET = "h = relu(dense({}, 16, init=he))\ny = dense(h, 10)\nloss = cross_entropy(y, t)\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "input_ignored",
    find,
    reads=("graph", "first", "roles", "begun"),
    id="F2",
    statistic="share of the features that vary at which the gradient is always 0",
    threshold="one half; 0.88 against 0 as measured",
    source="Karpathy, *A recipe for training neural networks*, 2019 (what the net sees just before it reads it)",
    remedy="the slice, the step or the mask that reads the input",
    traps="padding and constants, inputs of words, to which no gradient goes, a network that is dead altogether",
    faulty=DATA + NET.format("x[:, 0:8]"),
    healthy=DATA + NET.format("x"),
    updates=200,
    rank=91,
    status="unmeasured",
    doc=__doc__ or "",
)
