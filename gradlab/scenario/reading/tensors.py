"""Arrays from files of safetensors, which their package reads: the header says what there is before anything is taken."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.op import Array
from gradlab.scenario.bounds import MAX_AXES
from gradlab.scenario.characters import harmless
from gradlab.scenario.reading.arrays import refuse_size
from gradlab.source import did_you_mean

READ = {"F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U64", "U32", "U16", "U8", "BOOL"}
"""Types of numbers that are read, by their names in a file."""


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Any]:
    """Open a file. Raises ArgumentError without the package, and for any other file."""
    try:
        package: Any = import_module("safetensors")
    except ImportError:
        raise ArgumentError(f"`{name}` is read by `safetensors`: `pip install 'gradlab[safetensors]'`") from None
    try:
        with package.safe_open(path, framework="numpy") as file:
            yield file
    except (package.SafetensorError, OSError, ValueError, TypeError, MemoryError) as error:
        raise ArgumentError(f"`{name}` is no file of safetensors, or is cut: {harmless(str(error))[:120]}") from None


def list_tensors(path: Path, name: str) -> list[str]:
    """Return the names of the arrays in a file. Raises ArgumentError."""
    with _opened(path, name) as file:
        return list(file.keys())


def read_tensor(path: Path, name: str, key: str, memory: int) -> Array:
    """Return an array of a file as float64. Raises ArgumentError, before reading what is too large or is no number.

    memory: bytes that the numbers may take.
    """
    with _opened(path, name) as file:
        known = list(file.keys())
        if key not in known:
            hint = did_you_mean(key, known) or f"it has {', '.join(known) or 'none'}"
            raise ArgumentError(f"`{name}` has no array `{key}`; {harmless(hint)[:200]}")
        part = file.get_slice(key)
        shape, kind = tuple(part.get_shape()), str(part.get_dtype())
        what = f"`{name}`: `{key}`"
        if kind not in READ:
            raise ArgumentError(f"{what} holds {harmless(kind)}, read are {', '.join(sorted(READ))}")
        if len(shape) > MAX_AXES:
            raise ArgumentError(f"{what} has {len(shape)} axes, allowed are {MAX_AXES}")
        refuse_size(what, shape, 8, memory)
        if kind == "BF16":
            return _half(path, what, key, shape, memory)
        return np.asarray(file.get_tensor(key), np.float64)


def _half(path: Path, what: str, key: str, shape: tuple[int, ...], memory: int) -> Array:
    """Return numbers of the type bfloat16, which NumPy does not have: the upper halves of float32."""
    if path.stat().st_size > memory:
        raise ArgumentError(f"{what} of type BF16 is read with its whole file, which is larger than what is left of memory")
    package: Any = import_module("safetensors")
    parts = dict(package.deserialize(path.read_bytes()))
    found: Array = (np.frombuffer(parts[key]["data"], "<u2").astype(np.uint32) << 16).view(np.float32)
    return found.astype(np.float64).reshape(shape)
