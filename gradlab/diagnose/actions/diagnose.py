"""What is wrong with the network, why, and a fix that was tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.lab.arguments import Words, integer
from gradlab.lab.outcome import Event, Line, Outcome

if TYPE_CHECKING:
    from gradlab.diagnose.diagnosis import Diagnosis
    from gradlab.session import Lab

KINDS = {"error": "warning", "warning": "warning", "info": "info", "": "info"}
"""How the lines of a finding are said, by its level."""


def _read(words: Words) -> int | None:
    """Read `[N]`."""
    given = list(words)
    number = integer(words, given.pop(0), 1) if given else None
    for word in given:
        words.refuse(f"unexpected `{word.text}`", word)
    return number


def _diagnose(lab: Lab, updates: int | None) -> Outcome:
    """Diagnose a fresh twin; the run stands where it stood."""
    from gradlab.diagnose.doing import diagnosed

    found = diagnosed(lab, updates, stage=lambda text: lab.breathe())
    return Outcome(tuple(_lines(found)), found=found, panel="findings", event=_ended(found))


def _ended(found: Diagnosis) -> Event:
    """Return how a diagnosis ended: the cause with what helps, else that there is none."""
    from gradlab.diagnose.told import verdict

    head = found.headline
    if head is None:
        return Event("end", "diagnosed: no fault found", verdict(found))
    where = f" at {head.layer}" if head.layer else ""
    helps = f"; {head.verified.change} helps" if head.verified is not None and head.verified.helps else ""
    return Event("end", f"{head.rule} {head.name}{where}{helps}", head.text, node=head.node)


def _lines(found: Diagnosis) -> Iterator[Line]:
    from gradlab.diagnose.told import lines, verdict

    yield Line("value", verdict(found))
    yield from (Line(KINDS[level], text) for level, text in lines(found))


def _topics() -> Mapping[str, list[str]]:
    """Return the pages of the rules."""
    from gradlab.diagnose.pages import pages

    return pages()


ACTION = Action(
    "diagnose", "[N]", "what is wrong with the network, in a run of N updates beside this one", _read, _diagnose, stands=True,
    topics=_topics,
)  # fmt: skip
