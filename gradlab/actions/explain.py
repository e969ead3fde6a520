"""Where a number of a gradient comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from gradlab.actions._action import Action
from gradlab.axis.environment import last_change
from gradlab.lab.arguments import Words, choice, node, reference, together
from gradlab.lab.numbers import bare, signed
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.lab.why.arrivals import Drill
from gradlab.lab.why.asking import place_in
from gradlab.lab.why.ledger import Ledger, share_of
from gradlab.lab.why.plain import ledger_lines
from gradlab.lab.why.steps import Step, leaf_of, step_of
from gradlab.scenario.assertions import Reference

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True)
class Explained:
    """Which number is to be explained, and how closely."""

    target: Reference
    through: str | None = None
    by: str = ""


def _asked(words: Words) -> Explained:
    """Read `NODE[i, j] [through CONSUMER] [by sample|unit]`."""
    head, by = words.split("by")
    target, through = head.split("through")
    together(
        lambda: reference(target),
        lambda: None if through is None else node(through),
        lambda: None if by is None else choice("sample", "unit")(by),
    )
    return Explained(reference(target), None if through is None else node(through), "" if by is None else by.text)


def _explain(lab: Lab, given: Explained) -> Outcome:
    """Say the ledger of a gradient: by consumer, and within it number by number, or added up by sample or unit."""
    index = lab.known.nodes[given.target.name]
    if lab.graph.nodes[index].phase == "u" and leaf_of(lab.run, index) is not None:
        step = _step(lab, index, given.target.index)
        return told(_step_lines(step), found=step)
    through = () if given.through is None else (lab.known.nodes[given.through],)
    found = lab.ledger(index, given.target.index, Drill(through, given.by))
    return told([Line("value", text) for text in _ledger_text(found, bool(given.by))], found=found)


def _ledger_text(found: Ledger, grouped: bool) -> Iterator[str]:
    yield found.title
    yield from ledger_lines(found, grouped)


def _step(lab: Lab, index: int, element: tuple[int, ...] | None) -> Step:
    """Return how the optimizer came to a next value: of a whole node, the one whose step is largest."""
    leaf = leaf_of(lab.run, index)
    assert leaf is not None
    return step_of(lab.run, leaf, _largest_step(lab, leaf) if element is None else place_in(lab.run, leaf, element))


def _step_lines(found: Step) -> Iterator[Line]:
    before, after = signed(found.before), signed(found.after)
    by = f" by {found.optimizer}" if found.optimizer else ""
    yield Line("value", f"{found.name}: {before} → {after}, a step of {signed(found.step)}{by}")
    width = max((len(name) for name, _ in found.terms), default=0)
    for name, value in found.terms:
        yield Line("value", f"  {name:<{width}}  {signed(value)}")
    if found.settings:
        yield Line("value", f"  with {', '.join(f'{name} {bare(value)}' for name, value in found.settings)}")
    if isfinite(found.rate):
        yield Line("value", f"  as plain descent: a learning rate of {bare(found.rate)}")
    if found.decay is not None:
        yield Line("value", f"  weight decay: {share_of(found.decay)} of it")


def _largest_step(lab: Lab, leaf: int) -> int:
    change = last_change(lab.run, leaf)
    return 0 if change is None or not change.size else int(np.argmax(np.abs(np.nan_to_num(change, nan=np.inf))))


ACTION = Action(
    "explain",
    "NODE[i, j] [through CONSUMER] [by sample|unit]",
    "where a number of a gradient comes from",
    _asked,
    _explain,
    stands=True,
)  # fmt: skip
