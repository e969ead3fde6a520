"""What a remedy is: the rules that it helps against, and the changes that it comes to in a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Fix


@dataclass(frozen=True, slots=True)
class Remedy:
    """One thing that may help.

    helps: ids of rules, with its place among what helps against each, from 0: what is likeliest comes first.
    find(examination, finding): yields the changes that it comes to, none where it does not fit.
    source: where that it helps is from.   doc: what it does and why.
    """

    name: str
    helps: Mapping[str, int]
    find: Callable[[Examination, Finding], Iterator[Fix]]
    source: str = ""
    doc: str = ""
