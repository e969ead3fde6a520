"""A forget gate that begins open, with a bias of 1: what the cell remembers, and its gradient, lasts over many steps."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.fixes._model import argument_of
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield the bias where another one is written."""
    nodes = examination.graph.nodes
    given = [node for node in nodes if node.op.role == "parameter" and argument_of(node, "forget") is not None]
    if given:
        yield Fix("begin the forget gates with a bias of 1", tuple(Argument("forget", "1", node.index) for node in given))


REMEDY = Remedy(
    "forget_gate",
    {"D14": 1},
    find,
    source="Gers, Schmidhuber & Cummins 2000; Jozefowicz, Zaremba & Sutskever 2015",
    doc=__doc__ or "",
)
