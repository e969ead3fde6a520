"""A ledger: where one number of a gradient comes from, a row for every number that it helped to make.

∂root/∂x = Σ over what reads x of (∂root/∂z, upstream) × (∂z/∂x, local)

Its rows are grouped here, once, for whoever draws them. Where several consumers of several numbers sent something, each
consumer has a row with its sum, and its largest parts stand below it. A consumer of one number is a row by itself. What has no
row is `other`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan

from gradlab.lab.numbers import bare, signed
from gradlab.tabular import Tabular, TextTable

MOST = 20


def rounding(terms: int, magnitude: float, eps: float) -> float:
    """Return what rounding may leave of a sum of so many parts whose sizes add up to a magnitude."""
    return 4 * eps * max(1, terms) * magnitude


def share(part: float, total: float, bound: float) -> float:
    """Return a part as a share of a total; NaN, which is not shown, where the total is no more than what rounding leaves."""
    return part / total if abs(total) > bound else float("nan")


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One way that a gradient took: through one number of a consumer. share: of the total, 1 is all of it.

    consumer: index of the node that was gone through.   place: flat index of the number in it.
    """

    consumer: int
    name: str
    upstream: float
    local: float
    part: float
    share: float
    place: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """What came through one consumer. terms: through how many of its numbers.   magnitude: the sum of their sizes.

    place: flat index of the number through which most of it came.
    """

    consumer: int
    name: str
    part: float
    share: float
    terms: int
    magnitude: float
    place: int = 0


@dataclass(frozen=True, slots=True, repr=False)
class Ledger(Tabular):
    """Where a number comes from.

    node, element: whose; `element` is a flat index.   name: as a person writes it.   root: of the gradient.
    total: the gradient itself.   rows: the largest parts, at most 20.   other: the sum of the parts that have no row.
    groups: all parts by consumer.   cancellation: |Σ parts| / Σ |parts|, 1 when nothing cancels; 1 for no parts.
    note: why there is nothing, or what is special ("1 of 2 consumers have sent theirs").
    """

    node: int
    element: int
    name: str
    root: str
    total: float
    rows: tuple[LedgerRow, ...] = ()
    other: float = 0.0
    note: str = ""
    groups: tuple[Group, ...] = ()
    terms: int = 0
    magnitude: float = 0.0

    @property
    def cancellation(self) -> float:
        """How much of what arrives is left when the parts are added: 1 is all of it."""
        return abs(self.total) / self.magnitude if self.magnitude else 1.0

    @property
    def title(self) -> str:
        """What it is of, with the number: `∂f/∂w1 = -0.393224`, and what is special about it."""
        note = f"  ({self.note})" if self.note else ""
        of = f"∂{self.root}/∂{self.name}" if self.root else f"gradient of {self.name}"
        pending = isnan(self.total) and not self.groups and "pending" in self.note
        return f"{of} = {'pending' if pending else signed(self.total)}{note}"

    @property
    def cancelled(self) -> str:
        """How much of the parts cancels, as a sentence; "" where that is less than half."""
        if self.terms < 2 or isnan(self.total) or self.cancellation >= 0.5:
            return ""
        return f"parts of size {signed(self.magnitude)} cancel to {100 * self.cancellation:.2g} % of it"

    def __repr__(self) -> str:
        return f"<Ledger {self.title}: {self.terms:,} part{'s' * (self.terms != 1)}>"

    def table(self) -> TextTable:
        """Return the rows: through what, upstream, local, part and share."""
        drawn = grouped(self)
        rows = [_cells(row) for row in drawn.rows]
        if drawn.more:
            rows.append((f"other, {drawn.more:,} more part{'s' * (drawn.more > 1)}", "", "", signed(drawn.other), ""))
        return TextTable(self.title, ("through", "upstream", "local", "part", "share"), tuple(rows), self.cancelled)


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


def grouped(found: Ledger, by_axis: bool = False) -> LedgerTable:
    """Return the table of a ledger; `by_axis`: of one that was added up by sample or by unit, which has no single parts."""
    rows = tuple(Listed(group) for group in largest(found.groups)) if by_axis else tuple(_by_consumer(found))
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


def _cells(row: Listed) -> tuple[str, ...]:
    one, part, share = row.one, signed(row.one.part), share_of(row.one.share)
    if isinstance(one, Group):
        many = f", {row.terms:,} part{'s' * (row.terms > 1)}" if row.terms > 1 or row.heads else ""
        return f"{one.name}{many}", "", "", part, share
    return f"{'  ' * row.depth}{one.name}", signed(one.upstream), bare(one.local), part, share


def share_of(share: float) -> str:
    """Return a share of the total; nothing when the total is 0, and no `-0.0`."""
    return "" if isnan(share) else f"{round(100 * share, 1) + 0.0:.1f} %"
