"""A diagnosis as rows: the headline with its evidence and the fix that was tried, the ladder of the gradient, what follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from gradlab.draw.bars import ladder
from gradlab.draw.findings import MARKS, titled
from gradlab.draw.ink import Goal, Row, Run, clip, fit, fit_right, link, row, wrap
from gradlab.draw.names import NodeNames

if TYPE_CHECKING:
    from gradlab.diagnose.diagnosis import Diagnosis
    from gradlab.diagnose.finding import Finding, Verified

RUNGS = 12
"""Layers that the ladder has at most: of more, every second or third."""
SIZE = "|δ|"
"""What the rungs of the ladder are."""
WIDEST = 110
"""Cells of a row at most: longer lines are read with effort, and bars are far from their names."""
LEAD = 10
"""Cells in front of what stands in the part of the fix."""


def summed(found: Diagnosis) -> str:
    """Return how much was found: "1 error, 1 warning, 3 follow"."""
    errors = sum(one.level == "error" for one in found.findings)
    warnings = sum(one.level == "warning" for one in found.findings)
    follow = sum(bool(one.because) for one in found.findings)
    notes = len(found.findings) - errors - warnings - follow
    many = (
        (errors, "error", "errors"),
        (warnings, "warning", "warnings"),
        (follow, "follows", "follow"),
        (notes, "note", "notes"),
    )
    return ", ".join(f"{count} {single if count == 1 else plural}" for count, single, plural in many if count)


def diagnosis_rows(found: Diagnosis, verdict: str, names: NodeNames, width: int) -> list[Row]:
    """Return a diagnosis in rows; each finding leads to its node. verdict: whether the network has learned, in a sentence."""
    width = min(width, WIDEST)
    rows = [*wrap(row((verdict, "dim")), width)]
    head = found.headline
    if head is not None:
        rows += [row(""), *_headline(head, names, width)]
    beside = [one for one in found.findings if one is not head and one.level in ("error", "warning")]
    follow = [one for one in found.findings if one.because]
    notes = [one for one in found.findings if one is not head and one not in beside and one not in follow]
    for title, part in (("besides", beside), ("consequences", follow), ("notes", notes)):
        if part:
            rows += [row(""), row((title, "strong"))]
            rows += [line for one in part for line in _short(one, names, width)]
    rows += [] if found.findings else [row(("nothing was found", "dim"))]
    return [clip(line, width) for line in rows]


def headline_rows(one: Finding | None, width: int) -> list[Row]:
    """Return the cause in one row that leads to the panel of findings; none where none was found."""
    if one is None:
        return []
    mark, role = MARKS[one.level]
    where = f" at {one.layer}" if one.layer else ""
    said = link(f"{mark} {one.rule} {one.name}{where}", role, Goal(line="show findings"))
    return [clip(row(said, (f"  {one.text}", "dim")), width)]


def _headline(one: Finding, names: NodeNames, width: int) -> Iterator[Row]:
    mark, role = MARKS[one.level]
    yield titled(_led(f"{mark} {one.rule} {one.name}", role, one, names), _where(one, names), "headline", width)
    yield row("")
    for sentence in (one.text, *one.evidence):
        yield from wrap(row(("  ", ""), *names.runs(_sentence(sentence), "")), width, 2)
    if one.at >= 0:
        yield row(("  in ", "dim"), link(f"update {one.at:,}", "dim", Goal(line=f"goto {one.at}.f.0")))
    yield row("")
    if one.verified is not None:
        yield from _tried(one.verified, width)
    elif one.fixes:
        yield from wrap(
            row(("  may help", "dim"), ("  ", ""), ("; or ".join(fix.text for fix in one.fixes[:2]), "")), width, LEAD
        )


def _tried(one: Verified, width: int) -> Iterator[Row]:
    """Yield the fix with its effect, what else was tried, and the ladder before and after."""
    verdict = ("helps", "good") if one.helps else ("did not help", "warn")
    yield from wrap(row(("  tried   ", "dim"), (one.change, "strong"), (": ", ""), verdict), width, LEAD)
    yield row((" " * LEAD, ""), (f"loss      {_percent(one.before)} → {_percent(one.after)} of chance", ""))
    if one.held_out_before is not None and one.held_out_after is not None:
        yield row((" " * LEAD, ""), (f"held out  {_percent(one.held_out_before)} → {_percent(one.held_out_after)}", ""))
    yield row((" " * LEAD, ""), (f"the same seed, {one.updates:,} updates", "dim"))
    for text in one.others:
        yield from wrap(row(("  besides ", "dim"), (text, "dim")), width, LEAD)
    if one.helps:
        yield row((" " * LEAD, ""), link("D runs it beside this run", "dim", Goal(command="fix")))
        yield row((" " * LEAD, ""), link(":fix makes the change here", "dim", Goal(line="fix")))
    yield from _ladder(one.ladder, width)


def _ladder(rungs: Sequence[tuple[str, float, float]], width: int) -> Iterator[Row]:
    """Yield |δ| of each layer in the first update without the fix and with it, on one scale."""
    shown = [one for one in rungs if isfinite(one[1]) and isfinite(one[2])]
    if len(shown) < 2:
        return
    shown = shown[:: -(-len(shown) // RUNGS)]
    name = max(len(SIZE), min(12, max(len(one[0]) for one in shown)))
    room = max(0, (width - name - 26) // 2)
    bars = ladder([size for one in shown for size in one[1:]], room)
    yield row("")
    yield row((f"  {fit(SIZE, name)}{fit_right('before', 10)}{' ' * (room + 1)}{fit_right('after', 10)}", "dim"))
    for place, (layer, *sizes) in enumerate(shown):
        rungs_of = zip(sizes, bars[2 * place : 2 * place + 2], strict=True)
        drawn = (f"{fit_right(f'{size:.2g}', 10)} {fit(rung, room)}" for size, rung in rungs_of)
        yield row((f"  {fit(layer, name)}", ""), *((text, "delta") for text in drawn))


def _short(one: Finding, names: NodeNames, width: int) -> list[Row]:
    mark, role = MARKS[one.level]
    return wrap(row(_led(f"{mark} {one.rule} {one.name}", role, one, names), ("  ", ""), *names.runs(one.text, "")), width, 2)


def _where(one: Finding, names: NodeNames) -> list[Run]:
    """Return the node with its layer, if the finding is about one."""
    if not 0 <= one.node < len(names.nodes):
        return []
    node = names.nodes[one.node]
    layer = [(f"  layer {one.layer}", "dim")] if one.layer and one.layer != node.name else []
    return [_led(node.name, "title", one, names), *layer]


def _led(text: str, role: str, one: Finding, names: NodeNames) -> Run:
    """Return a text that leads to the node of a finding, else to its update."""
    if 0 <= one.node < len(names.nodes):
        return link(text, role, Goal(node=one.node))
    return (text, role) if one.at < 0 else link(text, role, Goal(line=f"goto {one.at}.f.0"))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %" if abs(share) < 10 else f"{share:.3g} times"
