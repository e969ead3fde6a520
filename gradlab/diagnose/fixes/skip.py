"""A skip around each hidden layer that keeps its shape: the gradient has a way on which nothing changes it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix, Wrap
from gradlab.diagnose.fixes._model import called, hidden
from gradlab.diagnose.remedy import Remedy
from gradlab.train.layers import LayerParts


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield `h + layer(h)` for the hidden layers whose input is a variable of the shape of their output."""
    edits = tuple(edit for row in hidden(examination) for edit in _around(examination, row))
    if edits:
        yield Fix("a skip around each hidden layer", edits)


def _around(examination: Examination, row: LayerParts) -> Iterator[Wrap]:
    nodes = examination.graph.nodes
    if row.z is None or row.out is None or nodes[row.out].span is None:
        return
    call = called(nodes[row.z])
    first = call.args[0] if call is not None and call.args else None
    same = nodes[nodes[row.z].inputs[0]].shape == nodes[row.out].shape
    if isinstance(first, ast.Name) and same and row.bends and row.bends[-1].node == row.out:
        yield Wrap(f"{first.id} + {{}}", row.out)


REMEDY = Remedy("skip", {"D1": 4, "C3": 2, "D13": 0}, find, source="He et al., Deep Residual Learning, 2016", doc=__doc__ or "")
