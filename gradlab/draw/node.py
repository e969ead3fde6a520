"""A node by its slopes, and lists of other nodes that belong to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import TYPE_CHECKING

from gradlab.draw.ink import Goal, Row, Run, clip, fit, link, row
from gradlab.draw.names import NodeNames
from gradlab.draw.number import PENDING, fixed, number
from gradlab.lab.hidden import HIDDEN, is_unseen

if TYPE_CHECKING:
    from gradlab.lab.snapshot import Brief, NodeInfo
    from gradlab.lab.why.slopes import Slope

NAME = 18


def slope_rows(slopes: Sequence[Slope], names: NodeNames, width: int) -> list[Row]:
    """Return a row for each input: the slope to it with symbols and its number, and what was sent; each leads to its input."""
    longest = min(NAME, max((len(names.nodes[one.node].name) for one in slopes), default=0))
    written = min(max(6, width // 3), max((len(one.symbols) for one in slopes), default=0))
    rows = []
    for place, one in enumerate(slopes):
        name = link(fit(names.nodes[one.node].name, longest), "strong", Goal(one.node))
        head = row(("slope  to " if not place else "       to ", "dim"), name, ("  ", ""))
        rows.append(clip((*head, *names.runs(fit(one.symbols, written), ""), *_numbers(one)), width))
    return rows


def _numbers(one: Slope) -> list[Run]:
    if one.local is None:
        return []
    if is_unseen(one.local):
        return [(f" = {HIDDEN}", "key"), ("  hidden while it is asked for", "dim")]
    told: list[Run] = [(f" = {number(one.local, 5)}", "value")]
    if one.sent is not None:
        told += [("  ▸ ", "dim"), link(number(one.sent, 5), "delta", Goal(one.node, what="delta"))]
    return told


Pending = Callable[[int, str], bool]
"""Whether the "value" or "grad" of a node is pending."""


def node_list_rows(
    title: str, listed: Sequence[tuple[NodeInfo, Brief]], width: int, pending: Pending, *, deltas: bool = True
) -> list[Row]:
    """Return a head and a row for each node: its name, op, value and delta (the RMS of a tensor); each leads there."""
    if not listed:
        return []
    longest = min(max(8, width - 36), max(len(node.name) for node, _ in listed))
    head = f"{fit(title, longest)} {'op':<12}{'value':>10}{'delta' if deltas else '':>11}"
    return [row((head, "dim")), *(_node(node, brief, longest, pending, deltas=deltas) for node, brief in listed)]


def _node(node: NodeInfo, brief: Brief, longest: int, pending: Pending, *, deltas: bool) -> Row:
    goal = Goal(node.index)
    numbers = (brief.value, "value"), (brief.grad, "grad")
    value, grad = (_told(one, pending(node.index, what)) if prod(node.shape) else f"{'empty':>9}" for one, what in numbers)
    return row(
        link(fit(node.name, longest), "strong", goal), (f" {fit(node.op, 11)} ", "dim"),
        link(value, "value", Goal(node.index, what="value")), ("  ", ""),
        *([link(grad, "delta", Goal(node.index, what="delta"))] if deltas else []),
    )  # fmt: skip


def _told(amount: float, pending: bool) -> str:
    if is_unseen(amount):
        return HIDDEN.rjust(9)
    return PENDING.rjust(9) if pending else fixed(amount)
