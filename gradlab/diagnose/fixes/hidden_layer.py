"""A hidden layer with a nonlinearity, where there is none: without one only a line is drawn between the classes."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Wrap
from gradlab.diagnose.fixes._model import hidden
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield a hidden layer in front of the last one, of a network that has none."""
    if not hidden(examination):
        edits = tuple(Wrap("relu(dense({}, 32, init=he))", w) for w in _read_by_last(examination))
        if edits:
            yield Fix("a hidden layer of 32 ReLU units", edits)


def _read_by_last(examination: Examination) -> Iterator[int]:
    """Yield what the last layer reads beside its weights, if a call or a name made it."""
    last = examination.depth.last
    readers = () if last is None else last.readers
    for reader in readers:
        if reader >= 0:
            yield examination.graph.nodes[reader].inputs[0]


REMEDY = Remedy(
    "hidden_layer", {"D11": 0}, find, source="Minsky & Papert 1969; Hornik, Stinchcombe & White 1989", doc=__doc__ or ""
)
