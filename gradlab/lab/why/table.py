"""The rows of a ledger as a person reads them: grouped once, for whoever draws them.

Where several consumers of several numbers sent something, each consumer has a row with its sum, and its largest parts stand
below it. A consumer of one number is a row by itself. What has no row is `other`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gradlab.lab.why.ledger import MOST, Group, Ledger, LedgerRow


@dataclass(frozen=True, slots=True)
class Listed:
    """One row. one: a sum or a part.   depth: 1 below the sum of its consumer.   heads: whether its parts stand below it."""

    one: Group | LedgerRow
    depth: int = 0
    heads: bool = False

    @property
    def terms(self) -> int:
        """How many parts the row stands for."""
        return self.one.terms if isinstance(self.one, Group) else 1


@dataclass(frozen=True, slots=True)
class LedgerTable:
    """All rows in the order of the backward pass. other: the sum of the parts without a row.   more: how many these are."""

    rows: tuple[Listed, ...]
    other: float
    more: int


def table(found: Ledger, grouped: bool = False) -> LedgerTable:
    """Return the table of a ledger; `grouped`: of one that was added up by sample or by unit, which has no single parts."""
    rows = tuple(Listed(group) for group in largest(found.groups)) if grouped else tuple(_by_consumer(found))
    covered = [row for row in rows if not row.heads]
    more = found.terms - sum(row.terms for row in covered)
    whole = sum(group.part for group in found.groups)
    return LedgerTable(rows, whole - sum(row.one.part for row in covered) if more else 0.0, more)


def _by_consumer(found: Ledger) -> list[Listed]:
    if len(found.groups) < 2 or found.terms <= len(found.groups):
        return [Listed(row) for row in found.rows]
    listed: list[Listed] = []
    for group in largest(merged(found.groups)):
        rows = [row for row in found.rows if row.consumer == group.consumer]
        if group.terms == 1 and rows:
            listed.append(Listed(rows[0]))
        else:
            listed += [Listed(group, heads=bool(rows)), *(Listed(row, 1) for row in rows)]
    return listed


def largest(groups: Sequence[Group]) -> list[Group]:
    """Return the 20 groups of the largest size, in the order in which they stand."""
    places = sorted(range(len(groups)), key=lambda k: -abs(groups[k].part))[:MOST]
    return [groups[k] for k in sorted(places)]


def merged(groups: Sequence[Group]) -> list[Group]:
    """Return one group for each consumer: one that reads a node twice has a group for each of the two."""
    found: dict[int, Group] = {}
    for one in groups:
        had = found.get(one.consumer)
        found[one.consumer] = one if had is None else replace(
            had, part=had.part + one.part, share=had.share + one.share, terms=had.terms + one.terms,
            magnitude=had.magnitude + one.magnitude, place=max((had, one), key=lambda group: abs(group.part)).place,
        )  # fmt: skip
    return list(found.values())
