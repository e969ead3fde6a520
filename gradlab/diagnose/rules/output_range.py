"""The output cannot be what it should be: targets lie outside of the range of its last activation.

A ReLU gives nothing below 0, a sigmoid nothing outside of 0 to 1. Where targets lie beyond, the loss has a floor that no
weights go below, and units that are pushed against the end of their range stop passing a gradient. A loss that applies the
sigmoid or the softmax itself asks for the same: its targets are probabilities.

What is compared is looked at: an output that is multiplied or moved by constants on its way into the loss, or a target that
is, counts as it is there. Where a parameter scales the output, its range is not known and nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import numpy as np

from gradlab.diagnose.bounds import ANYTHING, bounds, made_of_params, outside, sides
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Swap, Unwrap, Wrap
from gradlab.diagnose.roles import Output
from gradlab.diagnose.rule import Rule
from gradlab.op import Array, Range

SHARE = 0.01
"""Of the targets: fewer are a few odd rows, not a wrong output."""
ROUNDING = 1e-6


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for each output that cannot reach its targets."""
    for out in examination.roles.outputs:
        yield from _asked(examination, out)


def _asked(examination: Examination, out: Output) -> Iterator[Finding]:
    graph, compared = examination.graph, sides(examination.graph, out, made_of_params(examination.graph))
    targets = examination.first.value(compared.theirs)
    allowed = _allowed(examination, out, compared.ours, compared.theirs)
    if targets is None or allowed == ANYTHING or not targets.size:
        return
    beyond = outside(targets, allowed)
    share = float(np.mean(beyond > ROUNDING * max(1.0, float(np.max(np.abs(targets))))))
    if share <= SHARE:
        return
    node, (low, high) = graph.nodes[out.node], allowed
    floor = float(np.mean(beyond**2) / max(float(np.var(targets)), 1e-300))
    given = f"`{node.name}` gives {low:g} to {high:g}" + (f" by `{out.head.word}`" if out.head else "")
    taken = f"`{graph.nodes[out.loss].op.name}` takes targets from {low:g} to {high:g}"
    yield Finding(
        f"{given if not out.takes else taken}, and {share:.0%} of the targets are outside, down to {float(np.min(targets)):.4g}"
        f" and up to {float(np.max(targets)):.4g}",
        node=out.node,
        statistic="share of the targets outside of the range of the output",
        value=share,
        threshold=SHARE,
        at=0,
        evidence=() if out.takes else (f"the least squared error is {floor:.2g} of the variance of the targets",),
        fixes=_fixes(examination, out, allowed, targets, compared.theirs),
    )


def _fixes(examination: Examination, out: Output, allowed: Range, targets: Array, theirs: int) -> tuple[Fix, ...]:
    """Return what may help: an output without bounds, a loss of measured values, or targets moved into those of the loss."""
    if out.head is not None and not out.takes:
        return (Fix("make the output linear", (Unwrap(out.head.node),)),)
    low, high = float(np.min(targets)), float(np.max(targets))
    if not (high > low and isfinite(allowed[1] - allowed[0])):
        return (Fix("an output that can be what the targets are"),)
    step = (high - low) / (allowed[1] - allowed[0])
    text = f"bring the targets into {allowed[0]:g} to {allowed[1]:g}"
    moved = Fix(text, (Wrap(f"(({{}}) - {low:g}) / {step:g} + {allowed[0]:g}", theirs),))
    loss = examination.graph.nodes[out.loss]
    if examination.roles.task != "regression" or loss.op.role != "loss" or out.takes != "logits":
        return (moved,)
    return Fix("take `mse`: the targets are measured values", (Swap("mse", loss.index),)), moved


def _allowed(examination: Examination, out: Output, ours: int, theirs: int) -> Range:
    """Return between which numbers a target has to be so that the output can be right."""
    nodes = examination.graph.nodes
    meeting = nodes[out.loss]
    if meeting.op.role == "loss" and meeting.op.targets != ANYTHING:
        return meeting.op.targets if theirs >= 0 and nodes[theirs].shape == nodes[ours].shape else ANYTHING
    if out.takes or not (meeting.op.role == "loss" or (meeting.op.operator == "-" and len(meeting.inputs) == 2)):
        return ANYTHING
    return bounds(examination.graph, ours)


DATA = 'x, t = dataset("s_curve", n=400, split="train", batch=32, target="column")\nh = tanh(dense(x, 16))\n'
TRAINED = "loss = mse(y, t)\nminimize(loss, adam(0.01))\n"
RULE = Rule(
    "output_range",
    find,
    reads=("graph", "first", "roles"),
    id="A3",
    statistic="share of the targets outside of the range of what the output is compared as",
    threshold="1 %",
    source="Wardat et al., *DeepDiagnosis*, ICSE 2022 (a mismatch of last activation and target); 1 % leaves room for odd rows",
    remedy="a linear output for measured values, or targets that are scaled to the range",
    traps="targets at the very end of the range, smoothed labels, counts behind an exponential, outputs scaled by constants",
    faulty=DATA + "y = relu(dense(h, 1))\n" + TRAINED,
    healthy=DATA + "y = dense(h, 1)\n" + TRAINED,
    updates=300,
    rank=11,
    doc=__doc__ or "",
)
