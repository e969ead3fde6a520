"""What a rule is: a page of the manual, what it looks at, and one function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding, Level
from gradlab.diagnose.parts import PARTS
from gradlab.source import did_you_mean

Status = Literal["measured", "unmeasured", "proposal", "info"]
"""How well a rule is known. Only one that is measured can be the error of a network; one of `info` is never more than that."""
FIRST, LAST = 0, 1_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition that a run can be in.

    name: its word (`vanishing`).   id: its letter and number (`D1`).   find(examination): yields its findings.
    reads: the parts of the examination without which it cannot be asked.
    statistic, threshold: the quantity and the bound, in words.   source: where they are from.   traps: healthy networks that
    look as if they had it.   remedy: what helps.
    faulty: a model that it finds something in.   healthy: its twin, in which it finds nothing.   updates: how long both are
    trained.
    fires: in how many of five seeds at least.
    rank: its place among causes, from 0: what comes first is tried first, and wins where fixes tie (DIAGNOSIS, arbitration).
    status: how well it is known.   most: the highest level that it can have.
    stays: whether it is a fault of a network that has learned, too.   alone: whether it is asked only where one `minimize` is.
    consequence: whether it never is the cause while another finding holds.   doc: its page.
    """

    name: str
    find: Callable[[Examination], Iterator[Finding]]
    reads: tuple[str, ...]
    id: str = ""
    statistic: str = ""
    threshold: str = ""
    source: str = ""
    remedy: str = ""
    traps: str = ""
    faulty: str = ""
    healthy: str = ""
    updates: int = 200
    fires: int = 5
    rank: int = LAST
    status: Status = "measured"
    most: Level = "error"
    stays: bool = False
    alone: bool = False
    consequence: bool = False
    doc: str = ""

    def __post_init__(self) -> None:
        for part in self.reads:
            if part not in PARTS:
                near = did_you_mean(part, PARTS)
                raise ValueError(f"an examination has no `{part}`: {near or 'it has ' + ', '.join(PARTS)}")

    @property
    def aliases(self) -> tuple[str, ...]:
        """Other words for it."""
        return (self.id,) if self.id else ()

    @property
    def family(self) -> str:
        """The letter of its family, or "" for one of another package."""
        return self.id[:1]

    @property
    def highest(self) -> Level:
        """The highest level that it can have, with how well it is known."""
        if self.status == "measured":
            return self.most
        return "info" if self.status == "info" or self.most == "info" else "warning"
