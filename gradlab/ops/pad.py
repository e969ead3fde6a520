"""An array with a border around it: of one number, or of what lies inside.

    forward  z = x inside, outside value or x mirrored, held or repeated
    backward dx = Σ g of where it stands

Arguments:
    widths  whole, from 0, or for every axis one or a pair (before, after): how wide the border is
    value   number: what stands in the border, with mode="constant" only
    mode    "constant", "reflect", "replicate", "circular": a border of one number; mirrored at the outermost element, which
            stands once, so that a width is smaller than its axis; the outermost element again and again; the array repeated, so
            that a width is at most its axis

Known as: ConstantPad2d; ZeroPad2d;
ReflectionPad1d: pad(x, widths, mode="reflect"); ReflectionPad2d: pad(x, widths, mode="reflect");
ReplicationPad1d: pad(x, widths, mode="replicate"); ReplicationPad2d: pad(x, widths, mode="replicate");
CircularPad2d: pad(x, widths, mode="circular").
Source: Harris et al., *Array programming with NumPy*, Nature 585, 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import ShapeError
from gradlab.numeric import compiled_for, helper
from gradlab.op import Array, Attrs, Example, Plan, Shape, array_op
from gradlab.ops._arguments import choice, is_whole, number
from gradlab.ops._torch import TorchCall
from gradlab.terms import Maker, Sends, Term

MODES = ("constant", "reflect", "replicate", "circular")
RANK = 6


@helper
def source(i: int, n: int, before: int, mode: int) -> int:
    """Return which of n elements stands at place i along an axis, behind a border; -1 where the border is a number."""
    at = i - before
    if 0 <= at < n:
        return at
    if mode == 0:
        return -1
    if mode == 1:
        return -at if at < 0 else 2 * (n - 1) - at
    if mode == 2:
        return 0 if at < 0 else n - 1
    return at + n if at < 0 else at - n


@helper
def write_row(line: Array, row: Array, before: int, mode: int, value: float) -> None:
    """Write a line with its border into a row of z."""
    n = line.shape[0]
    for f in range(n):
        row[before + f] = line[f]
    for f in range(before):
        row[f] = value if mode == 0 else line[source(f, n, before, mode)]
    for f in range(before + n, row.shape[0]):
        row[f] = value if mode == 0 else line[source(f, n, before, mode)]


@helper
def add_row(row: Array, line: Array, before: int, mode: int) -> None:
    """Add a row of gradients to the line whose elements stand in it."""
    n = line.shape[0]
    for f in range(n):
        line[f] += row[before + f]
    for f in range(before if mode else 0):
        line[source(f, n, before, mode)] += row[f]
    for f in range(before + n, row.shape[0] if mode else 0):
        line[source(f, n, before, mode)] += row[f]


def _sources(x: Array, z: Array, before: tuple[int, ...], mode: int) -> list[Array]:
    each = zip(x.shape, z.shape, before, strict=True)
    return [np.array([source(i, n, b, mode) for i in range(m)], np.int64) for n, m, b in each]


def surround(x: Array, z: Array, b0: int, b1: int, b2: int, b3: int, b4: int, b5: int, mode: int, value: float) -> None:
    """Write x with its border."""
    before = (b0, b1, b2, b3, b4, b5)
    if mode:
        z[...] = x[np.ix_(*_sources(x, z, before, mode))]
        return
    z[...] = value
    z[tuple(slice(b, b + n) for b, n in zip(before, x.shape, strict=True))] = x


@compiled_for(surround)
def _surround_loops(
    x: Array, z: Array, b0: int, b1: int, b2: int, b3: int, b4: int, b5: int, mode: int, value: float
) -> None:  # fmt: skip
    for a in range(z.shape[0]):
        i = source(a, x.shape[0], b0, mode)
        for b in range(z.shape[1]):
            j = source(b, x.shape[1], b1, mode)
            for c in range(z.shape[2]):
                k = source(c, x.shape[2], b2, mode)
                for d in range(z.shape[3]):
                    m = source(d, x.shape[3], b3, mode)
                    for e in range(z.shape[4]):
                        p = source(e, x.shape[4], b4, mode)
                        if min(i, j, k, m, p) < 0:
                            z[a, b, c, d, e] = value
                        else:
                            write_row(x[i, j, k, m, p], z[a, b, c, d, e], b5, mode, value)


def collect(g: Array, dx: Array, b0: int, b1: int, b2: int, b3: int, b4: int, b5: int, mode: int) -> None:
    """Add to every element what the places were sent where it stands."""
    before = (b0, b1, b2, b3, b4, b5)
    if mode:
        np.add.at(dx, np.ix_(*_sources(dx, g, before, mode)), g)
        return
    dx += g[tuple(slice(b, b + n) for b, n in zip(before, dx.shape, strict=True))]


@compiled_for(collect)
def _collect_loops(g: Array, dx: Array, b0: int, b1: int, b2: int, b3: int, b4: int, b5: int, mode: int) -> None:
    for a in range(g.shape[0]):
        i = source(a, dx.shape[0], b0, mode)
        for b in range(g.shape[1]):
            j = source(b, dx.shape[1], b1, mode)
            for c in range(g.shape[2]):
                k = source(c, dx.shape[2], b2, mode)
                for d in range(g.shape[3]):
                    m = source(d, dx.shape[3], b3, mode)
                    for e in range(g.shape[4]):
                        p = source(e, dx.shape[4], b4, mode)
                        if min(i, j, k, m, p) >= 0:
                            add_row(g[a, b, c, d, e], dx[i, j, k, m, p], b5, mode)


def forward(x: Array, z: Array, b0: int, b1: int, b2: int, b3: int, b4: int, b5: int, mode: int, value: float) -> None:
    surround(x, z, b0, b1, b2, b3, b4, b5, mode, value)


def backward(
    g: Array, z: Array, x: Array, dx: Array, b0: int, b1: int, b2: int, b3: int, b4: int, b5: int, mode: int, value: float
) -> None:
    collect(g, dx, b0, b1, b2, b3, b4, b5, mode)


def gradient(m: Maker, g: Term, z: Term, x: Term, widths: Sequence[tuple[int, int]], value: float, mode: str) -> Sends:
    for axis, (before, after) in enumerate(widths):
        g = _folded(m, g, axis, before, after, mode) if before or after else g
    return (g,)


def _folded(m: Maker, g: Term, axis: int, before: int, after: int, mode: str) -> Term:
    """Write down what lies inside along an axis; what the borders were sent is added to where their elements stand."""
    n = g.shape[axis] - before - after
    inside = _part(m, g, axis, before, before + n)
    if mode == "constant":
        return inside
    for first, width, at in ((0, before, n - before), (before + n, after, 0)):
        border = _part(m, g, axis, first, first + width)
        if mode == "reflect":
            border, at = m.flip(border, axis=axis), (1 if first == 0 else n - 1 - width)
        elif mode == "replicate":
            border, at = m.sum(border, axis=axis, keepdims=True), (0 if first == 0 else n - 1)
        around = [(0, 0)] * g.rank
        around[axis] = (at, n - at - border.shape[axis])
        inside = inside + m.pad(border, widths=tuple(around)) if width else inside
    return inside


def _part(m: Maker, g: Term, axis: int, first: int, last: int) -> Term:
    return m.index(g, key=(*(slice(None),) * axis, slice(first, last)))  # type: ignore[no-any-return]


def shape(shapes: tuple[Shape, ...], attrs: dict[str, Any]) -> Shape:
    """Return the sizes with their borders; the widths are spelled out as pairs. Raises ShapeError."""
    value, mode = number(attrs, "value"), choice(attrs, "mode", MODES)
    if mode != "constant" and value != 0:
        raise ShapeError(f'`value` is what a border of mode="constant" holds, got {value:g} for mode="{mode}"')
    attrs["widths"] = pairs(attrs["widths"], shapes[0])
    for axis, (n, (before, after)) in enumerate(zip(shapes[0], attrs["widths"], strict=True)):
        _check_width(mode, axis, n, max(before, after))
    return tuple(before + n + after for n, (before, after) in zip(shapes[0], attrs["widths"], strict=True))


def _check_width(mode: str, axis: int, n: int, width: int) -> None:
    """Refuse a border that is wider than what fills it. Raises ShapeError."""
    if mode == "replicate" and width and not n:
        raise ShapeError(f'`pad` with mode="replicate" has nothing to repeat: axis {axis} has size 0')
    most = {"reflect": n - 1, "circular": n}.get(mode, width)
    if width and width > most:
        raise ShapeError(
            f'`pad` with mode="{mode}" has a border of at most {max(most, 0)} along axis {axis} of {n}, got {width}'
        )


def pairs(widths: Any, shape: Shape) -> tuple[tuple[int, int], ...]:
    """Return a pair (before, after) for every axis. Raises ShapeError."""
    rank = len(shape)
    given = (widths,) * rank if is_whole(widths) else widths
    if not isinstance(given, (tuple, list)) or len(given) != rank:
        raise ShapeError(f"`widths` is a number, or for each of the {rank} axes a number or a pair, got {widths!r}")
    spelled = [(part, part) if is_whole(part) else part for part in given]
    for part in spelled:
        if not isinstance(part, (tuple, list)) or len(part) != 2 or not all(is_whole(n) and n >= 0 for n in part):
            raise ShapeError(f"`widths` are 0 or more, or pairs of such for before and after, got {part!r}")
    return tuple((int(before), int(after)) for before, after in spelled)


def plan(shapes: tuple[Shape, ...], out: Shape, attrs: Attrs) -> Plan:
    """See both with six axes, and how wide the border is before each."""
    ahead = (1,) * (RANK - len(out))
    before = (0,) * len(ahead) + tuple(first for first, _ in attrs["widths"])
    return Plan((ahead + shapes[0], ahead + out), (*before, MODES.index(attrs["mode"])), (float(attrs["value"]),))


def local(k: int, e: int, inputs: tuple[Array, ...], z: Array, attrs: Attrs) -> tuple[Array, Array]:
    """Every element moves its copies."""
    seen = plan((inputs[0].shape,), z.shape, attrs)
    places = np.empty(seen.views[1], np.int64)
    b0, b1, b2, b3, b4, b5, mode = seen.ints
    surround(np.arange(inputs[0].size).reshape(seen.views[0]), places, b0, b1, b2, b3, b4, b5, mode, -1.0)
    found = np.flatnonzero(places.reshape(-1) == e)
    return found, np.ones(found.size, z.dtype)


OP = array_op(
    "pad",
    forward,
    backward,
    inputs=("x",),
    role="shape",
    title="border around an array",
    symbols="pad({x}, {widths})",
    attrs={"widths": REQUIRED, "value": 0.0, "mode": "constant"},
    shape=shape,
    plan=plan,
    ranks=(RANK, RANK),
    local=local,
    ints=("b0", "b1", "b2", "b3", "b4", "b5", "mode"),
    floats=("value",),
    gradient=gradient,
    examples=(
        Example("pad([1, 2], 1)", "[0.0, 1.0, 2.0, 0.0]"),
        Example("pad([[1, 2]], ((0, 1), 0), value=9)", "[[1.0, 2.0], [9.0, 9.0]]"),
        Example('pad([1, 2, 3], 2, mode="reflect")', "[3.0, 2.0, 1.0, 2.0, 3.0, 2.0, 1.0]"),
        Example('pad([1, 2, 3], (2,), mode="replicate")', "[1.0, 1.0, 1.0, 2.0, 3.0, 3.0, 3.0]"),
        Example('pad([1, 2, 3], ((1, 0),), mode="circular")', "[3.0, 1.0, 2.0, 3.0]"),
    ),
)


def TORCH(call: TorchCall) -> str:
    """Return the border; PyTorch counts axes from the last one."""
    widths = list(call.attrs["widths"])
    while len(widths) > 1 and widths[0] == (0, 0):
        widths.pop(0)
    flat = tuple(n for pair in reversed(widths) for n in pair)
    if call.attrs["mode"] == "constant":
        return f"F.pad(x, {flat})" if call.attrs["value"] == 0 else f"F.pad(x, {flat}, value={call.attrs['value']!r})"
    return f"F.pad(x, {flat}, mode)" if len(widths) < len(call.shape) <= len(widths) + 2 else ""
