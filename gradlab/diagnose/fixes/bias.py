"""The bias of the hidden layers at zero: one that begins far below keeps ReLU units off for every sample."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.fixes._model import argument_of, hidden_weights
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield a bias that begins at zero for the hidden layers that were given another one."""
    nodes = examination.graph.nodes
    given = [w for w in hidden_weights(examination) if argument_of(nodes[w], "bias") is not None]
    if given:
        yield Fix("begin the bias at zero", tuple(Argument("bias", "True", w) for w in given))


REMEDY = Remedy(
    "bias",
    {"D4": 1, "C4": 2, "D3": 3, "C5": 4},
    find,
    source="Lu et al., Dying ReLU and Initialization, 2020",
    doc=__doc__ or "",
)
