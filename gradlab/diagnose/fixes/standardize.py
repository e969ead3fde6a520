"""Data that are standardised: every feature with mean 0 and deviation 1."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.fixes._model import called, data_leaves
from gradlab.diagnose.remedy import Remedy
from gradlab.graph.graph import Node
from gradlab.scenario.places import parameters_of


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield the scale that data sets can be read with."""
    edits = tuple(
        Argument("scale", '"standard"', leaf.index)
        for leaf in data_leaves(examination)
        if leaf.index in examination.roles.inputs and _reads_data(leaf)
    )
    if edits:
        yield Fix("standardise the inputs", edits, rates=True)


def _reads_data(leaf: Node) -> bool:
    call = called(leaf)
    word = call.func.id if call is not None and isinstance(call.func, ast.Name) else ""
    return "scale" in parameters_of(word, all_words=True)


REMEDY = Remedy(
    "standardize",
    {"A1": 1, "C5": 5, "D3": 4, "D5": 4, "D2": 4},
    find,
    source="LeCun et al., Efficient BackProp, 1998, sec. 4.3",
    doc=__doc__ or "",
)
