"""A small number that keeps a division from 0 has become the largest thing in it, or has become 0.

    W.next = W - lr · m_hat / (√v_hat + ε)

Where √v_hat is smaller than ε, Adam is gradient descent with the rate lr / ε: it no longer takes all weights at one pace, and
with a large ε it hardly takes them at all. Weights that never get a gradient do not count. In float32 a number below 1e-45 is 0
from the beginning: `log(p + 1e-50)` is `log(p)`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Hyper
from gradlab.diagnose.rule import Rule
from gradlab.graph.graph import Node

SHARE, USUAL = 0.5, 1e-8
NUMBER = re.compile(r"\d+\.?\d*[eE]-\d+")


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for the eps of the optimizer, and one for the first constant that the dtype makes 0."""
    share, eps = _below(examination), _eps(examination)
    if share > SHARE and eps is not None and eps > USUAL:
        yield Finding(
            f"for {share:.0%} of the weights with a gradient √v_hat is smaller than the eps of {eps:g}: it decides the steps",
            node=examination.roles.root,
            statistic="share of the weights with a gradient whose √v_hat is below eps, as the median over the run",
            value=share,
            threshold=SHARE,
            at=0,
            fixes=(Fix(f"an eps of {USUAL:g}", (Hyper("eps", f"{USUAL:g}"),)),),
        )
    node = next((n for n in examination.graph.nodes if _vanishes(examination, n)), None)
    if node is not None:
        yield Finding(
            f"a constant of the model is 0 in {examination.lab.tape.dtype}: it is too small to be written in it",
            node=node.index,
            statistic="constants that the dtype makes 0",
            value=1.0,
            threshold=0.0,
            at=0,
            fixes=(Fix("a larger number, 1e-7 say"),),
            most="warning",
        )


def _eps(examination: Examination) -> float | None:
    return examination.optimizer.numbers.get("eps") if examination.optimizer else None


def _below(examination: Examination) -> float:
    """Return the share of the weights with a gradient whose √v_hat is below eps, as the median over the updates."""
    series, objective = examination.series, examination.objective
    if series is None or objective is None or not np.isfinite(series.below).any():
        return 0.0
    grads = [grad for p in objective.params if (grad := examination.first.grad(p)) is not None]
    numbers = sum(grad.size for grad in grads)
    silent = sum(int(np.sum(grad == 0)) for grad in grads) / numbers if numbers else 1.0
    below = float(np.nanmedian(series.below))
    return 0.0 if silent >= 1 else max(0.0, (below - silent) / (1 - silent))


def _vanishes(examination: Examination, node: Node) -> bool:
    """Whether a constant is 0 in the dtype of the run and was not when it was written."""
    if node.op.role != "constant" or node.phase != "f" or node.size != 1 or node.span is None:
        return False
    value, dtype = examination.first.value(node.index), examination.lab.tape.dtype
    written = node.span.source.text[node.span.start : node.span.stop]
    numbers = [float(number) for number in NUMBER.findall(written)]
    return value is not None and not np.any(value) and any(n != 0 and np.asarray(n).astype(dtype) == 0 for n in numbers)


DATA = 'x, t = dataset("wine", split="train", batch=32, scale="standard")\n'
NET = "h = relu(dense(x, 16, init=he))\ny = dense(h, 3)\nloss = cross_entropy(y, t)\nminimize(loss, adam(0.001{}))\n"
RULE = Rule(
    "eps_too_large",
    find,
    reads=("graph", "first", "roles"),
    id="F6",
    statistic="share of the weights with a gradient whose √v_hat is below eps; constants that the dtype makes 0",
    threshold="one half, with an eps above 1e-8; one constant",
    source="Choi et al., *On empirical comparisons of optimizers for deep learning*, 2019 (the eps of Adam); a proposal",
    remedy="the eps of the optimizer, or of the formula",
    traps="weights that never get a gradient, such as those of pixels that are always 0",
    faulty=DATA + NET.format(", eps=10.0"),
    healthy=DATA + NET.format(""),
    updates=200,
    rank=69,
    status="proposal",
    doc=__doc__ or "",
)
