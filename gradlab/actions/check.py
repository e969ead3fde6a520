"""Comparing gradients with numerical ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gradlab.actions._action import Action
from gradlab.graph.gradcheck import RANK, Verdict
from gradlab.graph.graph import Graph
from gradlab.lab.arguments import node, optional
from gradlab.lab.numbers import signed
from gradlab.lab.outcome import Line, Outcome, told

if TYPE_CHECKING:
    from gradlab.session import Lab


MOST = 12
"""Verdicts up to which each has a line; of more only the wrong ones have."""


def _check(lab: Lab, name: str | None) -> Outcome:
    """Say a verdict per node; a wrong gradient is a failure."""
    verdicts = lab.check(None, None if name is None else [name])
    return told(_lines(lab.graph, verdicts), found=verdicts)


def _lines(graph: Graph, verdicts: Sequence[Verdict]) -> Iterator[Line]:
    if not verdicts:
        yield Line("info", "nothing to check: no gradient flows there")
        return
    wrong = [v for v in verdicts if v.verdict == "wrong"]
    for verdict in verdicts if len(verdicts) <= MOST else wrong:
        yield Line("fail" if verdict.verdict == "wrong" else "value", _verdict(graph, verdict))
    counts = {word: sum(v.verdict == word for v in verdicts) for word in RANK}
    listed = ", ".join(f"{count} {word}" for word, count in counts.items() if count)
    yield Line("fail" if wrong else "ok", f"check    {listed}")
    if any(v.verdict == "surrogate" for v in verdicts):
        rules = {f"`{n.op.name}` ({n.op.surrogate})" for n in graph.nodes if n.op.surrogate}
        places = ", ".join(sorted(rules))
        yield Line("info", f"surrogate: backward is no derivative at {places}; there it was checked by that rule")


def _verdict(graph: Graph, found: Verdict) -> str:
    size = graph.nodes[found.node].shape
    where = "" if not size else " (a random direction)" if found.element is None else f"{list(found.element)}"
    line = f"{found.name}{where}  {found.verdict}  {found.error:.1e}"
    line += f"  backward {signed(found.analytic)}  numeric {signed(found.numeric)}" if found.verdict != "ok" else ""
    return f"{line}  suspected: {found.culprit}" if found.culprit else line


ACTION = Action("check", "[NODE]", "compare gradients with numerical ones", optional(node), _check, key="k")
