"""Scores of attention divided by √d: products of d numbers grow like √d, and a softmax of large scores passes no gradient."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Wrap
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield the division where the scores are made, of a finding that names them."""
    nodes = examination.graph.nodes
    if finding.node < 0 or not nodes[finding.node].inputs:
        return
    first = nodes[nodes[finding.node].inputs[0]]
    if first.shape and first.shape[-1] > 1:
        yield Fix(f"divide the scores by √{first.shape[-1]}", (Wrap(f"{{}} / sqrt({first.shape[-1]})", finding.node),))


REMEDY = Remedy(
    "scale_scores", {"F1": 0}, find, source="Vaswani et al., Attention Is All You Need, 2017, sec. 3.2.1", doc=__doc__ or ""
)
