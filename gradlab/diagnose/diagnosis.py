"""Asking all rules about one examination."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.rule import Rule
from gradlab.graph.origin import Finding


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found, in the order of the rules. skipped: the rules that were not asked, each with the reason."""

    findings: tuple[Finding, ...]
    skipped: tuple[tuple[str, str], ...]


def diagnose(examination: Examination) -> Diagnosis:
    """Ask all rules. One that lacks what it reads, or that fails, is named among those that were not asked."""
    from gradlab.diagnose.rules import RULES

    findings: list[Finding] = []
    skipped: list[tuple[str, str]] = []
    for rule in RULES.values():
        if missing := [part for part in rule.reads if examination.lacks(part)]:
            skipped.append((rule.name, f"the run has no {' and no '.join(missing)}"))
            continue
        try:
            findings += _asked(rule, examination)
        except Exception as error:  # noqa: BLE001  one rule that fails must not hide what the others find
            skipped.append((rule.name, f"it failed: {type(error).__name__}: {error}"))
    return Diagnosis(tuple(findings), tuple(skipped))


def _asked(rule: Rule, examination: Examination) -> list[Finding]:
    return [replace(finding, rule=rule.name) for finding in rule.find(examination)]
