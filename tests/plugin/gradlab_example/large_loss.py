"""The loss at the end is larger than ten."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.rule import Rule


def find(examination: Examination) -> Iterator[Finding]:
    """Return a finding if it is."""
    update, loss = examination.losses[-1]
    if loss > 10:
        yield Finding(f"the loss is {loss:g}", statistic="loss", value=loss, threshold=10.0, at=update, most="warning")


RULE = Rule("large_loss", find, reads=("losses",))
