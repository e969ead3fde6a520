"""What is wrong with a run, as rows: the headline first, what else was found below it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from gradlab.draw.ink import Goal, Row, Run, fit_end, link, row, spread, width_of, wrap
from gradlab.draw.names import NodeNames

if TYPE_CHECKING:
    from gradlab.graph.origin import Origin

LEVELS = ("error", "warning", "info")
MARKS = {"error": ("✗", "bad"), "warning": ("▲", "warn"), "info": ("·", "dim")}


def by_weight(found: Iterable[Origin]) -> list[Origin]:
    """Return findings with the errors first, then the warnings; those of one level keep their order."""
    return sorted(found, key=lambda one: LEVELS.index(one.severity) if one.severity in LEVELS else len(LEVELS))


def counted(found: Sequence[Origin]) -> str:
    """Return how many there are of each level: "1 error, 2 warnings"."""
    many = {level: sum(one.severity == level for one in found) for level in LEVELS}
    words = {"error": "errors", "warning": "warnings", "info": "notes"}
    single = {"error": "error", "warning": "warning", "info": "note"}
    return ", ".join(f"{n} {words[level] if n > 1 else single[level]}" for level, n in many.items() if n)


def finding_rows(found: Sequence[Origin], names: NodeNames, width: int) -> list[Row]:
    """Return the headline with its sentence, and a sentence for each of the others; each leads to its node."""
    listed = by_weight(found)
    rows: list[Row] = []
    for number, one in enumerate(listed):
        if number == 1:
            rows += [row(""), row(("besides", "strong"))]
        headline = not number and one.severity != "info"
        rows += _finding(one, names, width, "headline" if headline else "")
    return rows


def _finding(one: Origin, names: NodeNames, width: int, word: str) -> list[Row]:
    mark, role = MARKS.get(one.severity, MARKS["info"])
    head = titled(_led(f"{mark} {one.rule}", role, one, names), _where(one, names), word, width)
    body = wrap(row(("  ", ""), *names.runs(one.text, "")), width, 2)
    when = [] if one.update < 0 else [row(("  in ", "dim"), link(f"update {one.update:,}", "dim", _update(one)))]
    return [head, *body, *when]


def titled(name: Run, where: Sequence[Run], word: str, width: int) -> Row:
    """Return what a finding is called and where it is, the node and its layer; `word` stands on the right, if there is one.

    Without the layer where there is no room for it: the node says nearly as much. Then without the word; a name is cut last,
    and in front.
    """
    left = row(name, ("  ", ""), *where)
    if not word:
        return left
    if width_of(left) + 1 + len(word) > width:
        left = row(name, ("  ", ""), *where[:1])
    if (over := width_of(left) - width) > 0 and where:
        text, role = where[0]
        left = row(name, ("  ", ""), (fit_end(text, max(1, width_of(where[:1]) - over)), role))
    if width_of(left) + 1 + len(word) > width:
        return left
    return spread(left, row((word, "dim")), width)


def _where(one: Origin, names: NodeNames) -> list[Run]:
    """Return the node with its layer, if the finding is about one."""
    if not 0 <= one.node < len(names.nodes):
        return []
    node = names.nodes[one.node]
    layer = [(f"  layer {node.layer}", "dim")] if node.layer else []
    return [_led(node.name, "title", one, names), *layer]


def _led(text: str, role: str, one: Origin, names: NodeNames) -> Run:
    """Return a text that leads to the evidence: the node, with the number that is told of, or else the update."""
    if one.node < 0:
        return link(text, role, _update(one)) if one.update >= 0 else (text, role)
    told = names.first(one.text)
    return link(text, role, told if told is not None and told.node == one.node else Goal(node=one.node))


def _update(one: Origin) -> Goal:
    return Goal(line=f"goto {one.update}.f.0")
