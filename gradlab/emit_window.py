"""Sums under a sliding window as LLVM code: what `gradlab.numeric.slide` and `gradlab.numeric.dots` are in a kernel.

Numba's loops would read and write every sum once a weight; here a block of sums stays in registers until it is done, and
every element that is read serves all of them: five times as fast as a matrix product with columns, and no columns.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import partial
from typing import Any

from llvmlite import binding, ir

from gradlab.emit import WORD, count_up, word
from gradlab.numeric import LANES


def _blocks() -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, ...], tuple[int, ...]]]:
    """Give the blocks that fit into the registers: (sums, vectors of each) for `slide`, sums down and across for `dots`."""
    if binding.get_host_cpu_features().get("avx512f"):
        return ((6, 4), (4, 4), (2, 8), (1, 8)), ((6, 4, 2, 1), (4, 1))
    return ((4, 1), (2, 2), (1, 4)), ((2, 1), (2, 1))


class _Emitter:
    """A function of three arrays and some integers in a module."""

    def __init__(self, builder: Any, real: Any) -> None:
        self.b, self.real, self.vector = builder, real, ir.VectorType(real, LANES)

    def at(self, base: Any, *terms: Any) -> Any:
        """Give base + the sum of terms, as an address."""
        place = terms[0]
        for term in terms[1:]:
            place = self.b.add(place, term)
        return self.b.gep(base, [place])

    def read(self, address: Any) -> Any:
        """Load a vector that begins anywhere."""
        found = self.b.load(self.b.bitcast(address, self.vector.as_pointer()))
        found.align = 4
        return found

    def write(self, vector: Any, address: Any) -> None:
        self.b.store(vector, self.b.bitcast(address, self.vector.as_pointer()), align=4)

    def splat(self, number: Any) -> Any:
        empty = ir.Constant(self.vector, ir.Undefined)
        one = self.b.insert_element(empty, number, ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return self.b.shuffle_vector(one, empty, zeros)

    def multiply_add(self, x: Any, y: Any, slot: Any) -> None:
        """Add x · y to the vector in a slot."""
        name = f"llvm.fmuladd.v{LANES}f{64 if self.real == ir.DoubleType() else 32}"
        form = ir.FunctionType(self.vector, [self.vector] * 3)
        function = self.b.module.globals.get(name) or ir.Function(self.b.module, form, name)
        self.b.store(self.b.call(function, [x, y, self.b.load(slot)]), slot)

    def total(self, vector: Any) -> Any:
        """Give the sum of the elements of a vector, pair by pair."""
        parts = [self.b.extract_element(vector, ir.Constant(ir.IntType(32), i)) for i in range(LANES)]
        while len(parts) > 1:
            parts = [self.b.fadd(parts[i], parts[i + 1]) for i in range(0, len(parts), 2)]
        return parts[0]

    def slots(self, count: int) -> list[Any]:
        """Give places for vectors, in the entry block: they become registers."""
        with self.b.goto_entry_block():
            return [self.b.alloca(self.vector) for _ in range(count)]

    def clear(self, slots: Sequence[Any]) -> None:
        for slot in slots:
            self.b.store(ir.Constant(self.vector, [0.0] * LANES), slot)

    def number(self, table: Any, place: Any) -> Any:
        """Read a whole number that is kept as a real."""
        return self.b.fptosi(self.b.load(self.b.gep(table, [place])), WORD)

    def in_blocks(self, count: Any, sizes: Sequence[int], body: Any) -> None:
        """Emit body(first, size) for blocks of falling sizes; the last size is 1."""
        start: Any = word(0)
        for size in sizes:
            blocks = self.b.sdiv(self.b.sub(count, start), word(size))
            count_up(self.b, blocks, partial(self._block, body, start, size))
            start = self.b.add(start, self.b.mul(blocks, word(size)))

    def _block(self, body: Any, start: Any, size: int, i: Any) -> None:
        body(self.b.add(start, self.b.mul(i, word(size))), size)


def _function(builder: Any, real: Any, name: str, integers: int, emit: Any) -> Any:
    module = builder.module
    name = f"gradlab_{name}_{real}"
    if name in module.globals:
        return module.globals[name]
    form = ir.FunctionType(ir.VoidType(), [real.as_pointer()] * 3 + [WORD] * integers)
    function = ir.Function(module, form, name)
    function.linkage = "linkonce_odr"
    b = ir.IRBuilder(function.append_basic_block("entry"))
    body = b.append_basic_block("begin")
    b.position_at_end(body)
    emit(_Emitter(b, real), *function.args)
    b.ret_void()
    b.position_at_end(function.entry_basic_block)
    b.branch(body)
    return function


def slide(builder: Any, real: Any, arrays: Sequence[Any], letters: Sequence[str], numbers: Sequence[Any]) -> None:
    """Emit a call of `gradlab.numeric.slide`."""
    function = _function(builder, real, "slide", len(numbers), _slide)
    builder.call(function, [*(array.data for array in arrays), *numbers])


def dots(builder: Any, real: Any, arrays: Sequence[Any], letters: Sequence[str], numbers: Sequence[Any]) -> None:
    """Emit a call of `gradlab.numeric.dots`."""
    function = _function(builder, real, "dots", len(numbers), _dots)
    builder.call(function, [*(array.data for array in arrays), *numbers])


def _slide(e: _Emitter, x: Any, w: Any, z: Any, *numbers: Any) -> None:
    x0, plane, channels, table, taps, wt, wc, targets, z0, step, width, w0 = numbers
    b = e.b
    known = b.gep(x, [table])

    def block(t: Any, p: Any, sums: int, vectors: int) -> None:
        slots = e.slots(sums * vectors)
        e.clear(slots)

        def tap(c: Any, k: Any) -> None:
            source = e.at(x, x0, b.mul(c, plane), e.number(known, b.add(taps, k)), p)
            weight = e.at(w, w0, b.mul(t, wt), b.mul(c, wc), e.number(known, k))
            lines = [e.read(b.gep(source, [word(v * LANES)])) for v in range(vectors)]
            for i in range(sums):
                factor = e.splat(b.load(b.gep(weight, [b.mul(wt, word(i))])))
                for v in range(vectors):
                    e.multiply_add(factor, lines[v], slots[i * vectors + v])

        count_up(b, channels, lambda c: count_up(b, taps, lambda k: tap(c, k)))
        for i in range(sums):
            target = e.at(z, z0, b.mul(b.add(t, word(i)), step), p)
            for v in range(vectors):
                e.write(b.load(slots[i * vectors + v]), b.gep(target, [word(v * LANES)]))

    def rows(t: Any, sums: int) -> None:
        vectors = dict(_blocks()[0])[sums]
        whole = b.sdiv(width, word(LANES))
        sizes = [vectors] if vectors == 1 else [vectors, 1]
        e.in_blocks(whole, sizes, lambda p, size: block(t, b.mul(p, word(LANES)), sums, size))

    e.in_blocks(targets, [sums for sums, _ in _blocks()[0]], rows)


def _dots(e: _Emitter, x: Any, g: Any, w: Any, *numbers: Any) -> None:
    x0, x_step, plane, channels, table, taps, g0, g_step, step, targets, width, images, wt, wc, w0 = numbers
    b = e.b
    known = b.gep(x, [table])
    down, across = _blocks()[1]

    def block(t: Any, c: Any, k: Any, sums: int, columns: int) -> None:
        slots = e.slots(sums * columns)
        e.clear(slots)
        first = b.add(x0, b.mul(c, plane))
        starts = [b.add(first, e.number(known, b.add(taps, b.add(k, word(j))))) for j in range(columns)]
        tops = [b.add(g0, b.mul(b.add(t, word(i)), step)) for i in range(sums)]

        def vector(n: Any, p: Any) -> None:
            at, here = b.mul(p, word(LANES)), b.mul(n, x_step)
            there = b.mul(n, g_step)
            lines = [e.read(e.at(x, start, here, at)) for start in starts]
            for i in range(sums):
                upstream = e.read(e.at(g, tops[i], there, at))
                for j in range(columns):
                    e.multiply_add(upstream, lines[j], slots[i * columns + j])

        count_up(b, images, lambda n: count_up(b, b.sdiv(width, word(LANES)), lambda p: vector(n, p)))
        for i, j in itertools.product(range(sums), range(columns)):
            place = e.at(w, w0, b.mul(b.add(t, word(i)), wt), b.mul(c, wc), b.add(k, word(j)))
            b.store(b.fadd(b.load(place), e.total(b.load(slots[i * columns + j]))), place)

    def row(t: Any, sums: int) -> None:
        count_up(b, channels, lambda c: e.in_blocks(taps, across, lambda k, n: block(t, c, k, sums, n)))

    e.in_blocks(targets, down, row)
