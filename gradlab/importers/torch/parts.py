"""Parts of a tensor, and tensors joined."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.importers.torch._maker import KnownTensor
from gradlab.importers.torch._mapping import Mapping
from gradlab.importers.torch._segments import gathered

ALL = slice(None)


def _select(m: Any, x: Any, dim: int, index: int, **_: Any) -> Any:
    return m.index(x, *(ALL,) * m.axis(x, dim), int(index))


def _slice(m: Any, x: Any, dim: int = 0, start: Any = None, end: Any = None, step: int = 1, **_: Any) -> Any:
    axis, n = m.axis(x, dim), m.shape_of(x)[m.axis(x, dim)]
    first, stop, stride = slice(start, end, step).indices(n)
    if (first, stop, stride) == (0, n, 1):
        return x
    return m.index(x, *(ALL,) * axis, slice(first, max(first, stop), stride if stride != 1 else None))


def _narrow(m: Any, x: Any, dim: int, start: Any, length: int, **_: Any) -> Any:
    return _slice(m, x, dim, int(start), int(start) + length)


def _split(m: Any, x: Any, split_size: Any = 1, dim: int = 0, split_sizes: Any = None, **_: Any) -> Any:
    n = m.shape_of(x)[m.axis(x, dim)]
    size = split_sizes if split_sizes is not None else split_size
    sizes = [int(size)] * -(-n // int(size)) if isinstance(size, int) else list(size)
    ends = np.minimum(np.cumsum(sizes), n)
    return [_slice(m, x, dim, int(end - min(one, end)) if not i else int(ends[i - 1]), int(end))
            for i, (one, end) in enumerate(zip(sizes, ends, strict=True))]  # fmt: skip


def _chunk(m: Any, x: Any, chunks: int, dim: int = 0, **_: Any) -> Any:
    return _split(m, x, -(-m.shape_of(x)[m.axis(x, dim)] // chunks), dim)


def _unbind(m: Any, x: Any, dim: int = 0, **_: Any) -> Any:
    return [_select(m, x, dim, k) for k in range(m.shape_of(x)[m.axis(x, dim)])]


def _cat(m: Any, tensors: Any, dim: int = 0, **_: Any) -> Any:
    full = [one for one in tensors if m.shape_of(one) != (0,)]
    return m.call("concat", *map(m.item, full), axis=m.axis(full[0], dim)) if len(full) > 1 else full[0]


def _stack(m: Any, tensors: Any, dim: int = 0, **_: Any) -> Any:
    return m.call("stack", *map(m.item, tensors), axis=dim % (len(m.shape_of(tensors[0])) + 1))


def _index(m: Any, x: Any, indices: Any, **_: Any) -> Any:
    """Return x[indices]: places are taken one by one, from the array seen as one list."""
    if all(one is None or isinstance(one, KnownTensor) for one in indices):
        return _taken(m, x, _places(m, m.shape_of(x), indices))
    if len(indices) == 1 and str(m.called.args[1][0].tensor.dtype) != "torch.bool":
        return m.call("gather", x, indices[0])
    m.say(f"which numbers are taken at {m.place} is as in this batch")
    captured = [
        None if one is None else KnownTensor(_numbers(value)) for one, value in zip(indices, m.called.args[1], strict=True)
    ]
    return _taken(m, x, _places(m, m.shape_of(x), captured))


def _numbers(value: Any) -> Any:
    from gradlab.importers.torch._numbers import array_of

    found = array_of(value.numbers)
    return found.astype(bool) if str(value.tensor.dtype) == "torch.bool" else found


def _places(m: Any, shape: Any, indices: Any) -> Any:
    keys = [ALL if one is None else _key(one) for one in indices]
    return np.arange(int(np.prod(shape))).reshape(shape)[tuple(keys)]


def _key(one: KnownTensor) -> Any:
    return one.array.astype(bool) if one.boolean or one.array.dtype == bool else one.array.astype(np.int64)


def _taken(m: Any, x: Any, places: Any) -> Any:
    flat = m.reshape(m.item(x), (int(np.prod(m.shape_of(x))),))
    return m.call("gather", flat, KnownTensor(places.astype(np.float64)))


def _index_select(m: Any, x: Any, dim: int, index: Any, **_: Any) -> Any:
    axis = m.axis(x, dim)
    if axis == 0:
        return m.call("gather", x, index)
    order = [axis, *(one for one in range(len(m.shape_of(x))) if one != axis)]
    taken = m.call("gather", m.transpose(x, order), index)
    return m.transpose(taken, list(np.argsort(order)))


def _gather(m: Any, x: Any, dim: int, index: Any, **_: Any) -> Any:
    axis, shape, wanted = m.axis(x, dim), m.shape_of(x), m.shape_of(index)
    cut = x
    for one, (n, size) in enumerate(zip(shape, wanted, strict=True)):
        cut = _slice(m, cut, one, 0, size) if one != axis and size != n else cut
    return m.call("take_along_axis", m.item(cut), index, axis=axis)


def _index_put(m: Any, x: Any, indices: Any, values: Any, accumulate: bool = False, **_: Any) -> Any:
    """Return x with numbers written where indices point. Of places that stand twice the last one counts."""
    keys = [None if one is None else KnownTensor(_numbers(value)) for one, value in zip(indices, m.called.args[1], strict=True)]
    shape = m.shape_of(x)
    places = _places(m, shape, keys)
    if accumulate and places.size:
        new = m.reshape(m.expand(m.item(values), places.shape), (places.size,))
        size = int(np.prod(shape))
        spread = m.call("scatter_add", new, KnownTensor(places.reshape(-1).astype(np.float64)), rows=size)
        return m.call("add", x, m.reshape(spread, shape))
    return _written(m, x, values, places)


def _slice_scatter(m: Any, x: Any, src: Any, dim: int = 0, start: Any = None, end: Any = None, step: int = 1, **_: Any) -> Any:
    shape = m.shape_of(x)
    key = (*(ALL,) * m.axis(x, dim), slice(start, end, step))
    return _written(m, x, src, np.arange(int(np.prod(shape))).reshape(shape)[key])


def _select_scatter(m: Any, x: Any, src: Any, dim: int, index: int, **_: Any) -> Any:
    shape = m.shape_of(x)
    return _written(m, x, src, np.arange(int(np.prod(shape))).reshape(shape)[(*(ALL,) * m.axis(x, dim), index)])


def _written(m: Any, x: Any, src: Any, places: Any) -> Any:
    """Return x with numbers written at places of the array seen as one list; x itself where there are none."""
    if not places.size:
        return x
    shape, size = m.shape_of(x), int(np.prod(m.shape_of(x)))
    order, mask = np.zeros(size), np.zeros(size)
    order[places.reshape(-1)], mask[places.reshape(-1)] = np.arange(places.size), 1
    new = m.reshape(m.expand(m.item(src), places.shape), (places.size,))
    taken = m.reshape(m.call("gather", new, KnownTensor(order)), shape)
    return m.call("where", KnownTensor(mask.reshape(shape)), taken, x)


def _sort(m: Any, x: Any, dim: int = -1, descending: bool = False, **_: Any) -> Any:
    axis = m.axis(x, dim)
    order = m.call("argsort", x, axis=axis, **({"descending": True} if descending else {}))
    return m.call("take_along_axis", x, order, axis=axis), order


def _argsort(m: Any, x: Any, dim: int = -1, descending: bool = False, **_: Any) -> Any:
    return m.call("argsort", x, axis=m.axis(x, dim), **({"descending": True} if descending else {}))


def _topk(m: Any, x: Any, k: int, dim: int = -1, largest: bool = True, **_: Any) -> Any:
    axis = m.axis(x, dim)
    order = m.call("argsort", x, axis=axis, **({"descending": True} if largest else {}))
    best = _slice(m, order, axis, 0, int(k))
    return m.call("take_along_axis", x, best, axis=axis), best


def _diagonal(m: Any, x: Any, offset: int = 0, dim1: int = 0, dim2: int = 1, **_: Any) -> Any:
    shape = m.shape_of(x)
    return _taken(m, x, np.diagonal(np.arange(int(np.prod(shape))).reshape(shape), offset, dim1, dim2))


def _index_add(m: Any, x: Any, dim: int, index: Any, source: Any, alpha: Any = 1, **_: Any) -> Any:
    axis, shape = m.axis(x, dim), m.shape_of(x)
    order = [axis, *(one for one in range(len(shape)) if one != axis)]
    rows = m.transpose(m.item(source), order)
    spread = m.call("scatter_add", rows if alpha == 1 else m.call("mul", rows, alpha), index, rows=shape[axis])
    return m.call("add", x, m.transpose(spread, list(np.argsort(order))))


def _scatter_add(m: Any, x: Any, dim: int, index: Any, src: Any, **_: Any) -> Any:
    return m.call("add", x, _spread(m, m.shape_of(x), dim, index, src))


def _scatter(m: Any, x: Any, dim: int, index: Any, src: Any = None, value: Any = None, reduce: Any = None, **_: Any) -> Any:
    """Return x with numbers written at places along an axis."""
    if reduce is not None:
        return _scatter_reduce(m, x, dim, index, m.expand(m.item(value), m.shape_of(index)) if src is None else src, reduce)
    places = _lines(m.shape_of(x), m.axis(x, dim), m.numbers(index, "where numbers are written"))
    numbers = m.expand(m.item(value), places.shape) if src is None else m.item(src)
    if m.shape_of(numbers) != places.shape:
        numbers = m.index(numbers, *(slice(0, n) for n in places.shape))
    return _written(m, x, numbers, places)


REDUCED = {"add": "sum", "multiply": "prod"}


def _scatter_reduce(m: Any, x: Any, dim: int, index: Any, src: Any, reduce: str, include_self: bool = True, **_: Any) -> Any:
    """Return for each place of x what goes there brought together, with what stands there or without; x where nothing goes."""
    shape, how = m.shape_of(x), REDUCED.get(reduce, reduce)
    places = _lines(shape, m.axis(x, dim), m.numbers(index, "where numbers are brought together"))
    numbers = m.item(src)
    if m.shape_of(numbers) != places.shape:
        numbers = m.index(numbers, *(slice(0, n) for n in places.shape))
    size, flat = int(np.prod(shape)), m.reshape(numbers, (places.size,))
    where = places.reshape(-1)
    if include_self:
        flat = m.call("concat", m.reshape(m.item(x), (size,)), flat, axis=0)
        where = np.concatenate((np.arange(size), where))
    found = m.reshape(gathered(m, flat, where, size, how), shape)
    empty = np.bincount(where, minlength=size).reshape(shape) == 0
    return m.call("where", KnownTensor(empty.astype(np.float64)), x, found) if empty.any() else found


def _index_copy(m: Any, x: Any, dim: int, index: Any, source: Any, **_: Any) -> Any:
    shape, axis = m.shape_of(x), m.axis(x, dim)
    rows = m.numbers(index, "where numbers are written").astype(np.int64).reshape(-1)
    return _written(m, x, source, np.take(np.arange(int(np.prod(shape))).reshape(shape), rows, axis))


def _masked_scatter(m: Any, x: Any, mask: Any, source: Any, **_: Any) -> Any:
    """Return x with numbers written, one after another, where a mask holds."""
    shape = m.shape_of(x)
    holds = np.broadcast_to(m.numbers(mask, "where numbers are written"), shape) != 0
    places = np.flatnonzero(holds)
    flat = m.reshape(m.item(source), (int(np.prod(m.shape_of(source))),))
    return _written(m, x, m.index(flat, slice(0, len(places))), places)


def _spread(m: Any, shape: Any, dim: int, index: Any, src: Any) -> Any:
    places = _lines(shape, m.axis(KnownTensor(np.zeros(shape)), dim), m.numbers(index, "where numbers are added"))
    numbers = m.item(src)
    if m.shape_of(numbers) != places.shape:
        numbers = m.index(numbers, *(slice(0, n) for n in places.shape))
    flat = m.reshape(numbers, (places.size,))
    size = int(np.prod(shape))
    return m.reshape(m.call("scatter_add", flat, KnownTensor(places.reshape(-1).astype(np.float64)), rows=size), shape)


def _lines(shape: Any, axis: int, index: Any) -> Any:
    """Return the flat places that an index along an axis points at."""
    keys = list(np.indices(index.shape))
    keys[axis] = index.astype(np.int64)
    return np.arange(int(np.prod(shape))).reshape(shape)[tuple(keys)]


MAPPING = (
    Mapping("sort", _sort),
    Mapping("argsort", _argsort),
    Mapping("topk", _topk),
    Mapping("diagonal", _diagonal, ("diagonal_copy",)),
    Mapping("index_add", _index_add),
    Mapping("scatter_add", _scatter_add),
    Mapping("scatter", _scatter),
    Mapping("scatter_reduce", _scatter_reduce),
    Mapping("index_copy", _index_copy),
    Mapping("masked_scatter", _masked_scatter),
    Mapping("select", _select, ("select_copy",)),
    Mapping("slice", _slice, ("slice_copy",)),
    Mapping("narrow", _narrow),
    Mapping("split", _split, ("split_with_sizes", "split_copy", "split_with_sizes_copy", "unsafe_split")),
    Mapping("chunk", _chunk, ("unsafe_chunk",)),
    Mapping("unbind", _unbind, ("unbind_copy",)),
    Mapping("cat", _cat, ("concat", "concatenate")),
    Mapping("stack", _stack),
    Mapping("index", _index, ("_unsafe_index",)),
    Mapping("index_select", _index_select),
    Mapping("gather", _gather),
    Mapping("index_put", _index_put, ("index_put_", "_index_put_impl_", "_unsafe_index_put")),
    Mapping("slice_scatter", _slice_scatter),
    Mapping("select_scatter", _select_scatter),
)
