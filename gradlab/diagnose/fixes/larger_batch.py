"""A larger batch: the gradient of few samples is mostly noise, and of four times as many half as much."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix
from gradlab.diagnose.fixes._model import argument_of, data_leaves
from gradlab.diagnose.remedy import Remedy


def find(examination: Examination, finding: Finding) -> Iterator[Fix]:
    """Yield a batch of eight times as many samples, where a batch is dealt out."""
    edits = tuple(
        Argument("batch", "{} * 8", leaf.index) for leaf in data_leaves(examination) if argument_of(leaf, "batch") is not None
    )
    if edits:
        yield Fix("a batch of eight times as many samples", edits)


REMEDY = Remedy(
    "larger_batch",
    {"D8": 1, "D12": 0, "E3": 1},
    find,
    source="McCandlish et al., An Empirical Model of Large-Batch Training, 2018",
    doc=__doc__ or "",
)
