"""Places in an array by their numbers: from the front, in one row, and what is put where."""

from __future__ import annotations

from math import prod

import numpy as np

from gradlab.importers.onnx._mapping import NodeCall, Unsupported
from gradlab.importers.onnx._tape import OnnxStep
from gradlab.op import Array, Shape


def counted(c: NodeCall, i: int, n: int) -> OnnxStep:
    """Return an input of places along an axis of n, those counted from the back brought to the front."""
    value = c.value(i)
    if value.array is not None:
        if (np.asarray(value.array) >= 0).all():
            return c.x(i)
        if value.fixed:
            return c.m.leaf("const", whole_places(value.array, n), "places", c.m.layer)
    places = c.x(i)
    return c.m.where(c.m.less(places, 0.0), places + float(n), places)


def inside(c: NodeCall, i: int, n: int) -> OnnxStep:
    """Return an input as `counted` does. Raises Unsupported for places that are the same for all data, and outside."""
    if c.value(i).fixed:
        whole_places(c.numbers(i), n)
    return counted(c, i, n)


def whole_places(at: Array, n: int) -> Array:
    """Return places along an axis of n from the front. Raises Unsupported for one that is outside."""
    found = np.where(at < 0, at + n, at).astype(np.int64)
    if found.size and not (found.min() >= 0 and found.max() < n):
        raise Unsupported(f"place {int(at.min() if found.min() < 0 else at.max())} of an axis of {n}")
    return found


def ravelled(at: Array, shape: Shape, batch: int) -> Array:
    """Return the places that rows of numbers mean in the first axes of an array seen as one. at: (…, depth)."""
    depth = at.shape[-1]
    flat = np.zeros(at.shape[:-1], np.int64)
    for k in range(depth):
        flat = flat * shape[batch + k] + whole_places(at[..., k], shape[batch + k])
    if not batch:
        return flat
    size = prod(shape[batch : batch + depth])
    ahead = np.arange(prod(shape[:batch])).reshape(*shape[:batch], *(1,) * (flat.ndim - batch))
    return flat + ahead * size


def put(c: NodeCall, x: OnnxStep, flat: Array, updates: OnnxStep, how: str) -> OnnxStep:
    """Return x with updates at flat places: in place of what was there, added to it, …; of equal places one after the other."""
    n = prod(x.shape)
    z, new = c.m.reshape(x, (n,)), c.m.reshape(updates, (prod(updates.shape),))
    ops = {"add": "add", "mul": "mul", "max": "maximum", "min": "minimum", "none": ""}
    if how not in ops:
        c.refuse(f"reduction {how}")
    if not flat.size:
        return x
    if how == "add":
        return c.m.reshape(z + c.m.scatter_add(new, _const(c, flat), rows=n), x.shape)
    for chosen in _rounds(flat) if how != "none" else [_last(flat)]:
        part = new if len(chosen) == len(flat) and (np.diff(chosen) == 1).all() else c.m.gather(new, _const(c, chosen))
        there = c.m.scatter_add(part, _const(c, flat[chosen]), rows=n)
        mask = np.zeros(n, bool)
        mask[flat[chosen]] = True
        z = c.m.where(_const(c, mask), c.m.call(ops[how], z, there) if ops[how] else there, z)
    return c.m.reshape(z, x.shape)


def _const(c: NodeCall, array: Array) -> OnnxStep:
    return c.m.leaf("const", array, "places", c.m.layer)


def _last(flat: Array) -> Array:
    """Return which updates stay: of those for one place the last."""
    kept = {int(place): i for i, place in enumerate(flat)}
    return np.array(sorted(kept.values()), np.int64)


def _rounds(flat: Array) -> list[Array]:
    """Return the numbers of the updates in groups in which no place stands twice."""
    seen: dict[int, int] = {}
    rounds: list[list[int]] = []
    for i, place in enumerate(flat.tolist()):
        turn = seen[place] = seen.get(place, -1) + 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(i)
    return [np.array(group, np.int64) for group in rounds]
