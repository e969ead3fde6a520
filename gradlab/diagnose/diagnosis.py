"""Asking all rules about one examination, and making of what they find one cause with its consequences.

A fact is no fault before it has a consequence: of a network that has learned everything found is information, but for what
spoils it later. Else one finding is the headline, the others are causes beside it or consequences of it. Which one: the one
whose tried fix helps most; where none was tried, or they are alike, the first by rank.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from gradlab import interruption
from gradlab.diagnose import trial
from gradlab.diagnose.examination import INTERRUPTED, Examination
from gradlab.diagnose.finding import LEVELS, Finding, Level, Verified
from gradlab.diagnose.parts import PARTS
from gradlab.diagnose.rule import LAST, Rule
from gradlab.errors import GradlabError
from gradlab.lab.core import Stopped

T = TypeVar("T")
MECHANICS = 40
"""Ranks below this are faults of the mechanics, also where it cannot be told whether a network has learned."""
TRIED = 3
"""Findings whose fixes are tried, at most."""
ENOUGH = 0.5
"""Of the loss of chance: below it a network has learned."""
BETTER = 0.1
"""How much more of the loss of chance a fix has to win than another one to go before it."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found: the headline first, then what is worse before what is less.

    learned: whether the network has, None where that means nothing.   skipped: rules that were not asked, each with the reason.
    updates: how many were made.   stopped: why there are fewer than were to be, or "".   chance, end: the losses of the best
    constant output and of the network at the end, None where they are not known.   begins: see `Examination`.
    """

    findings: tuple[Finding, ...]
    skipped: tuple[tuple[str, str], ...]
    learned: bool | None = None
    updates: int = 0
    stopped: str = ""
    chance: float | None = None
    end: float | None = None
    begins: int = 0

    @property
    def headline(self) -> Finding | None:
        """The finding that is the cause, if there is one."""
        return next((one for one in self.findings if one.headline), None)

    @property
    def helped(self) -> Finding | None:
        """The first finding of which a fix helps."""
        return next((one for one in self.findings if one.verified is not None and one.verified.helps), None)

    @property
    def worst(self) -> Level | None:
        """The highest level of a finding; None where there is none."""
        return max((one.level for one in self.findings), key=LEVELS.index, default=None)


def diagnose(examination: Examination, *, fix: bool = True, stage: Callable[[str], None] = lambda text: None) -> Diagnosis:
    """Ask all rules. One that lacks what it reads, or that fails, is named among those that were not asked.

    fix: whether fixes are tried.   stage: is told what is being done. After Ctrl-C what is known by then is returned.
    """
    from gradlab.diagnose.rules import RULES

    asking = _Asking(examination, stage)
    for rule in sorted(RULES.values(), key=lambda rule: (rule.rank, rule.id, rule.name)):
        asking.ask(rule)
    return asking.diagnosis(RULES.values(), fix=fix)


class _Asking:
    """One round of questions. stopped: why no more are asked, or ""."""

    def __init__(self, examination: Examination, stage: Callable[[str], None]) -> None:
        self.examination, self.stage = examination, stage
        self.findings: list[Finding] = []
        self.skipped: list[tuple[str, str]] = []
        self.stopped = ""

    def ask(self, rule: Rule) -> None:
        """Ask one rule, if it can be."""
        name = rule.id or rule.name
        self.stage(f"asking {name} {rule.name}")
        try:
            if why := self.stopped or self._missing(rule):
                self.skipped.append((name, why))
                return
            self.findings += [self._placed(replace(one, rule=name, name=rule.name)) for one in rule.find(self.examination)]
        except Stopped as stopped:
            self.skipped.append((name, "the time was over"))
            self.stopped = "" if self.examination.left > 0 else "the time was over"
            self.examination.stopped = self.examination.stopped or str(stopped)
        except KeyboardInterrupt:
            interruption.forget()
            self.stopped = INTERRUPTED
            self.skipped.append((name, self.stopped))
        except Exception as error:  # noqa: BLE001  one rule that fails must not hide what the others find
            self.skipped.append((name, f"it failed: {type(error).__name__}: {error}"))

    def _placed(self, one: Finding) -> Finding:
        """Return a finding with the layer of its node, where its rule names no other, and the line that it came from."""
        if one.node < 0:
            return one
        node = self.examination.graph.nodes[one.node]
        line = node.span.origin if node.span is not None else ""
        told = f"  ({line})" if line and not one.placed else ""
        return replace(one, layer=one.layer or node.place, text=f"{one.text}{told}")

    def _missing(self, rule: Rule) -> str:
        if rule.alone and self.examination.roles.objectives > 1:
            return "several `minimize` take turns"
        missing = dict.fromkeys(PARTS[part] for part in rule.reads if self.examination.lacks(part))
        if PARTS["objective"] in missing:
            return "nothing is trained"
        return f"the run has no {' and no '.join(missing)}" if missing else ""

    def diagnosis(self, rules: Iterable[Rule], *, fix: bool) -> Diagnosis:
        """Make a diagnosis of what was found."""
        examination, learned = self.examination, self._known(lambda: self.examination.learned)
        by_id = {rule.id or rule.name: rule for rule in rules}
        levelled = Arbitration(examination, by_id, learned)
        chance, end = self._known(lambda: examination.chance), self._known(lambda: examination.end)
        shares = end is None or not end < 0  # a loss below 0 is no share of anything
        findings = levelled.arranged(self.findings, self.stage, fix=fix and shares and not self.stopped)
        stopped = examination.stopped or self.stopped
        made = examination.updates, stopped, chance, end, examination.begins
        return Diagnosis(tuple(findings), tuple(self.skipped), learned, *made)

    def _known(self, asked: Callable[[], T | None]) -> T | None:
        try:
            return asked()
        except (Stopped, GradlabError, KeyboardInterrupt) as broken:
            self.examination.broken_off(broken)
            return None


class Arbitration:
    """Which finding is the cause. rules: by id.   learned: whether the network has."""

    def __init__(self, examination: Examination, rules: dict[str, Rule], learned: bool | None) -> None:
        self.examination, self.rules, self.learned = examination, rules, learned
        self.held: frozenset[str] = frozenset()

    def arranged(self, found: Sequence[Finding], stage: Callable[[str], None], *, fix: bool) -> list[Finding]:
        """Return the findings with their levels, the headline first. fix: whether fixes of causes are tried."""
        self.held = frozenset(one.rule for one in found if self.highest(one) != "info")
        ordered = sorted(found, key=self._rank)
        causes = [one for one in ordered if self.highest(one) != "info"]
        if not causes:
            return [replace(one, level="info") for one in ordered]
        if fix:
            tried = self._tried(causes, stage)
            ordered = [tried.get(id(one), one) for one in ordered]
            causes = [one for one in (tried.get(id(one), one) for one in causes) if self.highest(one) != "info"]
        if not causes:
            return [replace(one, level="info") for one in ordered]
        head = self._head(causes)
        rest = [self._beside(one, head) for one in ordered if one is not head]
        first = replace(head, level=self.highest(head), headline=True)
        return [first, *sorted(rest, key=lambda one: -LEVELS.index(one.level))]

    def highest(self, finding: Finding) -> Level:
        """Return the highest level that a finding can have in this run."""
        rule, verified, stays = self.rules[finding.rule], finding.verified, self._stays(finding)
        if finding.conjecture and verified is not None and not verified.helps:
            return "info"
        if self.learned is True and not stays and finding.root in (-1, self.examination.roles.root):
            return "info"
        sure: Level = "error" if self.learned is False or stays or self._own_rank(finding) < MECHANICS else "info"
        return min(finding.most, rule.highest, sure, key=LEVELS.index)

    def _stays(self, finding: Finding) -> bool:
        """Whether it is a fault of a network that has learned, too."""
        return finding.stays or self.rules[finding.rule].stays

    def _rank(self, finding: Finding) -> tuple[int, int]:
        level, own = -LEVELS.index(self.highest(finding)), self._own_rank(finding)
        return LAST + own if self._follows(finding) else own, level

    def _own_rank(self, finding: Finding) -> int:
        return finding.rank if finding.rank >= 0 else self.rules[finding.rule].rank

    def _follows(self, finding: Finding) -> bool:
        """Whether a finding is never the cause beside what else was found."""
        behind = self.rules[finding.rule].consequence and finding.rank < 0
        return behind or not self.held.isdisjoint(finding.yields)

    def _tried(self, causes: Sequence[Finding], stage: Callable[[str], None]) -> dict[int, Finding]:
        """Return causes with what came of their fixes, by the identity of what they were: the first few, then pairs."""
        done: dict[int, Finding] = {}
        try:
            for one in causes[:TRIED]:
                stage(f"trying a fix of {one.rule} {one.name}")
                done[id(one)] = replace(one, verified=trial.tried(self.examination, one))
            if len(done) > 1 and not any(one.verified is not None and one.verified.helps for one in done.values()):
                stage("trying two fixes at once")
                found = trial.paired(self.examination, causes[:TRIED])
                if found is not None:
                    done |= {id(one): replace(one, verified=found[0]) for one in found[1:]}
        except (Stopped, KeyboardInterrupt) as broken:
            self.examination.broken_off(broken)
        return done

    def _head(self, causes: Sequence[Finding]) -> Finding:
        """Return the cause: the one whose fix helps most, else the first that can be an error, else the first.

        A fault of the mechanics goes before all others whose fixes help: a longer run or another optimizer helps with any. So
        does one whose fix nobody could try, unless another fix makes the network learn.
        Fixes that each make the network learn are alike, and the first of them wins: what repairs a cause repairs its
        consequences, and what is made for a consequence may go further, and repair the cause on the way.
        """
        helped = [one for one in causes if one.verified is not None and one.verified.helps]
        if helped:
            most = max(map(_won, (one.verified for one in helped)))
            enough = min(most - BETTER, most / 2)
            learns = any(_suffices(one.verified) for one in helped)
            broken = (one for one in causes if self._rank(one)[0] < MECHANICS and (one in helped or self._is_open(one, learns)))
            first = (one for one in helped if _suffices(one.verified) or _won(one.verified) >= enough)
            return next(broken, None) or next(first)
        return next((one for one in causes if self.highest(one) == "error"), causes[0])

    def _is_open(self, one: Finding, learns: bool) -> bool:
        """Whether a fault may be the cause although no fix of it was tried. learns: whether another fix suffices."""
        return not learns and one.verified is None and self.highest(one) == "error"

    def _beside(self, one: Finding, head: Finding) -> Finding:
        """Return another finding beside the headline: a cause of its own, or a consequence of it."""
        if self.highest(one) == "info":
            return replace(one, level="info")
        rank, first = self._rank(one)[0], self._rank(one)[0] <= self._rank(head)[0] or self._stays(one)
        if self._follows(one) or not (first or self._is_half(one, head)):
            return replace(one, level="info", because=head.rule)
        failed = one.verified is not None and not one.verified.helps and head.verified is not None and head.verified.helps
        if failed and rank >= MECHANICS:
            return replace(one, level="info")
        return replace(one, level=min("warning", self.highest(one), key=LEVELS.index))

    def _is_half(self, one: Finding, head: Finding) -> bool:
        """Whether two findings are the halves of a fix of both."""
        return one.verified is not None and one.verified is head.verified and one.verified.helps


def _suffices(verified: Verified | None) -> bool:
    """Return whether a fix makes the network learn: below half of chance, on held-out data where there are some."""
    if verified is None:
        return False
    return (verified.after if verified.held_out_after is None else verified.held_out_after) < ENOUGH


def _won(verified: Verified | None) -> float:
    """Return how much of the loss of chance a fix has won: on held-out data where there are some."""
    if verified is None:
        return 0.0
    if verified.held_out_before is not None and verified.held_out_after is not None:
        return verified.held_out_before - verified.held_out_after
    return verified.before - verified.after
