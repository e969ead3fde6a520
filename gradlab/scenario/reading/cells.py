"""The cells of one column of a CSV file: numbers, or texts that are numbered in the order of their sorted names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isnan, nan

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.op import Array
from gradlab.scenario.characters import harmless
from gradlab.source import did_you_mean

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?"})
"""What stands in an empty cell, in small letters."""
MAX_LABELS = 10_000
"""Different texts of one column."""
_NO_LABEL = "is no number: choose the `columns` without it, or with it, and its texts are numbered"
_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}( .*)?|\d{1,2}:\d{2}(:\d{2})?")


def number_of(cell: str, decimal: str = ".") -> float | None:
    """Return the number in a cell; NaN of an empty one, None of a text."""
    text = cell.strip()
    if text.lower() in MISSING:
        return nan
    if decimal != ".":
        text = "no number" if "." in text else text.replace(decimal, ".")
    try:
        return None if "_" in text else float(text)
    except ValueError:
        return None


@dataclass(slots=True)
class Column:
    """One column while it is read.

    file, place, name: where it stands; the name is "" in a file without a header line.
    decimal: what stands before the decimals.   asked: whether it was asked for by name or number, so that its texts are labels.
    order: the labels that there may be, or ().   codes: the texts so far, numbered as they came.
    missing, first_missing: how many cells are empty, and the line of the first.
    """

    file: str
    place: int
    name: str
    decimal: str = "."
    asked: bool = False
    order: Sequence[str] = ()
    text: bool | None = None
    codes: dict[str, int] = field(default_factory=dict)
    missing: int = 0
    first_missing: int = 0

    def __post_init__(self) -> None:
        if self.order:
            self.text, self.codes = True, {label: i for i, label in enumerate(self.order)}

    @property
    def said(self) -> str:
        """How it is called in a complaint."""
        return f"column `{harmless(self.name)[:40]}`" if self.name else f"column {self.place}"

    def read(self, cell: str, line: int) -> float:
        """Return what a cell is in the array: its number, that of its label, or NaN. Raises ArgumentError."""
        number = number_of(cell, self.decimal)
        named = bool(self.order) and cell.strip() in self.codes  # `none` may be a label, if the author says so
        if number is not None and isnan(number) and not named:
            self.missing += 1
            self.first_missing = self.first_missing or line
            return nan
        if self.text is None:
            self.text = number is None
        if self.text:
            return self._label(cell.strip(), number is not None, line)
        if number is None:
            raise self._wrong(cell, line, "is no number")
        return number

    def _label(self, cell: str, is_number: bool, line: int) -> float:
        if cell in self.codes:
            return self.codes[cell]
        if self.order:
            hint = did_you_mean(cell, self.order) or f"the labels are {', '.join(self.order)[:120]}"
            raise self._wrong(cell, line, f"is no label of it; {hint}")
        if _DATE.fullmatch(cell):
            raise self._wrong(cell, line, "is a date, no number: keep year, month or day in columns of their own")
        if is_number:
            raise self._wrong(cell, line, "is a number in a column of texts")
        if self.decimal == "." and number_of(cell, ",") is not None:
            raise self._wrong(cell, line, 'is no number; `decimal=","` reads it as one')
        if not self.asked:
            raise self._wrong(cell, line, _NO_LABEL)
        if len(self.codes) == MAX_LABELS:
            raise self._wrong(cell, line, f"is its text number {MAX_LABELS + 1:,}: these are no labels")
        self.codes[cell] = len(self.codes)
        return self.codes[cell]

    def _wrong(self, cell: str, line: int, what: str) -> ArgumentError:
        shown = harmless(" ".join(cell.split()))[:40]
        return ArgumentError(f"{self.file}:{line}: {self.said}: `{shown}` {what}")

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of its numbers 0, 1 …; none of a column of numbers."""
        return tuple(harmless(" ".join(label.split())) for label in self.order or sorted(self.codes))

    def renumber(self, numbers: Array) -> None:
        """Number the texts in the order of their sorted names, in place. numbers: (rows,), as they were read."""
        if not self.codes or self.order:
            return
        places = {label: i for i, label in enumerate(sorted(self.codes))}
        new = np.array([places[label] for label in self.codes], np.float64)
        known = ~np.isnan(numbers)
        numbers[known] = new[numbers[known].astype(np.intp)]
