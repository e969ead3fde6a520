"""A plot: numbers as a staircase.

plot stairs EXPR
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.draw.ink import Row, row
from gradlab.draw.plots import Paper, Picture, plot_kind
from gradlab.lab.arguments import expression
from gradlab.lab.snapshot import NodeInfo
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True, slots=True, eq=False)
class Stairs(Picture):
    """Numbers in a row."""

    numbers: tuple[float, ...]


def ask(lab: Lab, wanted: Expression, paper: Paper) -> Stairs:
    """Return the numbers."""
    return Stairs(wanted.text, (), tuple(wanted.evaluate(lab.seen_by_student()).reshape(-1).tolist()))


def rows(stairs: Stairs, paper: Paper) -> Sequence[Row]:
    """Return a step a number."""
    return [row((f"{' ' * k}|_ {number:g}", "value")) for k, number in enumerate(stairs.numbers)]


def figure(stairs: Stairs, axes: Any) -> None:
    """Draw the steps."""
    axes.stairs(stairs.numbers)


def fits(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[int, str] | None:
    """Return that it is never offered."""
    return None


PLOT = plot_kind(ask, "EXPR", "numbers as a staircase", read=expression, rows=rows, figure=figure, fits=fits)
