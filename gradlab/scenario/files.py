"""Data files of a scenario: only from its own folder or below, and never larger than what is allowed.

What is in a file is checked before memory is taken for it: the header of an array says its shape, the length of a table is
bounded by that of the file.
"""

from __future__ import annotations

import csv
import lzma
import struct
import tokenize
import warnings
import zipfile
import zlib
from array import array
from collections.abc import Iterator, Sequence
from math import prod
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import IO, Any

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.op import Array, Shape
from gradlab.scenario.bounds import MAX_AXES
from gradlab.scenario.characters import harmless
from gradlab.source import did_you_mean

MAX_TEXT = 64 << 20
"""Bytes of a CSV file."""
MAX_LINE = 1 << 20
"""Bytes of one row of it."""
PIECE = 1 << 17
"""Numbers of an array that are read at once."""
_UNREADABLE = (
    OSError, ValueError, TypeError, KeyError, EOFError, RuntimeError, MemoryError, SyntaxError, struct.error,
    tokenize.TokenError, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip
"""What comes of an archive that is broken: in its list, its packing, or the header of an array."""


def open_path(folder: Path | None, name: str) -> Path:
    """Return a data file's path. Raises ArgumentError unless it lies in the folder of the scenario or below, links followed."""
    shown = harmless(name)
    if folder is None:
        raise ArgumentError(f"`{shown}`: a model without a file has no folder to read data from")
    parts = (*PurePosixPath(name).parts, *PureWindowsPath(name).parts)
    if not name or ".." in parts or PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor or "\0" in name:
        raise ArgumentError(f"`{shown}`: data are read from the folder of the scenario or below it only")
    path = folder / name
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
        there, leads_out = path.is_file(), not inside and path.exists()
    except (OSError, RuntimeError):
        there = leads_out = False
    if leads_out:
        raise ArgumentError(f"`{shown}` leads out of the folder of the scenario")
    if not there:
        near = did_you_mean(path.name, _names_beside(path))
        raise ArgumentError(f"there is no file `{shown}` beside the scenario" + (f"; {near}" if near else ""))
    return path


def _names_beside(path: Path) -> list[str]:
    try:
        return sorted(p.name for p in path.parent.iterdir() if p.is_file())
    except OSError:
        return []


class _Lines:
    """The lines of a file one by one, so that one without an end, or a row of endless lines, is refused and not read."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.file, self.name = file, name
        self.number = self.read = self.of_row = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """Return the next line. Raises ArgumentError."""
        data = self.file.readline(MAX_LINE + 1)
        if not data:
            raise StopIteration
        self.number, self.of_row = self.number + 1, self.of_row + len(data)
        if self.of_row > MAX_LINE:
            raise ArgumentError(f"{self.name}:{self.number}: a row is longer than {MAX_LINE:,} bytes")
        if self.read + len(data) > MAX_TEXT:
            raise ArgumentError(f"`{self.name}` is larger than {MAX_TEXT >> 20} MiB")
        try:
            text = data.decode("utf-8-sig" if not self.read else "utf-8")
        except UnicodeDecodeError as error:
            raise ArgumentError(f"`{self.name}` is not UTF-8: byte {self.read + error.start}") from None
        self.read += len(data)
        return text


def read_csv(path: Path, name: str, delimiter: str, memory: int) -> tuple[tuple[str, ...], Array]:
    """Return the column names (() without a header line) and the numbers (rows, columns). Raises ArgumentError.

    memory: bytes that the numbers may take.
    """
    try:
        with path.open("rb") as file:
            return _read_rows(_Lines(file, name), name, delimiter, memory)
    except OSError as error:
        raise ArgumentError(f"cannot read `{name}`: {error.strerror}") from None


def _read_rows(lines: _Lines, name: str, delimiter: str, memory: int) -> tuple[tuple[str, ...], Array]:
    reader = csv.reader(lines, delimiter=delimiter)
    header: tuple[str, ...] = ()
    numbers, width = array("d"), 0
    try:
        for cells in reader:
            lines.of_row = 0
            if not cells or (len(cells) == 1 and not cells[0].strip()):
                continue
            if not numbers and not header and not any(_is_number(cell) for cell in cells):
                header, width = tuple(cell.strip() for cell in cells), len(cells)
                continue
            width = width or len(cells)
            if 8 * (len(numbers) + width) > memory:
                raise ArgumentError(f"{name}:{reader.line_num}: the numbers take more than the {memory / 2**20:,.3g} MiB left")
            numbers.extend(_numbers(cells, width, name, reader.line_num))
    except csv.Error as error:
        raise ArgumentError(f"{name}:{reader.line_num}: {error}") from None
    if not numbers:
        raise ArgumentError(f"`{name}` has no rows of numbers")
    return header, np.frombuffer(numbers, np.float64).reshape(-1, width)


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def _numbers(cells: Sequence[str], width: int, name: str, line: int) -> list[float]:
    """Return the numbers of a row. Raises ArgumentError that says line and column of what is none."""
    if len(cells) != width:
        raise ArgumentError(f"{name}:{line}: {len(cells)} cells, the rows before have {width}")
    row = []
    for column, cell in enumerate(cells, 1):
        if not _is_number(cell):
            shown = harmless(cell.strip())[:40]
            what = f"`{shown}` is no number" if shown else "an empty cell"
            raise ArgumentError(f"{name}:{line}: column {column}: {what}")
        row.append(float(cell))
    return row


def choose_columns(name: str, header: Sequence[str], table: Array, columns: object) -> Array:
    """Return the columns of a table: all, one by name or number as (rows,), or a list of them. Raises ArgumentError."""
    if columns is None:
        return table
    if not isinstance(columns, list | tuple):
        return np.ascontiguousarray(table[:, _column(name, header, table, columns)])
    return np.ascontiguousarray(table[:, [_column(name, header, table, one) for one in columns]])


def _column(name: str, header: Sequence[str], table: Array, column: object) -> int:
    if isinstance(column, str):
        if column not in header:
            hint = did_you_mean(column, header) or (f"it has {', '.join(header)}" if header else "it has no header line")
            raise ArgumentError(f"`{name}` has no column `{column}`; {harmless(hint)[:200]}")
        return list(header).index(column)
    if isinstance(column, bool) or not isinstance(column, int) or not -table.shape[1] <= column < table.shape[1]:
        raise ArgumentError(f"a column of `{name}` is a name or a number from 0 to {table.shape[1] - 1}, got {column!r:.40}")
    return column


def list_npz(path: Path, name: str) -> list[str]:
    """Return the names of the arrays in an archive. Raises ArgumentError."""
    try:
        with zipfile.ZipFile(path) as archive:
            return [entry.removesuffix(".npy") for entry in archive.namelist()]
    except _UNREADABLE:
        raise ArgumentError(f"`{name}` is no .npz archive") from None


def read_npz(path: Path, name: str, key: str, memory: int) -> Array:
    """Return an array of an archive as float64. Raises ArgumentError, before reading what is too large or holds objects.

    memory: bytes that the numbers may take.
    """
    known = list_npz(path, name)
    if key not in known:
        hint = did_you_mean(key, known) or f"it has {', '.join(known)}"
        raise ArgumentError(f"`{name}` has no array `{key}`; {harmless(hint)[:200]}")
    entry = f"{key}.npy"
    try:
        with zipfile.ZipFile(path) as archive, archive.open(entry if entry in archive.namelist() else key) as file:
            shape, fortran, dtype = _header(file)
            if dtype.kind not in "fiub":
                raise ArgumentError(f"`{name}`: `{key}` holds {dtype}, numbers are allowed")
            if len(shape) > MAX_AXES:
                raise ArgumentError(f"`{name}`: `{key}` has {len(shape)} axes, allowed are {MAX_AXES}")
            taken = max(8, dtype.itemsize) * prod(size or 1 for size in shape)
            if taken > memory:
                takes, left = (f"{size / 2**20:,.3g} MiB" for size in (taken, memory))
                raise ArgumentError(f"`{name}`: `{key}` of shape {shape} takes {takes}, {left} are left")
            return _read_numbers(file, shape, fortran, dtype, f"`{name}`: `{key}`")
    except _UNREADABLE:
        raise ArgumentError(f"`{name}`: `{key}` cannot be read") from None


def _read_numbers(file: IO[bytes], shape: Shape, fortran: bool, dtype: np.dtype[Any], what: str) -> Array:
    """Read the numbers piece by piece into their place, whatever their order and type in the file."""
    found = np.empty(shape, np.float64)
    target = found.T.flat if fortran else found.reshape(-1)
    for start in range(0, found.size, PIECE):
        count = min(PIECE, found.size - start)
        data = file.read(count * dtype.itemsize)
        if len(data) != count * dtype.itemsize:
            raise ArgumentError(f"{what} is cut short")
        target[start : start + count] = np.frombuffer(data, dtype)
    return found


def _header(file: IO[bytes]) -> tuple[Shape, bool, np.dtype[Any]]:
    """Read the header of an array: shape, order, dtype. The version is 1.0 or 2.0, its text at most 10,000 bytes."""
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a header that Python 2 wrote is read as well as any other
        shape, fortran, dtype = read(file, max_header_size=10_000)
    if not all(type(size) is int and size >= 0 for size in shape):
        raise ValueError
    return shape, fortran, dtype
