"""The rule above a panel: its digit and title, what it shows, what there is besides, and the panels that are out of sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradlab.draw.ink import Goal, Linked, Row, Run, clip, link, width_of

Named = tuple[str, str, str]
"""The key of a panel, its title and its name."""
SPARE = 3
"""Cells of line that stay between what is on the left and what is on the right."""


@dataclass(frozen=True, slots=True)
class TitleRule:
    """What stands in a rule.

    panel: whose it is.   subtitle: what it shows of it.   right: what there is to say besides.   facets: ways to look at it.
    facet: the number of the present one.   others: panels out of sight.   keys: whether the panel has the keys.
    more: whether content is above and below.
    """

    panel: Named
    subtitle: str = ""
    right: str = ""
    facets: Sequence[str] = ()
    facet: int = 0
    others: Sequence[Named] = ()
    keys: bool = False
    more: tuple[bool, bool] = (False, False)


def rule_row(rule: TitleRule, width: int) -> Row:
    """Return the row, exactly `width` cells: `─ 5 health · gradients ──────── 53 layers ─`.

    What there is no room for is left out: first the facets, then panels out of sight, then what is on the right.
    """
    dash, line = ("━", "here") if rule.keys else ("─", "dim")
    left = _left(rule)
    room = width - 2 - SPARE
    for right in _choices(rule):
        if width_of(left) + width_of(right) + 2 * bool(right) <= room or not right:
            break
    left = clip(left, max(0, width - 4 - width_of(right) - 2 * bool(right)))
    used = 3 + width_of(left) + (width_of(right) + 3 if right else 0)
    tail: Row = ((" ", ""), *right, (" ", ""), (dash, line)) if right else ()
    runs: Row = ((dash, line), (" ", ""), *left, (" ", ""), (dash * max(0, width - used), line), *tail)
    return clip(runs, width)


def _left(rule: TitleRule) -> Row:
    key, title, name = rule.panel
    goal = Goal(line=f"show {name}")
    role = "title" if rule.keys else ""
    runs: list[Run] = []
    if key:
        runs += [link(key, "cursor" if rule.keys else "key", goal), link(" ", role, goal)]
    runs.append(link(title, role, goal))
    if rule.subtitle:
        runs.append((f" · {rule.subtitle}", role))
    return tuple(runs)


def _choices(rule: TitleRule) -> list[Row]:
    """Return what may stand on the right, the most first."""
    said: Row = ((rule.right, "dim"),) if rule.right else ()
    marks = ("▴" if rule.more[0] else "") + ("▾" if rule.more[1] else "")
    said = _beside(said, ((marks, "dim"),) if marks else ())
    rows = [_beside(_beside(facets, said), _names(rule, count)) for facets in (_facets(rule), ()) for count in (3, 2, 1)]
    return [*rows, _beside(said, _names(rule, 0)), said, ((marks, "dim"),) if marks else (), ()]


def _beside(left: Row, right: Row) -> Row:
    return (*left, ("   " if left and right and len(right) > 1 else "  ", ""), *right) if left and right else left or right


def _facets(rule: TitleRule) -> Row:
    """Return `[ ] numbers · picture`, each a way to it."""
    if len(rule.facets) < 2:
        return ()
    keys = (link("[", "key", Goal(command="facet-before")), (" ", ""), link("]", "key", Goal(command="facet-next")))
    runs: list[Run] = [*keys, (" ", "")]
    for number, facet in enumerate(rule.facets):
        here = number == rule.facet
        runs += [(" · ", "dim")] if number else []
        runs.append(link(facet, "" if here else "dim", Goal(line=f"show {rule.panel[2]} {facet.replace(' ', '-')}")))
    return tuple(runs)


def _names(rule: TitleRule, count: int) -> Row:
    """Return the panels out of sight, `2 node  3 why  v more`."""
    if not rule.others:
        return ()
    runs: list[Run] = []
    for key, title, name in rule.others[:count]:
        goal = Goal(line=f"show {name}")
        runs += [(key, Linked("key", goal)), (f" {title}", Linked("dim", goal)), ("  ", "")]
    if count < len(rule.others):
        goal = Goal(command="view")
        return (*runs, ("v", Linked("key", goal)), (" more", Linked("dim", goal)))
    return tuple(runs[:-1])
