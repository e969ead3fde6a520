"""Running statistics that keep up: with a momentum of 0.1 they are those of the last thirty updates or so."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.fixes._model import argument_of
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield the usual momentum for what runs along more slowly."""
    nodes = examination.graph.nodes
    slow = [node for node in nodes if node.op.role == "buffer" and argument_of(node, "momentum") is not None]
    if slow:
        yield Fix("running statistics with a momentum of 0.1", tuple(Argument("momentum", "0.1", node.index) for node in slow))


REMEDY = Remedy("running_statistics", {"E2": 0}, find, source="Ioffe & Szegedy 2015", doc=__doc__ or "")
