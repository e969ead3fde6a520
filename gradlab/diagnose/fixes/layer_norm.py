"""Layer normalisation, which asks each sample alone, where a batch is too small for the statistics of a batch norm."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Swap
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield `layer_norm` in the place of every batch norm."""
    nodes = examination.graph.nodes
    calls = {}
    for node in (node for node in nodes if node.op.role == "buffer" and node.span is not None):
        calls[node.span] = Swap("layer_norm", node.index)
    if calls:
        yield Fix("`layer_norm` in place of `batch_norm`", tuple(calls.values()))


REMEDY = Remedy(
    "layer_norm",
    {"E3": 0, "E2": 2},
    find,
    source="Ba, Kiros & Hinton 2016; Wu & He, Group Normalization, 2018",
    doc=__doc__ or "",
)
