"""Where numbers come from, and whether they are right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from gradlab.axis.environment import last_change
from gradlab.errors import ActionError
from gradlab.graph.gradcheck import RANK
from gradlab.lab.action import action
from gradlab.lab.arguments import Words, choice, expression, node, nothing, optional, reference, together
from gradlab.lab.numbers import bare, element_name, signed
from gradlab.lab.views import ledger_of, place_in
from gradlab.lab.why.checking import check as run_check
from gradlab.lab.why.checking import nudge as run_nudge
from gradlab.lab.why.ledger import MOST, Drill, Ledger
from gradlab.lab.why.steps import leaf_of, step_of
from gradlab.scenario.assertions import Reference
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.graph.gradcheck import Verdict
    from gradlab.lab.lab import Lab
    from gradlab.train.statistics import LayerStats, Summary


@dataclass(frozen=True, slots=True)
class Question:
    """Which number is to be explained, and how closely."""

    target: Reference
    through: str | None = None
    by: str = ""


def _question(words: Words) -> Question:
    """Read `NODE[i, j] [through CONSUMER] [by sample|unit]`."""
    head, by = words.split("by")
    target, through = head.split("through")
    together(
        lambda: reference(target),
        lambda: None if through is None else node(through),
        lambda: None if by is None else choice("sample", "unit")(by),
    )
    return Question(reference(target), None if through is None else node(through), "" if by is None else by.text)


@action(
    "explain", "NODE[i, j] [through CONSUMER] [by sample|unit]", "where a number of a gradient comes from", _question, key="e"
)
def explain(lab: Lab, given: Question) -> None:
    """Say the ledger of a gradient: by consumer, and within it number by number, or added up by sample or unit."""
    index = lab.known.nodes[given.target.name]
    if lab.graph.nodes[index].phase == "u" and leaf_of(lab.run, index) is not None:
        _explain_step(lab, index, given.target.index)
        return
    through = None if given.through is None else lab.known.nodes[given.through]
    found = ledger_of(lab, index, given.target.index, Drill(through, given.by))
    note = f"  ({found.note})" if found.note else ""
    total = "pending" if np.isnan(found.total) and not found.groups and "pending" in found.note else signed(found.total)
    root = f"∂{found.root}/∂{found.name}" if found.root else f"gradient of {found.name}"
    lab.say("value", f"{root} = {total}{note}")
    if given.by:
        _say_groups(lab, found)
    else:
        for line in ledger_lines(found):
            lab.say("value", line)
    if found.terms > 1 and found.cancellation < 0.5:
        lab.say("value", f"  parts of size {signed(found.magnitude)} cancel to {100 * found.cancellation:.2g} % of it")


def _explain_step(lab: Lab, index: int, element: tuple[int, ...] | None) -> None:
    """Say how the optimizer came to a next value: of a whole node, the one whose step is largest."""
    leaf = leaf_of(lab.run, index)
    assert leaf is not None
    place = _largest_step(lab, leaf) if element is None else place_in(lab.run, leaf, element)
    found = step_of(lab.run, leaf, place)
    lab.say(
        "value",
        f"{found.name}: {signed(found.before)} → {signed(found.after)}, a step of {signed(found.step)} by {found.optimizer}",
    )
    width = max((len(name) for name, _ in found.terms), default=0)
    for name, value in found.terms:
        lab.say("value", f"  {name:<{width}}  {signed(value)}")
    lab.say("value", f"  with {', '.join(f'{name} {bare(value)}' for name, value in found.settings)}")
    if isfinite(found.rate):
        lab.say("value", f"  as plain descent: a learning rate of {bare(found.rate)}")
    if found.decay is not None:
        lab.say("value", f"  weight decay: {_share(found.decay)} of it")


def _largest_step(lab: Lab, leaf: int) -> int:
    change = last_change(lab.run, leaf)
    return 0 if change is None or not change.size else int(np.argmax(np.abs(np.nan_to_num(change, nan=np.inf))))


def _say_groups(lab: Lab, found: Ledger) -> None:
    """Say the 20 largest groups in their order, and the rest together."""
    largest = sorted(found.groups, key=lambda group: -abs(group.part))[:MOST]
    width = max((len(group.name) for group in largest), default=0)
    for group in sorted(largest, key=found.groups.index):
        many = f"  {group.terms:,} parts" if group.terms > 1 else ""
        lab.say("value", f"  {group.name:<{width}}  {signed(group.part)}  {_share(group.share)}{many}".rstrip())
    if len(found.groups) > len(largest):
        rest = sum(group.part for group in found.groups if group not in largest)
        lab.say("value", f"  {'other':<{width}}  {len(found.groups) - len(largest):,} more = {signed(rest)}")


def ledger_lines(found: Ledger) -> Iterator[str]:
    """Return the largest rows; under the sum of their consumer where there are several consumers of several numbers."""
    width = max((len(row.name) for row in found.rows), default=0)
    grouped = len(found.groups) > 1 and found.terms > len(found.groups)
    for consumer in dict.fromkeys(row.consumer for row in found.rows):
        if grouped:
            parts = [group for group in found.groups if group.consumer == consumer]
            total, terms = sum(group.part for group in parts), sum(group.terms for group in parts)
            share = _share(sum(group.share for group in parts))
            yield f"  through {parts[0].name}: {terms:,} part{'s' * (terms > 1)} = {signed(total)}  {share}".rstrip()
        for row in (row for row in found.rows if row.consumer == consumer):
            product = f"{signed(row.upstream)} × {bare(row.local)} = {signed(row.part)}"
            yield f"{'    ' if grouped else '  '}{row.name:<{width}}  {product}  {_share(row.share)}".rstrip()
    if found.terms > len(found.rows):
        yield f"  {'other':<{width}}  {found.terms - len(found.rows):,} more parts = {signed(found.other)}"


def _share(share: float) -> str:
    """Return a share of the total; nothing when the total is 0, and no `-0.0`."""
    return "" if np.isnan(share) else f"{round(100 * share, 1) + 0.0:.1f} %"


@action("check", "[NODE]", "compare gradients with numerical ones", optional(node), key="k")
def check(lab: Lab, name: str | None) -> None:
    """Say a verdict per node; a wrong gradient is a failure."""
    verdicts = run_check(lab, None, None if name is None else [lab.known.nodes[name]])
    if not verdicts:
        lab.say("info", "nothing to check: no gradient flows there")
    wrong = [v for v in verdicts if v.verdict == "wrong"]
    for verdict in verdicts if len(verdicts) <= 12 else wrong:
        lab.say("fail" if verdict.verdict == "wrong" else "value", _verdict(lab, verdict))
    if verdicts:
        counts = {word: sum(v.verdict == word for v in verdicts) for word in RANK}
        listed = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
        lab.say("fail" if wrong else "ok", f"check    {listed}")
    if any(v.verdict == "surrogate" for v in verdicts):
        rules = {f"`{n.op.name}` ({n.op.surrogate})" for n in lab.graph.nodes if n.op.surrogate}
        lab.say(
            "info", f"surrogate: backward is no derivative at {', '.join(sorted(rules))}; there it was checked by that rule"
        )


def _verdict(lab: Lab, found: Verdict) -> str:
    size = lab.graph.nodes[found.node].shape
    where = "" if not size else " (a random direction)" if found.element is None else f"{list(found.element)}"
    line = f"{found.name}{where}  {found.verdict}  {found.error:.1e}"
    line += f"  backward {signed(found.analytic)}  numeric {signed(found.numeric)}" if found.verdict != "ok" else ""
    return f"{line}  suspected: {found.culprit}" if found.culprit else line


@dataclass(frozen=True, slots=True)
class Push:
    """What to nudge, and by how much."""

    target: Reference
    by: Expression


def _push(words: Words) -> Push:
    """Read `NODE[i, j] by D`."""
    target, by = words.split("by")
    if by is None:
        words.refuse("by how much?", words.span)
    together(lambda: reference(target), lambda: expression(by))
    return Push(reference(target), expression(by))


@action("nudge", "NODE[i, j] by D", "what a small change would do to the root", _push)
def nudge(lab: Lab, given: Push) -> None:
    """Say the change that the gradient predicts beside the one that really comes."""
    index = lab.known.nodes[given.target.name]
    shape = lab.graph.nodes[index].shape
    if given.target.index is None and shape:
        raise ActionError(f"`{given.target.name}` has shape {shape}: name one of its numbers, `{given.target.name}[…]`")
    by = np.asarray(given.by.evaluate(lab.environment()), np.float64)
    if by.size != 1 or not np.isfinite(by).all():
        raise ActionError("one finite number is needed behind `by`")
    place = place_in(lab.run, index, given.target.index or ())
    found = run_nudge(lab, index, place, float(by.reshape(-1)[0]))
    name = element_name(given.target.name, shape, place)
    gap = found.actual - found.predicted
    lab.say("value", f"{name} by {bare(float(by.reshape(-1)[0]))}: {found.root} is {signed(found.before)}")
    lab.say("value", f"  predicted {signed(found.predicted)}   actual {signed(found.actual)}   apart by {signed(gap)}")


@action("stats", "", "the layers in numbers", nothing)
def stats(lab: Lab, _: None) -> None:
    """Say one row a layer."""
    rows = lab.stats()
    width = max((len(row.name) for row in rows), default=5)
    head = f"{'mean':>10}  {'std':>10}  {'zeros':>6}  {'sat.':>6}  {'|delta|':>10}  {'upd/w':>6}  {'noise':>6}"
    lab.say("value", f"{'layer':<{width}}  {head}  forth, back")
    for row in rows:
        lab.say("value", f"{row.name:<{width}}  {_activations(row.activations)}  {_flow(row)}")


def _activations(summary: Summary | None) -> str:
    if summary is None:
        return f"{'·':>10}  {'·':>10}  {'·':>6}  {'·':>6}"
    saturated = "" if summary.saturated is None else f"{100 * summary.saturated:.0f} %"
    return f"{_narrow(summary.mean):>10}  {_narrow(summary.std):>10}  {f'{100 * summary.zeros:.0f} %':>6}  {saturated:>6}"


def _narrow(number: float) -> str:
    """Return a number in at most ten characters, never without its exponent."""
    text = bare(number)
    return text if len(text) <= 10 else f"{number:.4g}"


def _flow(row: LayerStats) -> str:
    delta = "·" if row.delta is None else f"{row.delta:.3e}"
    ratio = "·" if row.ratio is None else f"{row.ratio:+.1f}"
    noise = "·" if row.noise is None else f"{row.noise:.3g}"
    changes = ", ".join(f"{change.label} ×{change.factor:.3g}" for change in (row.forth, row.back) if change is not None)
    return f"{delta:>10}  {ratio:>6}  {noise:>6}  {changes}".rstrip()
