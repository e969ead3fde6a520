"""Claims about every update of a training: reading one, and training as far as it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gradlab.errors import ActionError
from gradlab.lab.arguments import MovesRun, Words, integer
from gradlab.lab.hidden import HIDDEN, HiddenError
from gradlab.lab.search.breakpoints import Searched, run_forth
from gradlab.lab.search.conditions import Condition, Judged, condition
from gradlab.scenario.arithmetic import holds
from gradlab.scenario.environment import Environment

if TYPE_CHECKING:
    from gradlab.lab.core import Core

WORDS = ("always", "never")


@dataclass(frozen=True, slots=True, eq=False)
class Counterexample(Condition):
    """Holds where a condition does not hold for all elements."""

    def judge(self, environment: Environment) -> Judged:
        """See `Condition`. The numbers are those that speak against the condition, where there is one number a side."""
        assert self.expression is not None
        if holds(self.expression.evaluate(environment)):
            return Judged(False)
        found = super(Counterexample, self).judge(environment)  # without arguments `super` does not know a class with slots
        return Judged(True, facts=() if found.held else found.facts)


@dataclass(frozen=True, slots=True)
class Claim(MovesRun):
    """What is claimed of so many updates. against: what speaks against it where it holds."""

    text: str
    against: Condition
    updates: int


def claim(words: Words) -> Claim:
    """Read `always COND for N updates` or `never COND for N updates`. Raises ScenarioError."""
    word = next(iter(words))
    head, tail = words.within(words.span.part(len(word.text), len(words.span.text))).split("for")
    if tail is None:
        words.refuse("for how many updates?", words.span, "write `for N updates`")
    given = list(tail)
    if not given or [one.text for one in given[1:]] not in ([], ["update"], ["updates"]):
        tail.refuse("for how many updates?", tail.span, "write `for N updates`")
    updates, read = integer(tail, given[0], 1), condition(head)
    if word.text == "never":
        return Claim(words.text, read, updates)
    if read.expression is None:
        head.refuse(f"`{read.text}` is looked for behind every op: it goes with `never`", head.span)
    return Claim(words.text, Counterexample(read.text, read.expression), updates)


def hold_up(core: Core, claimed: Claim) -> Searched:
    """Train for the updates of a claim, or to the first place that speaks against it. Raises ActionError without `minimize`."""
    if not core.run.timeline.trains:
        raise ActionError("there are no updates: the model has no `minimize`")
    return run_forth(core, (), claimed.against, claimed.updates)


def told_against(core: Core, claimed: Claim) -> str:
    """Return the numbers that speak against a claim where the run stands; not those that an open question asks for."""
    against = claimed.against
    if against.expression is None:
        node = core.graph.nodes[core.run.timeline.executed(core.position)]
        return f"behind `{node.name}` ({node.op.name})"
    environment = core.environment()
    try:
        verdict = against.judge(environment)
        value = np.asarray(against.expression.evaluate(environment))
    except HiddenError:
        return HIDDEN
    if verdict.facts:
        return against.told(verdict)
    return f"it does not hold for {np.count_nonzero(~value.astype(bool)):,} of {value.size:,}"
