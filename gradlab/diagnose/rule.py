"""What a rule is: a page of the manual, what it looks at, and one function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gradlab.diagnose.examination import Examination
from gradlab.graph.origin import Finding
from gradlab.source import did_you_mean


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition that a run can be in.

    find(examination): returns its findings.   reads: the parts of the examination without which it cannot be asked.
    statistic, threshold: the quantity and the bound, in words.   source: where they are from.   remedy: what helps.
    faulty: a model that it finds something in.   healthy: its twin, in which it finds nothing.   doc: its page.
    """

    name: str
    find: Callable[[Examination], Iterator[Finding]]
    reads: tuple[str, ...]
    statistic: str = ""
    threshold: str = ""
    source: str = ""
    remedy: str = ""
    faulty: str = ""
    healthy: str = ""
    doc: str = ""

    def __post_init__(self) -> None:
        for part in self.reads:
            if part not in Examination.PARTS:
                near = did_you_mean(part, Examination.PARTS)
                raise ValueError(f"an examination has no `{part}`: {near or 'it has ' + ', '.join(Examination.PARTS)}")
