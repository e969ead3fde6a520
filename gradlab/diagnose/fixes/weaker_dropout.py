"""Less dropout: where more than half is switched off, what is left cannot say what it has to."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.fixes._model import called
from gradlab.diagnose.remedy import Remedy
from gradlab.graph.graph import Node


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield a share of 0.2 for every mask that drops more."""
    masks = [n for n in examination.graph.nodes if n.phase == "f" and float(n.attrs.get("p", 0.0) or 0.0) > 0.2 and _is_mask(n)]
    if masks:
        yield Fix("drop 0.2 of the units", tuple(Argument("p", "0.2", node.index) for node in masks))


def _is_mask(node: Node) -> bool:
    return node.op.role == "mask" and called(node) is not None


REMEDY = Remedy("weaker_dropout", {"E4": 0, "D11": 6}, find, source="Srivastava et al. 2014", doc=__doc__ or "")
