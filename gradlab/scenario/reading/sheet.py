"""A CSV file as people have it: the columns that are asked for, numbers or labels, with empty cells."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.op import Array
from gradlab.scenario.characters import harmless
from gradlab.scenario.reading.cells import Column, number_of
from gradlab.scenario.reading.lines import Lines, lines_of
from gradlab.source import did_you_mean

_QUOTED = re.compile(r'"[^"]*"')
_DECIMAL = re.compile(r"\d,\d")
_DELIMITERS = (";", "\t", ",")


@dataclass(frozen=True, slots=True)
class Format:
    """How a file is written.

    delimiter: between cells; None: a semicolon where the first line has one, else a tab, else a comma that is no decimal one.
    decimal: before the decimals.   header: whether the first line has names; None: when no cell of it is a number.
    """

    delimiter: str | None = None
    decimal: str = "."
    header: bool | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """What is read of a file. columns: names, numbers from 0, or None for all but t.   t: a column that comes last.

    labels: those that the texts of t may be, or of the only column, in their order; () where the file says.
    """

    columns: Sequence[Any] | None = None
    t: Any = None
    labels: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """What was read. numbers: (rows, columns), NaN where a cell was empty."""

    name: str
    numbers: Array
    columns: tuple[Column, ...]

    def without_missing(self, missing: Any) -> tuple[Array, Array]:
        """Return the numbers, and which rows of the file they are. Raises ArgumentError.

        missing: what becomes of empty cells: None, "drop", a number, or "mean", under which NaN stays.
        """
        rows = np.arange(len(self.numbers))
        holes = [column for column in self.columns if column.missing]
        if not holes:
            return self.numbers, rows
        if missing is None:
            raise ArgumentError(self._holes(holes))
        if missing == "drop":
            rows = np.flatnonzero(~np.isnan(self.numbers).any(axis=1))
            if not len(rows):
                raise ArgumentError(f"`{self.name}`: all {len(self.numbers):,} rows have an empty cell, and none is left")
            return self.numbers[rows], rows
        if named := next((column for column in holes if column.text), None):
            raise ArgumentError(f'`{self.name}`: {named.said} holds texts, and a text is missing: `missing="drop"` alone helps')
        if missing == "mean":
            if empty := next((column for column in holes if column.text is None), None):
                raise ArgumentError(f"`{self.name}`: all cells of {empty.said} are empty, so they have no mean")
            return self.numbers, rows
        return np.where(np.isnan(self.numbers), missing, self.numbers), rows

    def _holes(self, holes: Sequence[Column]) -> str:
        count, first = sum(column.missing for column in holes), min(holes, key=lambda column: column.first_missing)
        many = f"{count:,} cells are" if count > 1 else "a cell is"
        where = f"{'the first ' if count > 1 else ''}in line {first.first_missing}, {first.said}"
        return f'`{self.name}`: {many} empty, {where}: `missing` is "drop", "mean", or a number to put there'


def read_sheet(path: Path, name: str, form: Format, wanted: Selection, memory: int) -> Sheet:
    """Return the columns that are wanted. Raises ArgumentError. memory: bytes that the numbers may take."""
    with lines_of(path, name) as lines:
        first = next((line for line in lines if line.strip()), "")
        delimiter = form.delimiter or _delimiter(first, form.decimal)
        reader = csv.reader(chain([first], lines), delimiter=delimiter)
        try:
            return _read(_cells(reader, lines), lines, form, wanted, memory)
        except csv.Error as error:
            raise ArgumentError(f"{name}:{lines.number}: {_told(error)}") from None


def _told(error: csv.Error) -> str:
    """Return what is wrong with a row that Python's reader refuses, without its words for programmers."""
    if "field limit" in str(error):
        return f"a cell is longer than {csv.field_size_limit():,} characters"
    return "a carriage return stands in the middle of a line: save the file with line feeds at the ends of its lines"


