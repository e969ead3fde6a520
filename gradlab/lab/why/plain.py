"""A ledger in plain lines, for a pipe, a log, and a comparison."""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.lab.numbers import bare, signed
from gradlab.lab.why.ledger import Group, Ledger, Listed, grouped, share_of


def ledger_lines(found: Ledger, by_axis: bool = False) -> Iterator[str]:
    """Yield a line for each row of the table, then what has no row, then how much cancels."""
    drawn = grouped(found, by_axis)
    width = max((len(row.one.name) for row in drawn.rows if not row.heads), default=0)
    for row in drawn.rows:
        yield _line(row, width)
    if drawn.more:
        yield f"  {'other':<{width}}  {drawn.more:,} more part{'s' * (drawn.more > 1)} = {signed(drawn.other)}"
    if found.cancelled:
        yield f"  {found.cancelled}"


def _line(row: Listed, width: int) -> str:
    one, many = row.one, f"{row.terms:,} part{'s' * (row.terms > 1)}"
    if row.heads:
        return f"  through {one.name}: {many} = {signed(one.part)}  {share_of(one.share)}".rstrip()
    if isinstance(one, Group):
        return f"  {one.name:<{width}}  {signed(one.part)}  {share_of(one.share)}{f'  {many}' * (row.terms > 1)}".rstrip()
    product = f"{signed(one.upstream)} × {bare(one.local)} = {signed(one.part)}"
    return f"{'  ' * (row.depth + 1)}{one.name:<{width}}  {product}  {share_of(one.share)}".rstrip()
