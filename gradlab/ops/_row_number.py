"""What ops share that find rows by number: numbers come as floats, and one that is no row is a finding and no crash."""

from __future__ import annotations

import numpy as np

from gradlab.numeric import Number, helper
from gradlab.op import Array
from gradlab.terms import Maker, Term


@helper
def row_number(i: Number, rows: int) -> int:
    """Return the number of a row as an integer, or -1 where it is none of them: negative, too large, not whole, NaN."""
    return int(i) if i >= 0 and i < rows and i == np.floor(i) else -1


def no_number(numbers: Array, rows: int, word: str) -> str:
    """Return which number is none, with its place: "class 3 of 3 in sample 0 (allowed 0 to 2)"; "" where all are some.

    word: what is numbered, a row or a class.
    """
    wrong = np.argwhere(~((numbers >= 0) & (numbers < rows) & (numbers == np.floor(numbers))))
    if not len(wrong):
        return ""
    place = [int(i) for i in wrong[0]]
    where = "" if not place else f" in sample {place[0]}" if len(place) == 1 else f" at {place}"
    more = f", {len(wrong) - 1:,} more like it" if len(wrong) > 1 else ""
    return f"{word} {float(numbers[tuple(place)]):g} of {rows}{where} (allowed 0 to {rows - 1}){more}"


def known(m: Maker, numbers: Term, rows: int) -> Term:
    """Write down which numbers are those of rows: 1 and 0."""
    fits = m.greater_equal(numbers, 0.0) * m.less(numbers, float(rows))
    return fits * m.equal(numbers, m.floor(numbers))  # type: ignore[no-any-return]


def sent_to_rows(m: Maker, g: Term, numbers: Term, counts: Term, rows: int) -> Term:
    """Write down what the rows of a table get, by the numbers of those that were taken. counts: 0 for what sends nothing."""
    wide = m.reshape(counts, shape=(*counts.shape, *(1 for _ in range(g.rank - counts.rank))))
    return m.scatter_add(m.where(wide, g, 0.0), m.where(counts, numbers, 0.0), rows=rows)  # type: ignore[no-any-return]
