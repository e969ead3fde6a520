"""The list of a sweep: a row for each setting, in the order of a measure, of which those around the chosen one are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite
from typing import Literal

from rich.cells import cell_len

from gradlab.draw.ink import Row, clip, fit, row
from gradlab.draw.rule import TitleRule, rule_row
from gradlab.sweeps.table import SettingRow
from gradlab.sweeps.telling import number_text, short
from gradlab.tui.sweep.sight import SweepSight
from gradlab.tui.sweep.view import SweepView

SettingOrder = Literal["least", "largest", "sweep"]
ORDERS: tuple[SettingOrder, ...] = ("least", "largest", "sweep")
TOLD = {"least": "the least {} first", "largest": "the largest {} first", "sweep": "in the order of the sweep"}
WIDEST = 40
"""Cells of a column at most."""
HEADS = 2
"""Rows above the settings: the rule and the names of the columns."""


def ordered(sight: SweepSight, order: SettingOrder) -> list[SettingRow]:
    """Return the rows in an order; settings of which a seed failed come last, and of stages the longest comes first."""
    if order == "sweep":
        return sorted(sight.rows, key=lambda one: (one.setting, one.updates))
    measure, sign = sight.wanted.measure, 1 if order == "least" else -1

    def rank(one: SettingRow) -> tuple[int, float, int]:
        mean = one.means[measure] if one.means else inf
        return -one.updates, sign * mean if isfinite(mean) and not one.failed else inf, one.setting

    return sorted(sight.rows, key=rank)


class SettingList(SweepView):
    """The rows in their order, one of which is chosen."""

    def __init__(self) -> None:
        super().__init__(id="settings")
        self.sight: SweepSight | None = None
        self.listed: Sequence[SettingRow] = ()
        self.order: SettingOrder = "least"
        self.at = 0
        self.top = 0
        self._widths: dict[int, int] = {}

    def show(self, sight: SweepSight, listed: Sequence[SettingRow], order: SettingOrder, at: int) -> None:
        """Draw these rows, of which one is chosen."""
        if self.sight is None or sight.wanted.measure != self.sight.wanted.measure:
            self._widths = {}
        self.sight, self.listed, self.order, self.at = sight, listed, order, at
        self.draw()

    @property
    def heads(self) -> int:
        """How many rows stand above the settings."""
        return HEADS if self.size.height > HEADS else 0

    def line_of(self, y: int) -> int | None:
        """Return the number of the setting in a line of the widget; None where there is none."""
        number = self.top + y - self.heads
        return number if self.top <= number < len(self.listed) else None

    def draw(self) -> None:
        """Draw the rule, the names of the columns and the settings that have room."""
        width, room = self.size.width, max(1, self.size.height - self.heads)
        if self.sight is None or width < 1:
            return
        self.top = max(0, min(self.top, len(self.listed) - room))
        self.top = max(0, min(self.at, max(self.top, self.at - room + 1)))
        shown = self.listed[self.top : self.top + room]
        cells = [self._cells(self.sight, one) for one in shown]
        names = self._names(self.sight)
        self._widen([names, *(line[: len(names)] for line in cells)])
        rows = [self._line(line, width, "bad" if one.failed else "") for line, one in zip(cells, shown, strict=True)]
        heads = [self._rule(self.sight, width, len(shown)), self._line(names, width, "dim")] if self.heads else []
        self.show_rows([*heads, *(rows or [row((" no result yet", "dim"))])], self.heads + self.at - self.top if rows else -1)

    def _rule(self, sight: SweepSight, width: int, shown: int) -> Row:
        count = len(self.listed)
        right = f"{self.top + 1:,} to {self.top + shown:,} of {count:,}" if shown < count else f"{count:,}"
        more = self.top > 0, self.top + shown < count
        told = TOLD[self.order].format(sight.measure)
        return rule_row(
            TitleRule(("▸" * self.has_focus, "settings", "settings"), told, right, keys=self.has_focus, more=more), width
        )

    def _names(self, sight: SweepSight) -> tuple[str, ...]:
        staged = ("updates",) if sight.sweep.plan.halving is not None else ()
        return (*self._measures(sight)[:1], *(axis.name for axis in sight.sweep.plan.axes), *staged, *self._measures(sight)[1:])

    def _measures(self, sight: SweepSight) -> tuple[str, ...]:
        """Return the measures, the one that is shown first."""
        texts = sight.sweep.question.measures
        return (sight.measure, *(text for text in texts if text != sight.measure))

    def _cells(self, sight: SweepSight, one: SettingRow) -> tuple[str, ...]:
        told = dict(zip(sight.sweep.question.measures, zip(one.means, one.spreads, strict=True), strict=True))
        good = one.count - one.failed
        numbers = [number_text(*told[text], good) for text in self._measures(sight)]
        staged = (f"{one.updates:,}",) if sight.sweep.plan.halving is not None else ()
        missing = f"{one.count} of {len(sight.seeds)} seeds" if one.count < len(sight.seeds) else ""
        failed = f"failed {one.failed} of {one.count}: {one.why}" if one.failed else ""
        told_last = (" · ".join(filter(None, (failed, missing))),)
        return (*numbers[:1], *(short(value) for _, value in one.values), *staged, *numbers[1:], *told_last)

    def _widen(self, lines: Sequence[Sequence[str]]) -> None:
        """Make the columns as wide as their cells; they never become narrower."""
        for line in lines:
            for k, cell in enumerate(line):
                self._widths[k] = max(self._widths.get(k, 0), min(cell_len(cell), WIDEST))

    def _line(self, cells: Sequence[str], width: int, role: str) -> Row:
        parts = [fit(cell, self._widths[k]) if k in self._widths else cell for k, cell in enumerate(cells)]
        return clip(row((" ", ""), ("  ".join(parts).rstrip(), role)), width)
