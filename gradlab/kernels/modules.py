"""The text of kernel modules: small files in the cache folder, beside which numba keeps their machine code.

They must be files of their own, with a name that carries the hash of what they are made of: numba looks only at the file of a
cached function, never at what it imports, and a closure would get a new cache entry in every process.
"""

from __future__ import annotations

from gradlab.op import Op


def module_text(op: Op, dtype: str) -> str:
    """Return the source of the module that holds the kernels of an op for one dtype."""
    lines = [
        f'"""Kernels of `{op.kernel}` for {dtype}, written by gradlab."""',
        "",
        "from gradlab.kernels.jit import array_kernel, cfunction, each_kernel, elementwise_kernel",
        f"import {op.module} as op",
    ]
    for direction in ("forward", "backward"):
        if getattr(op, direction) is not None:
            lines += ["", f"run_{direction} = {_around(op, dtype, direction)}", "", "", "@cfunction"]
            lines += [f"def {direction}(row, attrs, base):", f"    run_{direction}(row, attrs, base)", ""]
    return "\n".join(lines)


def _around(op: Op, dtype: str, direction: str) -> str:
    function = f"op.{getattr(op, direction).__name__}"
    backward = direction == "backward"
    if op.kind == "elementwise":
        return f"elementwise_kernel({function}, {dtype!r}, {op.differentiable}, {len(op.floats)}, {backward})"
    rest = f"{dtype!r}, {op.ranks}, {len(op.ints)}, {len(op.floats)}, {op.scratch}, {backward}"
    if op.variadic:
        return f"each_kernel({function}, {rest})"
    return f"array_kernel({function}, {rest}, assigns={op.assigns}, absent={len(op.absent)})"


LOOPS = '''"""The interpreter loop, the loop of moved numbers and the training loop, written by gradlab."""

from gradlab.kernels.jit import call, carray, cfunction, float32, float64, int64, looped, nothing, pointer
from gradlab.kernels.twins import SUMS


@looped
def run(table, rows, attrs, base, start, stop):
    for i in range(start, stop):
        call(table[i], rows[i], attrs, base)


@looped
def probe(table, rows, attrs, base, value, target, width, places, by, ends):
    root = carray(pointer(target), (width,), REAL)
    for k in range(places.shape[0]):
        place = carray(pointer(value + places[k]), (1,), REAL)
        kept = place[0]
        place[0] = kept + by[k]
        for i in range(table.shape[0]):
            call(table[i], rows[i], attrs, base)
        total = 0.0
        for i in range(width):
            total += root[i]
        ends[k] = total
        place[0] = kept


@looped
def train(program, updates, first, losses):
    p = carray(pointer(program), (19,), int64)
    attrs, base = p[0], p[1]
    table = carray(pointer(p[2]), (p[4],), int64)
    rows = carray(pointer(p[3]), (p[4],), int64)
    unseen_table = carray(pointer(p[15]), (p[17],), int64)
    unseen_rows = carray(pointer(p[16]), (p[17],), int64)
    pairs = carray(pointer(p[5]), (p[6], 3), int64)
    clocks = carray(pointer(p[7]), (p[8],), int64)
    root = carray(pointer(p[9]), (1,), REAL)
    seed = carray(pointer(p[10]), (1,), REAL)
    loss = carray(pointer(losses), (updates,), REAL)
    for u in range(updates):
        measured = p[12] > 0 and (first + u) % p[12] == 0
        if measured:
            call(p[13], p[14], 0, first + u)
        for c in range(p[8]):
            carray(pointer(clocks[c]), (1,), REAL)[0] = first + u
        for i in range(p[11]):
            call(table[i], rows[i], attrs, base)
        loss[u] = root[0]
        seed[0] = 1.0
        if measured or p[17] == 0 or (u == updates - 1 and p[18] == 0):
            for i in range(p[11], p[4]):
                call(table[i], rows[i], attrs, base)
        else:
            for i in range(p[17]):
                call(unseen_table[i], unseen_rows[i], attrs, base)
        if measured:
            call(p[13], p[14], 1, first + u)
        for c in range(p[6]):
            old = carray(pointer(pairs[c, 0]), (pairs[c, 2],), REAL)
            new = carray(pointer(pairs[c, 1]), (pairs[c, 2],), REAL)
            for i in range(pairs[c, 2]):
                old[i] = new[i]


def adding(x, low, high, out):
    s = q = 0.0
    zeros = beyond = 0
    for i in range(x.shape[0]):
        v = float64(x[i])
        s += v
        q += v * v
        zeros += v == 0.0
        beyond += (v < low) | (v > high)
    out[0] += s
    out[1] += q
    out[2] += zeros
    out[3] += beyond


add_up = looped(adding, fastmath=SUMS)


@cfunction
def measure(program, stage, update):
    p = carray(pointer(program), (8,), int64)
    if stage == 0:
        copies = carray(pointer(p[5]), (p[4], 3), int64)
        for c in range(p[4]):
            kept = carray(pointer(copies[c, 0]), (copies[c, 2],), REAL)
            now = carray(pointer(copies[c, 1]), (copies[c, 2],), REAL)
            for i in range(copies[c, 2]):
                kept[i] = now[i]
        return
    rows = carray(pointer(p[1]), (p[0], 4), int64)
    limits = carray(pointer(p[2]), (p[0], 2), float64)
    out = carray(pointer(p[3] + p[6] * p[7] * 32), (p[7], 4), float64)
    for i in range(p[0]):
        x = carray(pointer(rows[i, 0]), (rows[i, 2],), REAL)
        if rows[i, 1]:
            old = carray(pointer(rows[i, 1]), (rows[i, 2],), REAL)
            for j in range(rows[i, 2]):
                old[j] = x[j] - old[j]
            x = old
        add_up(x, limits[i, 0], limits[i, 1], out[rows[i, 3]])
    p[6] += 1


def warm():
    none = nothing()
    run(none, none, 0, 0, 0, 0)
    train(none.ctypes.data, 0, 0, none.ctypes.data)
    numbers = none[:0].view("float64")
    probe(none, none, 0, 0, 0, 0, 0, none[:0], numbers, numbers)
'''


def loops_text(dtype: str) -> str:
    """Return the source of the module that holds the loops for one dtype."""
    return LOOPS.replace("REAL", dtype)
