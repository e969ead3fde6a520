"""A variational autoencoder whose code says nothing: every sample has the same distribution, the prior.

    z = mu + sigma · noise          KL = ½ Σ (mu² + sigma² - 1 - log sigma²)

Where the divergence weighs too much beside the reconstruction, the cheapest thing is to make it 0: mu is the same for all
samples, sigma is 1, and what is decoded is the mean picture. A number of the code is in use when its mean differs from
sample to sample, by a variance above 0.01.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from gradlab.diagnose.bounds import made_of_params
from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix
from gradlab.diagnose.rule import Rule
from gradlab.graph.graph import Graph, Node

VARIANCE, ACTIVE = 0.01, 0.1
"""Of a mean over the samples, from which a number is in use; the share of those in use."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding for the first code of which hardly a number is in use, though it was in the beginning."""
    for code, mean in _codes(examination.graph, examination.roles.root):
        begun, ended = examination.begun, examination.ended
        if not begun.has_rows(mean.index) or not np.isfinite(examination.end or np.nan):
            continue
        first, last = (_in_use(whole.values(mean.index)) for whole in (begun, ended))
        if first > ACTIVE >= last:
            yield Finding(
                f"the code `{code.name}` says nothing: {last:.0%} of its numbers differ from sample to sample, "
                f"{first:.0%} in the beginning",
                node=code.index,
                statistic="share of the code's numbers whose mean varies by more than 0.01 over the samples",
                value=last,
                threshold=ACTIVE,
                at=examination.updates,
                fixes=(Fix("weigh the divergence less, or let its weight grow; where the reconstruction is a mean over pixels, "
                           "take their sum"),),
            )  # fmt: skip
            return


def _codes(graph: Graph, root: int) -> Iterator[tuple[Node, Node]]:
    """Yield sums of a mean and of noise that parameters scale, each with that mean."""
    made = made_of_params(graph)
    for node in graph.nodes[: root + 1]:
        if node.phase != "f" or node.op.operator != "+" or len(node.inputs) != 2:
            continue
        for mean, scaled in (node.inputs, node.inputs[::-1]):
            if mean in made and _is_scaled_noise(graph, graph.nodes[scaled], made) and graph.nodes[mean].shape == node.shape:
                yield node, graph.nodes[mean]


def _is_scaled_noise(graph: Graph, node: Node, made: set[int]) -> bool:
    roles = [graph.nodes[i].op.role for i in node.inputs]
    return node.op.operator == "*" and "noise" in roles and any(i in made for i in node.inputs)


def _in_use(means: np.typing.NDArray[np.float64]) -> float:
    return float(np.mean(np.var(np.asarray(means, np.float64), axis=0) > VARIANCE))


DATA = 'x, t = dataset("digits", split="train", batch=32)\nh = relu(dense(x, 48, init=he))\nmu = dense(h, 6)\n'
CODE = "s = dense(h, 6, init=normal(0.01))\nz = mu + exp(s / 2) * randn(32, 6)\n"
DECODER = "g = relu(dense(z, 48, init=he))\ny = dense(g, 64)\n"
NET = "far = mean(sum(-0.5 * (1 + s - mu ** 2 - exp(s)), axis=1))\nloss = {} * bce(y, x) + far\nminimize(loss, adam(0.003))\n"
RULE = Rule(
    "posterior_collapse",
    find,
    reads=("graph", "roles", "begun", "ended"),
    id="F4",
    statistic="share of the code's numbers whose mean varies by more than 0.01 over the samples",
    threshold="at most a tenth, from more in the beginning",
    source="Burda, Grosse & Salakhutdinov, *Importance weighted autoencoders*, ICLR 2016 (active units); Bowman et al., 2016",
    remedy="a lighter divergence, one that grows, sums for sums",
    traps="a code that never varied, noise that no parameter scales",
    faulty=DATA + CODE + DECODER + NET.format("1"),
    healthy=DATA + CODE + DECODER + NET.format("64"),
    updates=400,
    rank=126,
    status="proposal",
    doc=__doc__ or "",
)
