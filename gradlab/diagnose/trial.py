"""Trying fixes: the same run with a change, from the same seed, with the data in the same order.

What comes of it is told as a share of chance, the loss of the best constant output under each run's own loss, so that a fix may
change the loss; on held-out data where there are some. A fix that changes a scale is tried at three learning rates. If none
helps alone, two are tried together. What did not help is kept, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from weakref import WeakKeyDictionary

import numpy as np

from gradlab.axis.position import Position
from gradlab.diagnose.applying import Unfit, changes_of, longer, times
from gradlab.diagnose.examination import CHANCE, Examination
from gradlab.diagnose.finding import Finding, Verified, share_text
from gradlab.diagnose.fix import Fix
from gradlab.diagnose.fixes import remedies
from gradlab.diagnose.sight import look
from gradlab.errors import ActionError, GradlabError
from gradlab.lab.changing import changed_scenario, current_document
from gradlab.lab.core import Core, Stopped
from gradlab.lab.models import carried
from gradlab.scenario.changes import changed_document
from gradlab.scenario.difference import patch
from gradlab.scenario.overrides import Change

MOST = 500
"""Updates of a trial, at most."""
EACH = 5
"""Fixes of one finding that are tried, at most."""
RATES = ("", "_*10", "_*0.1")
"""What the learning rate is tried with, for a change of a scale."""
CLEAR, GAIN = 0.05, 0.1
"""By how much less of chance a fix is better than before: so much, and this part of what there was. Where that was no number,
what is better than a NaN is no worse than chance."""
ENOUGH = 0.5
"""Of chance: a fix that comes below has made the network learn, and no other is tried."""
LONGEST = 120
"""Letters of a reason."""
TOGETHER = 3
"""Fixes whose pairs are tried."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended. share: the loss of the training data, as a share of chance.   held_out: the same of held-out data.

    left: 1 minus what is found of each class, or R²; None where that means nothing.   loss: the op of the loss.
    deltas: |δ| of each layer in the first update.
    """

    share: float
    held_out: float | None
    left: float | None
    loss: str
    deltas: Mapping[str, float] = field(default_factory=dict)

    def differs(self, other: Ending) -> bool:
        """Whether two runs have other losses, so that only what is left to be found can be compared."""
        return self.loss != other.loss and self.left is not None and other.left is not None

    def worth(self, other: Ending) -> float:
        """Return what is compared with another run, less being better: with another loss what is left to gain."""
        if self.differs(other) and self.left is not None:
            return self.left
        return self.share if self.held_out is None or other.held_out is None else self.held_out


@dataclass(frozen=True, slots=True)
class Attempt:
    """One fix that was tried. changes: of the text.   ending: None where it could not be, `why` says why.   rate: of it."""

    fix: Fix
    changes: tuple[Change, ...]
    ending: Ending | None = None
    why: str = ""
    rate: str = ""

    @property
    def text(self) -> str:
        """What was tried, as a person reads it."""
        return f"{self.fix.text}{_rate_text(self.rate)}"

    def same(self, other: Attempt) -> bool:
        """Whether it came to the same run as another one."""
        return self.ending is not None and self.ending is other.ending


@dataclass(slots=True)
class _Trials:
    """What was tried for one examination. before: how the run as it is ended, and after how many updates."""

    updates: int
    before: Ending
    attempts: list[tuple[Finding, Attempt]] = field(default_factory=list)
    known: dict[tuple[str, float], Attempt] = field(default_factory=dict)
    over: bool = False


_known: WeakKeyDictionary[Examination, _Trials] = WeakKeyDictionary()


def tried(examination: Examination, finding: Finding) -> Verified | None:
    """Return the best of the fixes of a finding, tried; None where none could be, or chance is not known.

    Broken off, it returns the best of those that were tried by then; without any, and from then on, it raises Stopped.
    """
    if not _known_chance(examination):
        return None
    trials, found = _trials(examination), list[Attempt]()
    if trials.over:
        raise Stopped("the time is over")
    try:
        for attempt in _all(examination, trials, finding):
            found.append(attempt)
            if _is_enough(attempt, trials.before):
                return _verified(examination, trials, attempt, found)
    except (Stopped, KeyboardInterrupt) as broken:
        trials.over = True
        examination.broken_off(broken)
        if _best(found, trials.before) is None:
            raise
    best = _best(found, trials.before)
    return None if best is None else _verified(examination, trials, best, found)


def renew(examination: Examination, deadline: float | None) -> None:
    """Let fixes be tried again, until a time on `time.monotonic()`, after a diagnosis has ended or was broken off."""
    examination.lab.deadline = deadline
    if examination in _known:
        _known[examination].over = False


def _all(examination: Examination, trials: _Trials, finding: Finding) -> Iterator[Attempt]:
    """Yield what comes of the fixes of a finding, as many as are tried, each run once. Raises Stopped."""
    found: list[Attempt] = []
    for fix in remedies(examination, finding):
        if len({id(one.fix) for one in found if one.ending is not None}) >= EACH:
            return
        for attempt in _attempts(examination, trials, fix):
            if not any(attempt.same(one) for one in found):
                found.append(attempt)
                trials.attempts.append((finding, attempt))
                yield attempt


def attempts(examination: Examination, fix: Fix) -> Iterator[Attempt]:
    """Yield what comes of one fix: of a change of scale at several rates, as long as it does not help. Raises Stopped."""
    yield from _attempts(examination, _trials(examination), fix)


def helps(examination: Examination, attempt: Attempt) -> bool:
    """Whether a run ended better than without the fix."""
    return _helps(attempt, _trials(examination).before)


def paired(examination: Examination, findings: Sequence[Finding]) -> tuple[Verified, Finding, Finding] | None:
    """Return two fixes that help together, of the three best; None where no two do. Raises Stopped."""
    if not _known_chance(examination):
        return None
    trials = _trials(examination)
    known = [(one, a) for one, a in trials.attempts if a.ending is not None and any(one is other for other in findings)]
    known.sort(key=lambda pair: _worth(pair[1], trials.before))
    best: list[tuple[Finding, Attempt]] = []
    for one, attempt in known:
        if all(attempt.fix != other.fix for _, other in best):
            best.append((one, attempt))
    for first, second in _pairs(best[:TOGETHER]):
        fix = Fix(f"{first[1].text}, and {second[1].text}", (*first[1].fix.edits, *second[1].fix.edits))
        changes = tuple(dict.fromkeys((*first[1].changes, *second[1].changes)))
        attempt = _attempt(examination, trials, fix, changes)
        if _helps(attempt, trials.before):
            return _verified(examination, trials, attempt, [attempt]), first[0], second[0]
    return None


def _pairs(best: Sequence[tuple[Finding, Attempt]]) -> Iterator[tuple[tuple[Finding, Attempt], tuple[Finding, Attempt]]]:
    for place, first in enumerate(best):
        for second in best[place + 1 :]:
            yield first, second


def _trials(examination: Examination) -> _Trials:
    if examination not in _known:
        updates = min(examination.updates, MOST)
        run = examination if updates == examination.updates else _run(examination, examination.lab, (), updates)
        _known[examination] = _Trials(updates, _ending(run))
    return _known[examination]


def _attempts(examination: Examination, trials: _Trials, fix: Fix) -> Iterator[Attempt]:
    """Yield what comes of a fix; of a change of scale at several rates, as long as it does not help."""
    try:
        changes = changes_of(examination.graph, current_document(examination.lab.scenario), fix.edits)
    except (Unfit, GradlabError) as error:
        yield Attempt(fix, (), None, _brief(error))
        return
    if not changes and times(fix) == 1:
        return
    for rate in RATES if fix.rates else RATES[:1]:
        attempt = _attempt(examination, trials, fix, (*changes, *([Change("lr", rate)] if rate else [])), rate)
        yield attempt
        if attempt.ending is None or _is_enough(attempt, trials.before):
            return


def _attempt(examination: Examination, trials: _Trials, fix: Fix, changes: tuple[Change, ...], rate: str = "") -> Attempt:
    """Run with some changes, unless that text was run before. Raises Stopped where there is no time for it."""
    try:
        text = changed_document(current_document(examination.lab.scenario), changes).source.text
        before = trials.known.get((text, times(fix)))
        if before is None:
            updates = max(1, round(trials.updates * times(fix)))
            if examination.seconds * updates / max(1, examination.updates) > examination.left:
                raise Stopped("the time is over")
            ending = _ending(_run(examination, examination.lab, changes, updates))
            before = trials.known[text, times(fix)] = Attempt(fix, changes, ending)
        return replace(before, fix=fix, changes=changes, rate=rate)
    except Stopped:
        raise
    except GradlabError as error:
        return Attempt(fix, changes, None, _brief(error), rate)


def _run(examination: Examination, lab: Core, changes: Sequence[Change], updates: int) -> Examination:
    """Return what is known of a run with changes, as far as its end is told by it. Raises ScenarioError, Stopped."""
    scenario = changed_scenario(lab.scenario, changes) if changes else lab.scenario
    core = Core(scenario, lab.run.machine.backend, lab.budget)
    core.deadline, core.on_chunk = lab.deadline, lab.on_chunk
    core.take_up(carried(lab.run, core.tape).journal)
    run = Examination(core, updates, examination.place)
    run.first = run.last = look(core, 0)
    core.walker.restore(Position(0))
    run.note(0)
    core.go(Position(updates))
    run.updates = updates
    run.note(updates)
    return run


def _ending(run: Examination) -> Ending:
    """Return how a run ended. Raises ActionError where nothing is known of its chance."""
    if not _known_chance(run):
        raise ActionError("the loss of the best constant output cannot be told there")
    chance, end, held = run.chance or 1.0, run.end, run.held_out
    share = inf if end is None or not isfinite(end) else end / chance
    out = None if held is None else (held.loss / chance if isfinite(held.loss) else inf)
    found = (held.scores if held is not None else run.ended.scores).found
    root = run.graph.nodes[run.roles.root].op.name if run.roles.root >= 0 else ""
    deltas = {layer.name: layer.delta for layer in run.first.layers if layer.delta is not None}
    return Ending(share, out, None if found is None or not np.isfinite(found) else 1 - found, root, deltas)


def _known_chance(run: Examination) -> bool:
    return run.chance is not None and run.chance > CHANCE


def _worth(attempt: Attempt, before: Ending) -> float:
    return inf if attempt.ending is None else attempt.ending.worth(before)


def _helps(attempt: Attempt, before: Ending) -> bool:
    """Whether a run ended better. One that says no more of its training data than a constant has won nothing elsewhere."""
    if attempt.ending is None:
        return False
    old, new = before.worth(attempt.ending), attempt.ending.worth(before)
    learns = attempt.ending.share < 1 or _is_less(attempt.ending.share, before.share)
    return learns and (_is_less(new, old) if isfinite(old) else new < 1 + CLEAR)


def _is_less(new: float, old: float) -> bool:
    """Whether a share of chance is less by more than luck."""
    return isfinite(new) and (not isfinite(old) or old - new > max(CLEAR, GAIN * old))


def _is_enough(attempt: Attempt, before: Ending) -> bool:
    return _helps(attempt, before) and attempt.ending is not None and attempt.ending.share < ENOUGH


def _best(found: Sequence[Attempt], before: Ending) -> Attempt | None:
    known = [attempt for attempt in found if attempt.ending is not None]
    return min(known, key=lambda attempt: _worth(attempt, before), default=None)


def _verified(examination: Examination, trials: _Trials, best: Attempt, found: Sequence[Attempt]) -> Verified:
    """Return what came of the best of several fixes."""
    assert best.ending is not None, "it was tried"
    scenario = examination.lab.scenario
    after = longer(changed_document(current_document(scenario), best.changes), times(best.fix))
    before = trials.before
    both = before.held_out is not None and best.ending.held_out is not None
    rest = tuple(_told(one, before) for one in found if one is not best)
    return Verified(
        best.text, max(1, round(trials.updates * times(best.fix))), before.share, best.ending.share,
        before.held_out if both else None, best.ending.held_out if both else None, _helps(best, before),
        patch(scenario.document, after.source.text), best.fix, best.changes, rest, _ladder(before, best.ending),
    )  # fmt: skip


def _ladder(before: Ending, after: Ending) -> tuple[tuple[str, float, float], ...]:
    """Return |δ| of the layers that both runs have, before and after."""
    return tuple((name, size, after.deltas[name]) for name, size in before.deltas.items() if name in after.deltas)


def _rate_text(rate: str) -> str:
    return "" if not rate else f", with the learning rate {'x 10' if rate == RATES[1] else '/ 10'}"


def _told(attempt: Attempt, before: Ending) -> str:
    """Return what came of a fix that is not the best one."""
    if attempt.ending is None:
        return f"{attempt.text}: not tried, {attempt.why}"
    verdict = "helps, too" if _helps(attempt, before) else "did not help"
    old, new = (share_text(number) for number in (before.worth(attempt.ending), attempt.ending.worth(before)))
    what = "left to find" if attempt.ending.differs(before) else "of chance"
    return f"{attempt.text}: {verdict}, {old} → {new} {what}"


def _brief(error: Exception) -> str:
    text = str(getattr(error, "headline", error)).removeprefix("error: ").split("\n", 1)[0]
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
