"""Comparing gradients with numerical ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.graph.gradcheck import BAD, RANK, UNCHECKED, UNMOVABLE, Verdict
from gradlab.graph.graph import Graph
from gradlab.lab.arguments import Words, node, optional
from gradlab.lab.numbers import signed
from gradlab.lab.outcome import Line, Outcome, told
from gradlab.lab.why.checking import present_root

if TYPE_CHECKING:
    from gradlab.session import Lab


MOST = 12
"""Verdicts up to which each has a line; of more only the bad ones have, at most so many of them."""
LONGEST = 1_000_000
"""Seconds that may be said."""
SECONDS = 5.0
"""What a check may take when nobody says how long."""
NOTHING = "check    nothing was compared"
"""What is said to a check that moved no number: it proves nothing, so it fails."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to check. node: None for all that lead to the root.   full: every element.   seconds: what it may take."""

    node: str | None
    full: bool
    seconds: float


def _wanted(words: Words) -> Wanted:
    """Read `[NODE] [full] [for N s]`. Who asks for every element and says no time has time."""
    what, time = words.split("for")
    seconds = None if time is None else _seconds(time)
    name, tail = what.split("full")
    full = tail is not None and not (what.text == "full" and words.known is not None and "full" in words.known.nodes)
    if full and tail is not None and tail.text:
        words.refuse(f"unexpected `{tail.text}`", tail.span)
    found = optional(node)(name if full else what)
    return Wanted(found, full, (inf if full else SECONDS) if seconds is None else seconds)


def _seconds(words: Words) -> float:
    """Read `N s`."""
    given = list(words)
    if not given or [word.text for word in given[1:]] not in ([], ["s"], ["second"], ["seconds"]):
        words.refuse("for how many seconds?", words.span, "write `for N s`")
    try:
        seconds = float(given[0].text)
    except ValueError:
        words.refuse(f"`{given[0].text}` is not a number of seconds", given[0], "such as `for 2 s` or `for 0.5 s`")
    if not 0 < seconds <= LONGEST:
        words.refuse(f"`{given[0].text}` is out of range", given[0], f"more than 0, and at most {LONGEST:,}")
    return seconds


def _check(lab: Lab, wanted: Wanted) -> Outcome:
    """Say a verdict per node; a gradient that is wrong or not finite is a failure, and so is to compare nothing."""
    root = present_root(lab)
    if wanted.node is not None and lab.known.nodes[wanted.node] == root:
        wanted = replace(wanted, node=None)
    verdicts = lab.check("", None if wanted.node is None else [wanted.node], wanted.full, wanted.seconds)
    if not verdicts:
        what = "any number" if wanted.node is None else f"`{wanted.node}`"
        return told([Line("fail", f"{NOTHING}: no gradient flows from `{lab.graph.nodes[root].name}` to {what}")], found=())
    return told(_lines(lab.graph, verdicts, wanted), found=verdicts)


def _lines(graph: Graph, verdicts: Sequence[Verdict], wanted: Wanted) -> Iterator[Line]:
    bad = sorted((v for v in verdicts if v.verdict in BAD), key=lambda v: (-RANK[v.verdict], not v.culprit))
    for verdict in verdicts if len(verdicts) <= MOST else bad[:MOST]:
        yield Line("fail" if verdict.verdict in BAD else "value", _verdict(graph, verdict))
    counts = {word: sum(v.verdict == word for v in verdicts) for word in (*RANK, UNMOVABLE, UNCHECKED)}
    listed = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    nothing = counts[UNCHECKED] + counts[UNMOVABLE] == len(verdicts)
    yield Line("fail" if bad or nothing else "ok", f"{NOTHING}: {listed}" if nothing else f"check    {listed}")
    yield from _not_looked_at(verdicts, wanted)
    yield from _explained(graph, counts)


def _not_looked_at(verdicts: Sequence[Verdict], wanted: Wanted) -> Iterator[Line]:
    """Yield what was left out, if something was."""
    seen = [v for v in verdicts if v.verdict != UNCHECKED]
    if len(seen) < len(verdicts):
        longer = f"`check for {4 * wanted.seconds:g} s` looks at more"
        yield Line("info", f"checked {len(seen):,} of {len(verdicts):,} nodes in {wanted.seconds:g} s; {longer}")
    moved, size = sum(v.checked for v in seen), sum(v.size for v in seen)
    if moved < size and not wanted.full:
        whole = "check full" if wanted.node is None else f"check {wanted.node} full"
        yield Line("info", f"moved {moved:,} of {size:,} elements, chosen by the seed; `{whole}` moves all that are finite")
    elif moved < size:
        yield Line("info", f"moved {moved:,} of {size:,} elements")


def _explained(graph: Graph, counts: Mapping[str, int]) -> Iterator[Line]:
    """Yield what words mean that stand in few checks."""
    if counts["undefined"]:
        yield Line(
            "info", "undefined: the gradient, or the root beside that number, is NaN or infinite: no slope to compare with"
        )
    if counts[UNMOVABLE]:
        yield Line("info", "unmovable: a step moves no number of it: none is finite, or they are numbers of classes")
    if counts["surrogate"]:
        rules = {f"`{n.op.name}` ({n.op.surrogate})" for n in graph.nodes if n.op.surrogate}
        places = ", ".join(sorted(rules))
        yield Line("info", f"surrogate: backward is no derivative at {places}; there it was checked by that rule")


def _verdict(graph: Graph, found: Verdict) -> str:
    if found.verdict in (UNCHECKED, UNMOVABLE):
        return f"{found.name}  {found.verdict}"
    size = graph.nodes[found.node].shape
    where = "" if not size else " (a random direction)" if found.element is None else f"{list(found.element)}"
    line = f"{found.name}{where}  {found.verdict}  {found.error:.1e}"
    line += f"  backward {signed(found.analytic)}  numeric {signed(found.numeric)}" if found.verdict != "ok" else ""
    return f"{line}  suspected: {found.culprit}" if found.culprit else line


ACTION = Action("check", "[NODE] [full] [for N s]", "compare gradients with numerical ones", _wanted, _check, stands=True)
