"""Arrays from NumPy's files, without pickles: the header is read first, and what is too large is not read."""

from __future__ import annotations

import io
import lzma
import struct
import tokenize
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import IO, Any, TypeVar

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.op import Array, Shape
from gradlab.scenario.bounds import MAX_AXES
from gradlab.scenario.characters import harmless
from gradlab.source import did_you_mean

T = TypeVar("T")
PIECE = 1 << 17
"""Numbers of an array that are read at once."""
MOST_AT_ONCE = 4 << 20
"""Bytes of an archive that are read at once."""
END = 1 << 17
"""Bytes at the end of an archive in which its list begins to be looked for, 64 KiB and a little."""
UNREADABLE = (
    OSError, ValueError, TypeError, KeyError, EOFError, RuntimeError, MemoryError, SyntaxError, struct.error,
    tokenize.TokenError, zipfile.BadZipFile, zlib.error, lzma.LZMAError,
)  # fmt: skip
"""What comes of a file that is broken: in an archive's list, its packing, or the header of an array."""


class _Archive(io.BufferedReader):
    """A file that is read in pieces: the list of an archive is one, so that one of millions of entries is refused."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next bytes. Raises ValueError for too many; of the end of a file "all" may be asked for."""
        if size is not None and size > MOST_AT_ONCE:
            raise ValueError
        return super().read(END if size is None or size < 0 else size)


@contextmanager
def opened_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive, of whose list no more than a few MiB are read. Raises what `UNREADABLE` has."""
    with _Archive(io.FileIO(path)) as file, zipfile.ZipFile(file) as archive:
        yield archive


def list_npz(path: Path, name: str) -> list[str]:
    """Return the names of the arrays in an archive. Raises ArgumentError."""
    try:
        with opened_archive(path) as archive:
            return [entry.removesuffix(".npy") for entry in archive.namelist()]
    except UNREADABLE:
        raise ArgumentError(f"`{name}` is no .npz archive") from None


def read_npz(path: Path, name: str, key: str, memory: int) -> Array:
    """Return an array of an archive as float64. Raises ArgumentError, before reading what is too large or holds objects.

    memory: bytes that the numbers may take.
    """
    there: list[str] | None = None
    try:
        with opened_archive(path) as archive:
            there = archive.namelist()
            entry = f"{key}.npy" if f"{key}.npy" in there else key
            if entry in there:
                with archive.open(entry) as file:
                    return _read_array(file, f"`{name}`: `{key}`", memory)
    except UNREADABLE:
        what = f"`{name}` is no .npz archive" if there is None else f"`{name}`: `{key}` cannot be read"
        raise ArgumentError(what) from None
    known = [one.removesuffix(".npy") for one in there]
    hint = did_you_mean(key, known) or f"it has {', '.join(known) or 'none'}"
    raise ArgumentError(f"`{name}` has no array `{key}`; {harmless(hint)[:200]}")


def shapes_in(path: Path, name: str, keys: Iterable[str]) -> dict[str, Shape]:
    """Return the shapes of some arrays that an archive has. Raises ArgumentError."""
    return _each(path, name, keys, lambda file, key: _header(file)[0])


def arrays_in(path: Path, name: str, shapes: Mapping[str, Shape]) -> dict[str, Array]:
    """Return some arrays that an archive has as float64, each of the shape that is said. Raises ArgumentError."""

    def read(file: IO[bytes], key: str) -> Array:
        found = _read_array(file, f"`{name}`: `{key}`", 8 * prod(size or 1 for size in shapes[key]))
        if found.shape != shapes[key]:
            raise ValueError
        return found

    return _each(path, name, shapes, read)


def _each(path: Path, name: str, keys: Iterable[str], read: Callable[[IO[bytes], str], T]) -> dict[str, T]:
    """Read something of some arrays of an archive, which is opened once: its list may be long."""
    found: dict[str, T] = {}
    key = ""
    try:
        with opened_archive(path) as archive:
            there = {*archive.namelist()}
            for key in keys:
                with archive.open(f"{key}.npy" if f"{key}.npy" in there else key) as file:
                    found[key] = read(file, key)
    except UNREADABLE:
        raise ArgumentError(f"`{name}`: `{key}` cannot be read") from None
    return found


def read_npy(path: Path, name: str, memory: int) -> Array:
    """Return the array of a .npy file as float64. Raises ArgumentError as `read_npz` does."""
    try:
        with path.open("rb") as file:
            return _read_array(file, f"`{name}`", memory)
    except UNREADABLE:
        raise ArgumentError(f"`{name}` is no .npy file") from None


def _read_array(file: IO[bytes], what: str, memory: int) -> Array:
    shape, fortran, dtype = _header(file)
    if dtype.kind not in "fiub":
        raise ArgumentError(f"{what} holds {dtype}, numbers are allowed")
    if len(shape) > MAX_AXES:
        raise ArgumentError(f"{what} has {len(shape)} axes, allowed are {MAX_AXES}")
    refuse_size(what, shape, dtype.itemsize, memory)
    return _read_numbers(file, shape, fortran, dtype, what)


def refuse_size(what: str, shape: tuple[int, ...], itemsize: int, memory: int) -> None:
    """Raise ArgumentError for an array that takes more bytes, as float64 at least, than there are."""
    taken = max(8, itemsize) * prod(size or 1 for size in shape)
    if taken > memory:
        takes, left = (f"{size / 2**20:,.3g} MiB" for size in (taken, memory))
        raise ArgumentError(f"{what} of shape {shape} takes {takes}, {left} of --max-memory are left")


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
