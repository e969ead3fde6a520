"""Matrix products as LLVM code: loops of our own where BLAS is slow to begin, BLAS elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir

from gradlab.kernels.code import Code, flag
from gradlab.kernels.few import FEW, meet_rows, weigh_rows
from gradlab.kernels.loops import SUM_FLAGS, WORD, count_up, exactly, rounded, widen, word

ROWS = 4
"""Rows of a matrix that are read side by side."""
LANES = 8
"""Rows of a matrix that become neighbours at once when it is turned."""
TURN_FROM, TURN_TO = 16, 1 << 14
"""Rows of x from which on turning y pays, and elements of y up to which it is done: it lies on the stack."""
COLUMNS = 64
"""Columns of a matrix of float32 whose sums are kept in float64 at once."""
SMALL_PRODUCT, TINY_PRODUCT = 48, 2048
"""Up to so many multiplications a plain loop is the fastest way; up to so many the call of BLAS is what takes the time."""


def matmul(b: Any, real: Any, arrays: Sequence[Any], letters: Sequence[str], flags: Sequence[Any]) -> None:
    """Emit a call of `gradlab.numeric.gemm`; a `.T` is read in place."""
    x, y, z = arrays
    n, k = (b.extract_value(x.shape, axis) for axis in range(2))
    with b.if_then(b.icmp_signed("!=", b.extract_value(z.shape, 0), word(0))):  # a gradient that nobody wants has no rows
        function = product(b.module, real, (letters[0] == "n", letters[1] == "n"))
        b.call(function, [n, k, b.extract_value(y.shape, 1), x.data, y.data, z.data, *flags])


def product(module: Any, real: Any, plain: tuple[bool, bool] | None = None) -> Any:
    """Return the function z = x @ y or z += x @ y of an LLVM module, for contiguous matrices.

    plain: for x and y whether each is read as it stands, or else transposed; None: the function is told so, first of all.

    It calls `numba_xxgemm` (column-major dgemm or sgemm through scipy), which is private to numba:
    `tests/graph/test_compiled.py` fails loudly when an upgrade takes it away.
    """
    name = f"gradlab_product_{real}_{'any' if plain is None else ''.join('n' if one else 't' for one in plain)}"
    if name in module.globals:
        return module.globals[name]
    bit, pointer = ir.IntType(1), real.as_pointer()
    kinds = [bit] * 2 if plain is None else []
    form = ir.FunctionType(ir.VoidType(), [*kinds, WORD, WORD, WORD, pointer, pointer, pointer, bit])
    function = ir.Function(module, form, name)
    function.linkage = "linkonce_odr"
    function.attributes.add("noinline")  # else it is optimised once more in every function around it
    widen(function)
    b = ir.IRBuilder(function.append_basic_block("entry"))
    arguments = [*(plain or ()), *function.args]
    _cases(b, real, arguments)
    blas_product(b, real, arguments)
    b.ret_void()
    return function


def _cases(b: Any, real: Any, arguments: Sequence[Any]) -> None:
    """Emit all cases in which BLAS is not the fastest way."""
    plain_x, plain_y, n, k, m, x, y, z, add = arguments
    total, totals = b.alloca(real), [b.alloca(ir.DoubleType()) for _ in range(ROWS)]
    row, turned_y = b.icmp_signed("==", n, word(1)), b.not_(flag(plain_y))
    vector, matrix = b.select(row, x, y), b.select(row, y, x)
    length = b.select(row, m, n)  # a matrix times a column is a row times the matrix transposed
    along = b.select(row, flag(plain_y), b.not_(flag(plain_x)))
    single = b.or_(row, b.icmp_signed("==", m, word(1)))
    if real == ir.FloatType():  # of a single column the other way reads the same numbers, in lanes
        along = b.and_(along, b.icmp_signed(">", length, word(1)))
    by_rows = _row_product if real == ir.DoubleType() else _exact_row_product
    _case(b, b.and_(single, along), lambda: by_rows(b, real, k, length, vector, matrix, z, add))
    _case(b, single, lambda: _dots(b, k, length, vector, matrix, z, add, totals))
    _case(b, b.icmp_signed("==", k, word(1)), lambda: _outer_product(b, n, m, x, y, z, add))
    small = b.icmp_signed("<=", b.mul(b.mul(n, k), m), word(SMALL_PRODUCT))
    _case(b, small, lambda: _small_product(b, real, arguments, total))
    if plain_y is not False:
        _few_weighed(b, real, arguments)
    if plain_x is not False and plain_y is not True:
        _few_met(b, real, arguments)
    if plain_y is not True:
        medium = b.and_(b.icmp_signed(">=", n, word(TURN_FROM)), _most(b, b.mul(k, m), TURN_TO))
        _case(b, b.and_(medium, turned_y), lambda: _turned_product(b, real, arguments))


def _chosen(b: Any, plain: Any, this: Any, other: Any) -> Any:
    """Return this for a matrix that is read as it stands, which is known now or only by the kernel."""
    return (this if plain else other) if isinstance(plain, bool) else b.select(plain, this, other)


def _most(b: Any, size: Any, limit: int) -> Any:
    return b.icmp_signed("<=", size, word(limit))


def _case(b: Any, condition: Any, emit: Callable[[], None]) -> None:
    """Emit code that is run, in place of everything that follows, where the condition holds."""
    with b.if_then(condition):
        emit()
        b.ret_void()
        b.position_at_end(b.append_basic_block("unreached"))


def _small_product(b: Any, real: Any, arguments: Sequence[Any], total: Any) -> None:
    plain_x, plain_y, n, k, m, x, y, z, add = arguments
    down_x, along_x = _chosen(b, plain_x, k, word(1)), _chosen(b, plain_x, word(1), n)
    down_y, along_y = _chosen(b, plain_y, m, word(1)), _chosen(b, plain_y, word(1), k)

    def element(i: Any, j: Any) -> None:
        place = b.gep(z, [b.add(b.mul(i, m), j)])
        with b.if_else(add) as (more, fresh):
            with more:
                b.store(b.load(place), total)
            with fresh:
                b.store(ir.Constant(real, 0.0), total)

        def term(q: Any) -> None:
            left = b.load(b.gep(x, [b.add(b.mul(i, down_x), b.mul(q, along_x))]))
            right = b.load(b.gep(y, [b.add(b.mul(q, down_y), b.mul(j, along_y))]))
            b.store(b.fadd(b.load(total), b.fmul(left, right)), total)

        count_up(b, k, term)
        b.store(b.load(total), place)

    count_up(b, n, lambda i: count_up(b, m, lambda j: element(i, j)))


def _few_weighed(b: Any, real: Any, arguments: Sequence[Any]) -> None:
    """Emit the product of few rows, or of few products a sum, but for a narrow matrix: BLAS is faster there."""
    plain_x, plain_y, n, k, m, x, y, z, add = arguments
    code, tiny = Code(b, real, {}).full, _most(b, b.mul(b.mul(n, k), m), TINY_PRODUCT)
    few = b.or_(_most(b, n, FEW), b.and_(b.not_(flag(plain_x)), _most(b, k, FEW)))
    wide = b.or_(tiny, b.not_(_most(b, m, 2 * code.count - 1)))
    down, along = _chosen(b, plain_x, k, word(1)), _chosen(b, plain_x, word(1), n)
    given = (x, y, z, n, k, m, down, along, b.zext(add, WORD))
    _case(b, b.and_(b.and_(few, wide), flag(plain_y)), lambda: code.call("weigh_rows", weigh_rows, given))


def _few_met(b: Any, real: Any, arguments: Sequence[Any]) -> None:
    """Emit the product of few rows with a matrix transposed, where the sums are long, or the call of BLAS takes the time."""
    plain_x, plain_y, n, k, m, x, y, z, add = arguments
    code, tiny = Code(b, real, {}).full, _most(b, b.mul(b.mul(n, k), m), TINY_PRODUCT)
    long = b.or_(b.and_(tiny, _most(b, n, TURN_FROM - 1)), b.not_(_most(b, k, 8 * code.count - 1)))
    turned_y = b.and_(flag(plain_x), b.not_(flag(plain_y)))
    given = (x, y, z, n, k, m, b.zext(add, WORD))
    _case(b, b.and_(b.and_(_most(b, n, FEW), long), turned_y), lambda: code.call("meet_rows", meet_rows, given))


def _started(b: Any, place: Any, add: Any) -> Any:
    """Return what a sum begins with: what stands there, or zero."""
    old = b.load(place)
    return b.select(add, old, ir.Constant(old.type, 0.0))


def _weighed(b: Any, total: Any, x: Any, y: Any) -> Any:
    return b.fadd(total, b.fmul(x, y, flags=SUM_FLAGS), flags=SUM_FLAGS)


def _exact_row_product(b: Any, real: Any, k: Any, m: Any, x: Any, y: Any, z: Any, add: Any) -> None:
    """One row times a matrix of float32, some columns at a time, whose sums are float64 on the stack."""
    sums = b.alloca(ir.DoubleType(), word(COLUMNS))

    def columns(first: Any, count: Any) -> None:
        place = b.gep(z, [first])
        count_up(b, count, lambda j: b.store(exactly(b, _started(b, b.gep(place, [j]), add)), b.gep(sums, [j])))

        def rows(start: Any, several: int) -> None:
            places = [b.add(start, word(i)) for i in range(several)]
            weights = [exactly(b, b.load(b.gep(x, [q]))) for q in places]
            lines = [b.gep(y, [b.add(b.mul(q, m), first)]) for q in places]

            def column(j: Any) -> None:
                total = b.load(b.gep(sums, [j]))
                for weight, line in zip(weights, lines, strict=True):
                    total = _weighed(b, total, weight, exactly(b, b.load(b.gep(line, [j]))))
                b.store(total, b.gep(sums, [j]))

            count_up(b, count, column)

        _in_groups(b, k, rows)
        count_up(b, count, lambda j: b.store(rounded(b, b.load(b.gep(sums, [j])), real), b.gep(place, [j])))

    blocks = b.udiv(m, word(COLUMNS))
    count_up(b, blocks, lambda i: columns(b.mul(i, word(COLUMNS)), word(COLUMNS)))
    done = b.mul(blocks, word(COLUMNS))
    with b.if_then(b.icmp_signed(">", m, done)):
        columns(done, b.sub(m, done))


def _row_product(b: Any, real: Any, k: Any, m: Any, x: Any, y: Any, z: Any, add: Any) -> None:
    """One row times a matrix: the rows of the matrix, weighed, are added to z, some at a time."""
    with b.if_then(b.not_(add)):
        count_up(b, m, lambda j: b.store(ir.Constant(real, 0.0), b.gep(z, [j])))

    def rows(first: Any, count: int) -> None:
        places = [b.add(first, word(i)) for i in range(count)]
        weights = [b.load(b.gep(x, [q])) for q in places]
        lines = [b.gep(y, [b.mul(q, m)]) for q in places]

        def column(j: Any) -> None:
            total = b.load(b.gep(z, [j]))
            for weight, line in zip(weights, lines, strict=True):
                total = _weighed(b, total, weight, b.load(b.gep(line, [j])))
            b.store(total, b.gep(z, [j]))

        count_up(b, m, column)

    _in_groups(b, k, rows)


def _dots(b: Any, k: Any, m: Any, x: Any, y: Any, z: Any, add: Any, totals: Sequence[Any]) -> None:
    """One row times a transposed matrix: a sum of products for each row of the matrix, some at a time, in float64."""

    def rows(first: Any, count: int) -> None:
        places = [b.add(first, word(i)) for i in range(count)]
        lines = [b.gep(y, [b.mul(j, k)]) for j in places]
        for total in totals[:count]:
            b.store(ir.Constant(total.type.pointee, 0.0), total)

        def term(q: Any) -> None:
            weight = exactly(b, b.load(b.gep(x, [q])))
            for total, line in zip(totals, lines, strict=False):
                b.store(_weighed(b, b.load(total), weight, exactly(b, b.load(b.gep(line, [q])))), total)

        count_up(b, k, term)
        for total, j in zip(totals, places, strict=False):
            place = b.gep(z, [j])
            found = b.fadd(exactly(b, _started(b, place, add)), b.load(total))
            b.store(rounded(b, found, place.type.pointee), place)

    _in_groups(b, m, rows)


def _outer_product(b: Any, n: Any, m: Any, x: Any, y: Any, z: Any, add: Any) -> None:
    """A column times a row."""

    def line(i: Any) -> None:
        weight, row = b.load(b.gep(x, [i])), b.gep(z, [b.mul(i, m)])
        with b.if_else(add) as (more, fresh):
            with more:
                count_up(
                    b,
                    m,
                    lambda j: b.store(_weighed(b, b.load(b.gep(row, [j])), weight, b.load(b.gep(y, [j]))), b.gep(row, [j])),
                )
            with fresh:
                count_up(b, m, lambda j: b.store(b.fmul(weight, b.load(b.gep(y, [j]))), b.gep(row, [j])))

    count_up(b, n, line)


def _in_groups(b: Any, count: Any, emit: Callable[[Any, int], None], size: int = ROWS) -> None:
    """Go through a number of things `size` at a time, then the rest one by one."""
    groups = b.udiv(count, word(size))
    count_up(b, groups, lambda i: emit(b.mul(i, word(size)), size))
    done = b.mul(groups, word(size))
    count_up(b, b.sub(count, done), lambda i: emit(b.add(done, i), 1))


def _turned_product(b: Any, real: Any, arguments: Sequence[Any]) -> None:
    """BLAS is slow where y is small and transposed: it is turned first, on the stack."""
    plain_x, _, n, k, m, x, y, z, add = arguments
    turned_y = b.alloca(real, b.mul(k, m))
    turned_y.align = 64

    def columns(first: Any, count: int) -> None:
        lines = [b.gep(y, [b.mul(b.add(first, word(i)), k)]) for i in range(count)]
        done = word(0)
        if count == LANES:
            blocks = b.udiv(k, word(LANES))
            count_up(b, blocks, lambda i: _turn_block(b, lines, turned_y, b.mul(i, word(LANES)), first, m))
            done = b.mul(blocks, word(LANES))

        def element(i: Any) -> None:
            q = b.add(done, i)
            start = b.gep(turned_y, [b.add(b.mul(q, m), first)])
            for at, line in enumerate(lines):
                b.store(b.load(b.gep(line, [q])), b.gep(start, [word(at)]))

        count_up(b, b.sub(k, done), element)

    _in_groups(b, m, columns, LANES)
    blas_product(b, real, (plain_x, True, n, k, m, x, turned_y, z, add))


def _turn_block(b: Any, lines: Sequence[Any], turned_y: Any, q: Any, first: Any, m: Any) -> None:
    """Turn as many columns as there are lines."""
    vector = ir.VectorType(lines[0].type.pointee, LANES).as_pointer()
    rows = turned(b, [b.load(b.bitcast(b.gep(line, [q]), vector), align=4) for line in lines])
    for i, row in enumerate(rows):
        place = b.add(b.mul(b.add(q, word(i)), m), first)
        b.store(row, b.bitcast(b.gep(turned_y, [place]), vector), align=4)


def turned(b: Any, rows: Sequence[Any]) -> list[Any]:
    """Return the columns of a block of `LANES` vectors of as many elements: three times, halves are interleaved."""
    half, block = LANES // 2, list(rows)
    for _ in range(3):
        pairs = [(block[i], block[i + half]) for i in range(half)]
        block = [_interleaved(b, *pair, start) for pair in pairs for start in (0, half)]
    return block


def _interleaved(b: Any, x: Any, y: Any, start: int) -> Any:
    lanes = [lane for i in range(start, start + LANES // 2) for lane in (i, LANES + i)]
    return b.shuffle_vector(x, y, ir.Constant(ir.VectorType(ir.IntType(32), LANES), lanes))


def blas_product(b: Any, real: Any, arguments: Sequence[Any], apart: Sequence[Any] = (None,) * 3) -> None:
    """Emit a call of BLAS. Rows of ours are columns of BLAS: it is asked for z.T = y.T @ x.T.

    arguments: whether x and y are read as they stand, sizes n, k and m, where x, y and z begin, whether is added to z.
    apart: how far the rows of x, y and z are apart where they are part of a larger matrix.
    """
    plain_x, plain_y, n, k, m, x, y, z, add = arguments
    byte, void = ir.IntType(8), ir.IntType(8).as_pointer()
    form = ir.FunctionType(ir.IntType(32), [byte] * 3 + [WORD] * 3 + [void, void, WORD, void, WORD, void, void, WORD])
    module = b.module
    gemm = module.globals.get("numba_xxgemm") or ir.Function(module, form, "numba_xxgemm")
    with b.goto_entry_block():
        one, keep = b.alloca(real), b.alloca(real)
    b.store(ir.Constant(real, 1.0), one)
    b.store(b.select(add, ir.Constant(real, 1.0), ir.Constant(real, 0.0)), keep)
    tx, ty = (_chosen(b, plain, byte(ord("n")), byte(ord("t"))) for plain in (plain_x, plain_y))
    row_x, row_y = _chosen(b, plain_x, k, n), _chosen(b, plain_y, m, k)
    row_x, row_y, row_z = (own if given is None else given for own, given in zip((row_x, row_y, m), apart, strict=True))
    one, keep, x, y, z = (b.bitcast(p, void) for p in (one, keep, x, y, z))
    kind = byte(ord("d" if real == ir.DoubleType() else "s"))
    b.call(gemm, [kind, ty, tx, m, n, k, one, y, row_y, x, row_x, keep, z, row_z])
