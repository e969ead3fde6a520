"""Batch normalisation before each nonlinearity: whatever the weights, the signal has mean 0 and variance 1 there."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Wrap
from gradlab.diagnose.fixes._model import hidden
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield a `batch_norm` around what the hidden layers weigh, where there is none yet."""
    nodes = examination.graph.nodes
    zs = [row.z for row in hidden(examination) if row.z is not None and nodes[row.z].op.role == "weigh"]
    if zs and examination.batch > 4 and not examination.recurrent:
        yield Fix("batch norm before each nonlinearity", tuple(Wrap("batch_norm({})", z) for z in zs))


REMEDY = Remedy(
    "normalize",
    {"D1": 3, "D2": 3, "C2": 2, "C3": 0, "C5": 1, "D3": 2, "D4": 3, "D11": 5},
    find,
    source="Ioffe & Szegedy 2015",
    doc=__doc__ or "",
)
