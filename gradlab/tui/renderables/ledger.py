"""Where a gradient comes from, as a table: upstream × local = part, with the share of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from gradlab.tui.renderables.bars import signed_bar
from gradlab.tui.renderables.ink import Row, Run, fit, row
from gradlab.tui.renderables.number import fixed, percent


@dataclass(frozen=True, slots=True)
class Part:
    """One row of a ledger: through which node, and upstream × local = part."""

    through: str
    upstream: float
    local: float
    part: float
    share: float


@dataclass(frozen=True, slots=True)
class _Widths:
    name: int
    number: int
    bar: int


def ledger_rows(parts: Sequence[Part], other: float, total: float, width: int) -> list[Row]:
    """Give the head, a row a part, what is left over if it is not nothing, and the sum."""
    widths = _widths(parts, width)
    rows = [_head(widths), *(_part_row(part, widths) for part in parts)]
    if other != 0:
        rows.append(_sum_row("other", other, widths, "dim"))
    lead = widths.name + 2 * widths.number + 9
    rows.append(row(("─" * min(width, lead + widths.number + 9), "dim")))
    rows.append(_sum_row("sum", total, widths, "delta"))
    return rows


def _widths(parts: Sequence[Part], width: int) -> _Widths:
    """Give how wide the columns are: names first, bars only where there is room."""
    figures = 9 if width >= 52 else 8
    rest = width - 3 * figures - 15
    longest = max((len(part.through) for part in parts), default=0)
    name = max(5, min(rest, max(longest, 7)))
    return _Widths(name, figures, max(0, min(20, rest - name - 1)))


def _head(widths: _Widths) -> Row:
    n = widths.number
    text = f"{fit('through', widths.name)} {'upstream'.rjust(n)} × {'local'.rjust(n)} = {'part'.rjust(n)}   share"
    return row((text, "dim"))


def _part_row(part: Part, widths: _Widths) -> Row:
    n = widths.number
    runs: list[Run] = [
        (fit(part.through, widths.name), "strong"),
        (f" {fixed(part.upstream, n)}", _sign(part.upstream)),
        (" × ", "dim"),
        (fixed(part.local, n), _sign(part.local)),
        (" = ", "dim"),
        (fixed(part.part, n), _sign(part.part)),
        (f" {percent(part.share).rjust(7)}", ""),
    ]
    if widths.bar >= 4:
        share = max(-1.0, min(1.0, part.share)) if isfinite(part.share) else 0.0
        runs += [(" ", ""), *signed_bar(share, widths.bar)]
    return tuple(runs)


def _sum_row(word: str, value: float, widths: _Widths, role: str) -> Row:
    lead = widths.name + 2 * widths.number + 7
    return row((fit(word, lead), role), (fixed(value, widths.number), role))


def _sign(value: float) -> str:
    """Give the role of a number by its sign."""
    if not isfinite(value):
        return "bad"
    return "positive" if value > 0 else "negative" if value < 0 else "dim"
