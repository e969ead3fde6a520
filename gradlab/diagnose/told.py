"""A diagnosis as lines of text, and as the entry of a JSON document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradlab.diagnose.diagnosis import Diagnosis
from gradlab.diagnose.examination import CHANCE, Examination
from gradlab.diagnose.finding import Finding, Verified, share_text
from gradlab.graph.graph import Graph

SHOWN = 3
"""Findings that are shown before the rest is counted."""
OTHERS = 3
"""Other fixes that were tried, which are told of the headline."""
Pairs = Iterator[tuple[str, str]]
"""The level that a line belongs to ("error", "warning", "info", "" for what belongs to none), and the line."""


def verdict(found: Diagnosis) -> str:
    """Return in one sentence whether the network has learned, with the numbers."""
    updates = f"{found.updates:,} update{'s' * (found.updates != 1)}"
    stopped = f" ({found.stopped})" if found.stopped else ""
    if found.end is None and found.updates:
        return f"whether it has learned was not looked at after {updates}{stopped}"
    if found.end is None:
        return f"nothing is trained{stopped}"
    known = found.chance is not None and found.chance > CHANCE and found.end >= 0  # a loss below 0 is no share of anything
    share = f", {share_text(found.end / found.chance)} of chance ({found.chance:.4g})" if known and found.chance else ""
    word = {True: "it has learned", False: "it has not learned", None: "whether it has learned cannot be told"}[found.learned]
    return f"{word}: loss {found.end:.4g} after {updates}{share}{stopped}"


def lines(found: Diagnosis) -> Pairs:
    """Yield a diagnosis as text, the headline first; its indented lines belong to the finding above them."""
    shown = [one for one in found.findings if one.level != "info" or one.because or not found.headline][:SHOWN]
    for one in shown:
        yield from _told(one)
    rest = [one for one in found.findings if not any(one is other for other in shown)]
    if rest:
        names = ", ".join(f"{one.rule} {one.name}" for one in rest[:8]) + (" …" if len(rest) > 8 else "")
        yield "info", f"and {len(rest)} more: {names}"
    if not found.findings:
        yield "", "nothing was found"
    reasons: dict[str, list[str]] = {}
    for rule, why in found.skipped:
        reasons.setdefault(why, []).append(rule)
    for why, rules in reasons.items():
        yield "", f"not asked: {', '.join(rules)}: {why}"
    if found.begins:
        yield "", f"updates are counted from update {found.begins:,} of the training, with which the file begins"


def _told(one: Finding) -> Pairs:
    because = f" (follows from {one.because})" if one.because else ""
    yield one.level, f"{one.level:<7}  {one.rule} {one.name}: {one.text}{because}"
    if one.because:
        return
    for sentence in one.evidence:
        yield one.level, f"         {sentence}"
    if one.verified is not None:
        yield one.level, f"         {tried(one.verified)}"
        for other in one.verified.others[:OTHERS] if one.headline else ():
            yield one.level, f"         also tried: {other}"
    elif one.fixes:
        yield one.level, f"         what may help: {'; or '.join(fix.text for fix in one.fixes[:2])}"


def tried(one: Verified) -> str:
    """Return what came of a fix in one sentence."""
    effect = f"{share_text(one.before)} → {share_text(one.after)} of chance"
    if one.held_out_before is not None and one.held_out_after is not None:
        effect += f", held out {share_text(one.held_out_before)} → {share_text(one.held_out_after)}"
    verdict = "helps" if one.helps else "did not help"
    return f"tried: {one.change}: {verdict}, {effect} in {one.updates:,} updates"


def roles_told(examination: Examination, found: Diagnosis) -> Iterator[str]:
    """Yield what the parts of the model are taken for, and what the network is judged by."""
    yield from examination.roles.lines()
    yield f"layers    {', '.join(row.name for row in examination.depth.all) or 'none'}, in series"
    if found.chance is not None:
        yield f"chance    {found.chance:.4g}, the loss of the best constant output"
    if found.end is not None:
        yield f"end       {found.end:.4g}, the loss of all training data in mode eval behind the last update"
        yield f"learned   {'unknown' if found.learned is None else 'yes' if found.learned else 'no'}"


def record(name: str, found: Diagnosis, graph: Graph) -> dict[str, Any]:
    """Return a diagnosis as an entry of the JSON document."""
    return {
        "name": name,
        "learned": found.learned,
        "findings": [_finding(one, graph) for one in found.findings],
        "skipped": [{"rule": rule, "why": why} for rule, why in found.skipped],
    }


def _finding(one: Finding, graph: Graph) -> dict[str, Any]:
    verified = one.verified
    keys = ("change", "updates", "before", "after", "held_out_before", "held_out_after")
    return {
        "rule": one.rule, "name": one.name, "level": one.level, "headline": one.headline,
        "node": graph.nodes[one.node].name if one.node >= 0 else None, "layer": one.layer or None,
        "statistic": one.statistic, "value": one.value, "threshold": one.threshold, "at": one.at if one.at >= 0 else None,
        "text": one.text,
        "fix": verified.change if verified is not None else one.fixes[0].text if one.fixes else None,
        "verified": None if verified is None else {key: getattr(verified, key) for key in keys},
        "because": one.because or None,
    }  # fmt: skip
