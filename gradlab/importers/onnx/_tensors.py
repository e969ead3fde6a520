"""Arrays of a file of ONNX: checked before anything is allocated, read from the file or from one in the same folder."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from gradlab.errors import ArgumentError
from gradlab.importers.onnx._graph import Kind, OnnxError, text
from gradlab.op import Array
from gradlab.scenario.bounds import IN_ARENA, MAX_AXES, mebibytes
from gradlab.scenario.characters import harmless
from gradlab.scenario.reading.place import open_path

LIMIT = 2 << 30
"""Bytes that the arrays of a file may take, unless more are allowed."""


class Arrays:
    """What reads the arrays of one file. folder: where further files may lie; None: nowhere.   room: bytes that are left."""

    def __init__(self, folder: Path | None, room: int = LIMIT) -> None:
        self.folder, self.room = folder, room

    def count(self, tensors: Iterable[Any]) -> None:
        """Refuse the arrays of a model that take too much together, before any of them is read. Raises OnnxError.

        A matrix of floats is a weight: in the laboratory it is there with its gradient, and what an update makes of it.
        """
        sizes = [(tensor, kind_of(tensor.data_type)) for tensor in tensors]
        whole = [
            (prod(n for n in one.dims), max(4, kind.itemsize), kind, len(one.dims)) for one, kind in sizes if kind is not None
        ]
        plain = sum(size * wide for size, wide, _, _ in whole)
        needed = sum(size * wide * (IN_ARENA if kind.kind == "f" and axes > 1 else 1) for size, wide, kind, axes in whole)
        if needed > self.room:
            have, need, room = map(mebibytes, (plain, needed, self.room))
            raise OnnxError(
                f"the arrays of the model take {have} MiB, and in the laboratory, with their gradients, {need} MiB;"
                f" allowed are {room} MiB: --max-memory raises it"
            )

    def read(self, tensor: Any, where: str = "") -> Array:
        """Return an array. where: the name that it is known by. Raises OnnxError."""
        from onnx import TensorProto, numpy_helper

        name = f"tensor `{harmless(where or text(tensor.name))[:80]}`"
        shape, kind = tuple(tensor.dims), kind_of(tensor.data_type)
        if kind is None:
            raise OnnxError(f"{name} holds {type_name(tensor.data_type)}, which is no type of number that is read here")
        _check_shape(name, shape)
        small = is_small(tensor.data_type)
        size = prod(shape) * kind.itemsize
        self._take(prod(n or 1 for n in shape) * max(4, kind.itemsize), name)
        if tensor.data_location == TensorProto.EXTERNAL:
            if small:
                raise OnnxError(f"{name} of type {type_name(tensor.data_type)} lies in another file, which is not read")
            return self._outside(tensor, name, shape, kind, size)
        if not small:
            _check_count(tensor, name, shape, kind)
        try:
            found: Array = numpy_helper.to_array(tensor)
        except (ValueError, TypeError, OverflowError) as error:
            raise OnnxError(f"{name} cannot be read: {harmless(str(error))[:200]}") from None
        if found.size != prod(shape):
            raise OnnxError(f"{name}: shape {shape} takes {prod(shape):,} numbers, the file has {found.size:,}")
        return found.astype(kind, copy=False).reshape(shape)

    def read_sparse(self, sparse: Any, where: str = "") -> Array:
        """Return an array of which the file has only some numbers, with zeros between them. Raises OnnxError."""
        shape, values = tuple(sparse.dims), self.read(sparse.values, where)
        name = f"tensor `{harmless(where or text(sparse.values.name))[:80]}`"
        _check_shape(name, shape)
        self._take(prod(n or 1 for n in shape) * max(4, values.itemsize), name)
        places = self.read(sparse.indices, where)
        if places.dtype.kind not in "iu" or places.shape not in ((values.size,), (values.size, len(shape))):
            raise OnnxError(f"{name} has {values.size:,} numbers, and their places have the shape {places.shape}")
        flat = places if places.ndim == 1 else _flat(places, shape)
        if flat.size and not (flat.min() >= 0 and flat.max() < prod(shape)):
            raise OnnxError(f"{name} has numbers at places outside of shape {shape}")
        found = np.zeros(prod(shape), values.dtype)
        found[flat] = values.reshape(-1)
        return found.reshape(shape)

    def _take(self, size: int, name: str) -> None:
        self.room -= size
        if self.room < 0:
            raise OnnxError(f"{name} takes {size / 2**20:,.0f} MiB, more than is left of --max-memory")

    def _outside(self, tensor: Any, name: str, shape: tuple[int, ...], kind: Kind, size: int) -> Array:
        """Read an array from a file beside the model. Raises OnnxError."""
        told = {text(entry.key): text(entry.value) for entry in tensor.external_data}
        if not told.get("location"):
            raise OnnxError(f"{name} lies in another file, and the model does not say in which")
        try:
            path = open_path(self.folder, told.get("location", ""))
            start, length = int(told.get("offset", 0)), int(told.get("length", size))
        except ArgumentError as error:
            raise OnnxError(
                f"{name}: {str(error).replace('of the scenario', 'of the model').replace('the scenario', 'the model')}"
            ) from None
        except ValueError:
            raise OnnxError(f"{name}: its place in `{harmless(told.get('location', ''))[:80]}` is no number") from None
        there = path.stat().st_size
        if length != size or start < 0 or start + size > there:
            raise OnnxError(
                f"{name}: shape {shape} takes {size:,} bytes; the model says {length:,} from {start:,} on, "
                f"`{harmless(path.name)[:80]}` has {there:,}"
            )
        found = np.empty(shape, kind.newbyteorder("<"))
        with path.open("rb") as file:
            file.seek(start)
            file.readinto(found.reshape(-1).view(np.uint8).data)
        return found.astype(kind, copy=False)


def kind_of(data_type: int) -> Kind | None:
    """Return the type of numbers of ONNX as NumPy has it; None for what is no number here."""
    from onnx import helper

    name = type_name(data_type)
    if is_small(data_type):
        return np.dtype(next(kind for small, kind in SMALL_KINDS.items() if name.startswith(small)))
    try:
        kind = np.dtype(helper.tensor_dtype_to_np_dtype(data_type))
    except (KeyError, ValueError, TypeError):
        return None
    return kind if kind.isbuiltin and kind.kind in "fiub" else None


SMALL_KINDS = {
    "BFLOAT16": "float32", "FLOAT8": "float32", "FLOAT4": "float32", "UINT4": "uint8", "UINT2": "uint8", "INT4": "int8",
    "INT2": "int8",
}  # fmt: skip
"""Types that NumPy does not have, and those that hold their numbers."""
SMALL = tuple(SMALL_KINDS)


def is_small(data_type: int) -> bool:
    """Return whether a type of ONNX is one that NumPy does not have."""
    return type_name(data_type).startswith(SMALL)


def type_name(data_type: int) -> str:
    """Return the name of a type of ONNX."""
    from onnx import TensorProto

    try:
        return str(TensorProto.DataType.Name(data_type))
    except ValueError:
        return f"type {data_type}"


def _check_shape(name: str, shape: tuple[int, ...]) -> None:
    if len(shape) > MAX_AXES or any(n < 0 for n in shape):
        raise OnnxError(f"{name} has the shape {shape[: MAX_AXES + 1]}; allowed are {MAX_AXES} axes of sizes from 0")


def _flat(places: Array, shape: tuple[int, ...]) -> Array:
    """Return places that are given axis by axis as places in one row; -1 for one that is outside."""
    inside: Array = np.all((places >= 0) & (places < np.array(shape)), axis=1)
    flat = np.ravel_multi_index(tuple(np.where(inside[:, None], places, 0).T), shape) if len(shape) else places[:, :0].sum(1)
    found: Array = np.where(inside, flat, -1)
    return found


def _check_count(tensor: Any, name: str, shape: tuple[int, ...], kind: Kind) -> None:
    """Refuse an array of fewer or more numbers than its shape says. Raises OnnxError."""
    listed = max(len(getattr(tensor, f"{field}_data")) for field in ("float", "int32", "int64", "double", "uint64"))
    if tensor.HasField("raw_data"):
        there, wanted, unit = len(tensor.raw_data), prod(shape) * kind.itemsize, "bytes"
        if listed:
            raise OnnxError(f"{name} has its numbers twice in the file, as bytes and as a list")
    else:
        there, wanted, unit = listed, prod(shape), "numbers"
    if there != wanted:
        raise OnnxError(f"{name}: shape {shape} takes {wanted:,} {unit}, the file has {there:,}")
