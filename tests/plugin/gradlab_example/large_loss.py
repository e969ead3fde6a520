"""The loss at the end is larger than ten."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.rule import Rule
from gradlab.graph.origin import Finding


def find(examination: Examination) -> Iterator[Finding]:
    """Return a finding if it is."""
    update, loss = examination.losses[-1]
    if loss > 10:
        yield Finding("large_loss", -1, f"the loss is {loss:g}", "warning", update)


RULE = Rule("large_loss", find, reads=("losses",))
