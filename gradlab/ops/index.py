"""Part of an array, as `x[…]` takes it: whole numbers, slices with steps, `...` and None.

    forward  z = x[key]
    backward dx[key] = g

The gradient of what was not taken is 0. A list of whole numbers, or of True and False, takes rows one by one: it is a `gather`.

Arguments:
    key  what stands between the brackets of `x[…]`: what is taken

Known as: unsqueeze: x[:, None]; expand_dims: x[:, None]; narrow: x[start:stop].
Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.numeric import straight
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import is_whole
from gradlab.ops._strided import INTS, RANKS, strides_of, walk_back, walk_copy, walk_local, walk_plan
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term


class Key(tuple[Any, ...]):
    """A key with an entry for every axis of x, and None for every axis that is new; its text is as a person writes it."""

    __slots__ = ()

    def __str__(self) -> str:
        return ", ".join(_written(part) for part in self)

    def __repr__(self) -> str:
        return f"[{self}]"


def _written(part: Any) -> str:
    if not isinstance(part, slice):
        return str(part)
    start, stop, step = ("" if q is None else str(q) for q in (part.start, part.stop, part.step))
    return f"{start}:{stop}:{step}" if step else f"{start}:{stop}"


@straight
def forward(x: Array, z: Array, *walk: int) -> None:
    walk_copy(x, z, *walk)


@straight
def backward(g: Array, z: Array, x: Array, dx: Array, add: bool, *walk: int) -> None:
    walk_back(g, dx, add, *walk)


def gradient(m: Maker, g: Term, z: Term, x: Term, key: Key) -> Sends:
    return (m.index_put(g, key=key, shape=x.shape),)


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the shape of x[key]; the key is normalised to a `Key`."""
    attrs["key"] = normalised(attrs["key"], shapes[0])
    return tuple(n for n, _, _ in _walk(attrs["key"], shapes[0]) if n is not None)


def normalised(key: Any, shape: Shape) -> Key:
    """Spell a key out: no `...`, no missing axes, no negative whole numbers. Raises ShapeError."""
    parts = list(key) if isinstance(key, tuple) else [key]
    if sum(part is Ellipsis for part in parts) > 1:
        raise ShapeError("an index has at most one `...`")
    if Ellipsis not in parts:
        parts.append(Ellipsis)
    given = sum(part is not None and part is not Ellipsis for part in parts)
    if given > len(shape):
        raise ShapeError(f"shape {shape} has {len(shape)} axes, got {given} indices")
    at = parts.index(Ellipsis)
    parts[at : at + 1] = [slice(None)] * (len(shape) - given)
    axes = iter(range(len(shape)))
    return Key(None if part is None else _checked(part, next(axes), shape) for part in parts)


def _checked(part: Any, axis: int, shape: Shape) -> Any:
    n = shape[axis]
    if isinstance(part, slice):
        if not all(q is None or is_whole(q) for q in (part.start, part.stop, part.step)) or part.step == 0:
            raise ShapeError(f"a slice is start:stop:step in whole numbers, step not 0, got {_written(part)}")
        return part
    if isinstance(part, list | tuple):
        raise ShapeError("`index` takes no list: `x[[0, 2]]` takes rows by their numbers")
    if not is_whole(part):
        raise ShapeError(f"an index is a whole number, a slice, `...` or None, got {part!r}")
    if not -n <= part < n:
        raise ShapeError(f"index {part} is outside axis {axis} of shape {shape}: allowed are {-n} to {n - 1}" if n else
                         f"index {part} is outside axis {axis} of shape {shape}, which is empty")  # fmt: skip
    return int(part) % n


def _walk(key: Key, shape: Shape) -> Iterator[tuple[int | None, int, int]]:
    """Return for each entry of a key: the size of its axis in z (None if it has none), where it starts, its stride."""
    sizes = iter(zip(shape, strides_of(shape), strict=True))
    for part in key:
        if part is None:
            yield 1, 0, 0
            continue
        n, stride = next(sizes)
        if isinstance(part, slice):
            places = range(*part.indices(n))
            yield len(places), places.start * stride if places else 0, places.step * stride
        else:
            yield None, part * stride, 0


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """Walk through what the key takes."""
    steps = list(_walk(attrs["key"], shapes[0]))
    start = sum(first for _, first, _ in steps)
    return walk_plan(shapes[0], out, tuple(stride for n, _, stride in steps if n is not None), start)


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """What was taken moves its copy."""
    return walk_local(e, plan((inputs[0].shape,), z.shape, attrs), z)


OP = array_op(
    "index",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="part of an array",
    symbols="{x}[{key}]",
    attrs={"key": REQUIRED},
    shape=shape,
    plan=plan,
    ranks=RANKS,
    local=local,
    ints=INTS,
    assigns=True,
    gradient=gradient,
    examples=(Example("[[1, 2], [3, 4]][-1]", "[3.0, 4.0]"), Example("[1, 2, 3][::-2]", "[3.0, 1.0]")),
)


def TORCH(call: TorchCall) -> str:
    """Return the part; PyTorch has no steps backwards: there the axis is turned round first."""
    key, rank = call.attrs["key"], len(call.shapes[0])
    sizes = iter(range(rank))
    turned, parts = [], []
    for part in key:
        axis = None if part is None else next(sizes)
        if isinstance(part, slice) and (part.step or 1) < 0 and axis is not None:
            n = call.shapes[0][axis]
            places = range(*part.indices(n))
            turned.append(axis)
            part = slice(n - 1 - places.start, n - 1 - places.start + len(places) * -places.step, -places.step)
        parts.append(part)
    while len(parts) > 1 and parts[-1] == slice(None):
        parts.pop()
    if parts == [slice(None)]:
        return f"x.flip({turned})" if turned else "x"
    return f"{f'x.flip({turned})' if turned else 'x'}[{Key(parts)}]"