def _delimiter(first: str, decimal: str) -> str:
    """Return the delimiter that the first line has; a comma between two digits may be a decimal one."""
    bare = _QUOTED.sub("", first)
    cut = _DELIMITERS[:-1] if decimal == "," and _DECIMAL.search(bare) else _DELIMITERS
    return next((one for one in cut if one in bare), ";" if decimal == "," else ",")


def _cells(reader: Iterator[list[str]], lines: Lines) -> Iterator[list[str]]:
    """Yield the rows that are not empty, each as long as the first."""
    width = 0
    for cells in reader:
        lines.of_row = 0
        if not cells or (len(cells) == 1 and not cells[0].strip()):
            continue
        width = width or len(cells)
        if len(cells) != width:
            raise ArgumentError(f"{lines.name}:{lines.number}: {len(cells)} cells, the rows before have {width}")
        yield cells


def _read(rows: Iterator[list[str]], lines: Lines, form: Format, wanted: Selection, memory: int) -> Sheet:
    name, first = lines.name, next(rows, [])
    if not first:
        raise ArgumentError(f"`{name}` has no rows of numbers")
    has_header = _is_header(first, form.decimal) if form.header is None else form.header
    header = [cell.strip() for cell in first] if has_header else []
    columns = _columns(name, header, len(first), form, wanted)
    numbers, width = array("d"), len(columns)
    for cells in rows if has_header else chain([first], rows):
        if 8 * (len(numbers) + width) > memory:
            raise ArgumentError(f"{name}:{lines.number}: the numbers take more than the {memory / 2**20:,.3g} MiB left")
        numbers.extend([column.read(cells[column.place], lines.number) for column in columns])
    if not numbers:
        raise ArgumentError(f"`{name}` has no rows of numbers")
    found = np.frombuffer(numbers, np.float64).reshape(-1, width)
    for place, column in enumerate(columns):
        column.renumber(found[:, place])
    return Sheet(name, found, columns)


def _is_header(cells: Sequence[str], decimal: str) -> bool:
    """Return whether a row has names in it and no number; an empty cell says nothing."""
    numbers = [number_of(cell, decimal) for cell in cells]
    return any(number is None for number in numbers) and all(number is None or isnan(number) for number in numbers)


def _columns(name: str, header: Sequence[str], width: int, form: Format, wanted: Selection) -> tuple[Column, ...]:
    """Return the columns to read, that of t last."""

    def column(place: int, asked: bool, order: Sequence[str] = ()) -> Column:
        return Column(name, place, header[place] if header else "", form.decimal, asked, order)

    t = None if wanted.t is None else _place(name, header, width, wanted.t)
    listed = range(width) if wanted.columns is None else [_place(name, header, width, one) for one in wanted.columns]
    chosen = [place for place in listed if wanted.columns is not None or place != t]
    if not chosen:
        raise ArgumentError(f"`{name}` has no column to read" + (" but that of `t`" if t is not None else ""))
    order = wanted.labels if t is None else ()
    if order and len(chosen) > 1:
        raise ArgumentError("`labels` of `csv` are those of `t`, or of a single column")
    found = tuple(column(place, wanted.columns is not None, order) for place in chosen)
    return found if t is None else (*found, column(t, True, wanted.labels))


def _place(name: str, header: Sequence[str], width: int, column: Any) -> int:
    """Return the number of a column that is chosen by name or number."""
    if isinstance(column, str):
        if column not in header:
            hint = did_you_mean(column, header) or (f"it has {', '.join(header)}" if header else "it has no header line")
            raise ArgumentError(f"`{name}` has no column `{harmless(column)}`; {harmless(hint)[:200]}")
        if header.count(column) > 1:
            raise ArgumentError(f"`{name}` has {header.count(column)} columns `{harmless(column)}`: choose one by its number")
        return header.index(column)
    if isinstance(column, bool) or not isinstance(column, int) or not -width <= column < width:
        raise ArgumentError(f"a column of `{name}` is a name or a number from 0 to {width - 1}, got {column!r:.40}")
    return column % width
