"""LLVM code in the words of Python: whole numbers with arithmetic, loops, vectors of eight elements.

What is written with these compiles in a tenth of the time that Numba needs for the same loops: there is nothing to infer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from llvmlite import binding, ir

from gradlab.kernels.loops import SUM_FLAGS, WORD, word

LANES = 8
"""Elements of a vector, but for what is said to take as many as fill a register."""


def wide() -> bool:
    """Return whether the processor that is compiled for has registers of 512 bits: this one, or what Numba was told."""
    told = os.environ.get("NUMBA_CPU_FEATURES")
    return bool(binding.get_host_cpu_features().get("avx512f")) if told is None else "+avx512f" in told.split(",")


class Int:
    """A whole number that a kernel knows, with the arithmetic of Python; quotients are of numbers that are not negative."""

    __slots__ = ("b", "value")

    def __init__(self, b: Any, value: Any) -> None:
        self.b, self.value = b, word(value) if isinstance(value, int) else value

    def _with(self, other: Any, instruction: str) -> Int:
        return Int(self.b, getattr(self.b, instruction)(self.value, Int(self.b, plain(other)).value))

    def __add__(self, other: Any) -> Int:
        return self._with(other, "add")

    def __sub__(self, other: Any) -> Int:
        return self._with(other, "sub")

    def __mul__(self, other: Any) -> Int:
        return self._with(other, "mul")

    def __floordiv__(self, other: Any) -> Int:
        return self._with(other, "sdiv")

    def __mod__(self, other: Any) -> Int:
        return self._with(other, "srem")

    def __rsub__(self, other: Any) -> Int:
        return Int(self.b, other) - self

    __radd__ = __add__
    __rmul__ = __mul__

    def is_(self, sign: str, other: Any) -> Any:
        """Compare; returns a condition."""
        return self.b.icmp_signed(sign, self.value, Int(self.b, plain(other)).value)

    def if_(self, condition: Any, other: Any) -> Int:
        """Return this where a condition holds, else the other."""
        return Int(self.b, self.b.select(condition, self.value, Int(self.b, plain(other)).value))

    def at_least(self, other: Any) -> Int:
        """Return the greater one."""
        return self.if_(self.is_(">", other), other)

    def at_most(self, other: Any) -> Int:
        """Return the lesser one."""
        return self.if_(self.is_("<", other), other)


def plain(number: Any) -> Any:
    """Return what an `Int` wraps, and anything else as it is."""
    return number.value if isinstance(number, Int) else number


def flag(condition: Any) -> Any:
    """Return a condition that a kernel is given, or one that is known, as a bit."""
    return ir.Constant(ir.IntType(1), int(condition)) if isinstance(condition, bool) else condition


@dataclass(frozen=True, slots=True)
class StandIn:
    """An array while a kernel is written: where it begins, and its sizes."""

    code: Code
    data: Any
    shape: tuple[Int, ...]

    @property
    def wanted(self) -> Any:
        """Whether an array that is to be written is there: one that is left out has no sizes, all of them are 0."""
        found = self.shape[0].is_(">", 0)
        for size in self.shape[1:]:
            found = self.code.b.or_(found, size.is_(">", 0))
        return found

    def reshape(self, shape: tuple[Int, ...]) -> StandIn:
        """Return the same elements under other sizes, of which there are no more."""
        return StandIn(self.code, self.data, shape)

    def __getitem__(self, part: slice) -> StandIn:
        """Return the elements from a place on up to another one, of an array that is left out none."""
        start, stop = self.code.whole(plain(part.start or 0)), self.code.whole(plain(part.stop))
        return StandIn(self.code, self.code.at(self.data, start), (stop.at_most(self.shape[0]) - start,))

    def emit(self, name: str, arguments: Sequence[Any]) -> None:
        """Write what a function marked with `numeric.emitted` does."""
        self.code.words[name](self.code, *arguments)


class Code:
    """Writes at the place of a builder. real: the LLVM type of the elements. words: what functions of ops write.

    count: elements of a vector.
    """

    def __init__(self, builder: Any, real: Any, words: dict[str, Callable[..., None]], count: int = LANES) -> None:
        self.b, self.real, self.words, self.count, self.vector = builder, real, words, count, ir.VectorType(real, count)
        self.bits = 64 if real == ir.DoubleType() else 32

    @property
    def full(self) -> Code:
        """The same with vectors that fill a register: of float32 they are twice as long where the CPU has 512 bits."""
        return Code(self.b, self.real, self.words, 2 * LANES) if self.bits == 32 and wide() else self

    def whole(self, value: Any) -> Int:
        """Return a whole number."""
        return Int(self.b, value)

    @contextmanager
    def loop(self, stop: Any, start: Any = 0, step: int = 1) -> Iterator[Int]:
        """Write `for j in range(start, stop, step)` around what follows."""
        b, first, last = self.b, self.whole(plain(start)).value, self.whole(plain(stop)).value
        head, inside, end = (b.append_basic_block(name) for name in ("loop", "body", "done"))
        before = b.block
        b.branch(head)
        b.position_at_end(head)
        j = b.phi(WORD)
        j.add_incoming(first, before)
        b.cbranch(b.icmp_signed("<", j, last), inside, end)
        b.position_at_end(inside)
        yield Int(b, j)
        j.add_incoming(b.add(j, word(step), flags=("nsw",)), b.block)
        b.branch(head)
        b.position_at_end(end)

    def at(self, base: Any, place: Any) -> Any:
        """Return an address so many elements further."""
        return self.b.gep(base, [self.whole(plain(place)).value])

    def zero(self, address: Any, count: Any) -> None:
        """Write zeros."""
        with self.loop(count) as j:
            self.b.store(ir.Constant(self.real, 0.0), self.at(address, j))

    def read(self, address: Any, left: Int | None = None) -> Any:
        """Load a vector that begins anywhere; with `left` only so many elements, and zeros behind them."""
        if left is None:
            found = self.b.load(self.b.bitcast(address, self.vector.as_pointer()))
            found.align = self.bits // 8
            return found
        return self._read_lanes(address, self.lanes(left))

    def read_between(self, address: Any, low: Int, top: Int) -> Any:
        """Load the elements of a vector from a place on up to another one, and zeros around them."""
        return self._read_lanes(address, self.b.and_(self.lanes(top), self.b.not_(self.lanes(low))))

    def _read_lanes(self, address: Any, mask: Any) -> Any:
        place, zeros = self.b.bitcast(address, self.vector.as_pointer()), ir.Constant(self.vector, [0.0] * self.count)
        return self.b.call(self._masked("load", self.vector, zeros.type), [place, self._align, mask, zeros])

    def write(self, vector: Any, address: Any, left: Int | None = None) -> None:
        """Store a vector, or so many of its elements."""
        place = self.b.bitcast(address, self.vector.as_pointer())
        if left is None:
            self.b.store(vector, place, align=self.bits // 8)
        else:
            self.b.call(self._masked("store", ir.VoidType()), [vector, place, self._align, self.lanes(left)])

    @property
    def _align(self) -> Any:
        return ir.Constant(ir.IntType(32), self.bits // 8)

    def _masked(self, what: str, result: Any, *last: Any) -> Any:
        name = f"llvm.masked.{what}.v{self.count}f{self.bits}.p0"
        mask = ir.VectorType(ir.IntType(1), self.count)
        first = [] if last else [self.vector]
        form = ir.FunctionType(result, [*first, self.vector.as_pointer(), ir.IntType(32), mask, *last])
        return self.b.module.globals.get(name) or ir.Function(self.b.module, form, name)

    def lanes(self, left: Int) -> Any:
        """Return the mask of the first so many lanes, all of them where there are more."""
        kind = ir.VectorType(WORD, self.count)
        return self.b.icmp_signed("<", ir.Constant(kind, list(range(self.count))), self.splat(left.value, kind))

    def splat(self, number: Any, kind: Any = None) -> Any:
        """Return a vector of one number."""
        kind = kind or self.vector
        empty = ir.Constant(kind, ir.Undefined)
        one = self.b.insert_element(empty, number, ir.Constant(ir.IntType(32), 0))
        return self.b.shuffle_vector(one, empty, ir.Constant(ir.VectorType(ir.IntType(32), self.count), [0] * self.count))

    def multiply_add(self, x: Any, y: Any, slot: Any) -> None:
        """Add x · y to the vector in a slot."""
        name = f"llvm.fmuladd.v{self.count}f{self.bits}"
        form = ir.FunctionType(self.vector, [self.vector] * 3)
        function = self.b.module.globals.get(name) or ir.Function(self.b.module, form, name)
        self.b.store(self.b.call(function, [x, y, self.b.load(slot)]), slot)

    def total(self, vector: Any) -> Any:
        """Return the sum of the elements of a vector, pair by pair."""
        parts = [self.b.extract_element(vector, ir.Constant(ir.IntType(32), i)) for i in range(self.count)]
        while len(parts) > 1:
            parts = [self.b.fadd(parts[i], parts[i + 1]) for i in range(0, len(parts), 2)]
        return parts[0]

    def totals(self, vectors: Sequence[Any]) -> Any:
        """Return a vector with the sum of the elements of each of some vectors, pair by pair; they are a power of two."""
        found, count = list(vectors), len(vectors)
        while len(found) > 1:
            found = [self._pairs(*found[i : i + 2]) for i in range(0, len(found), 2)]
        vector = found[0]
        while vector.type.count > count:
            vector = self._pairs(vector)
        return vector

    def _pairs(self, *vectors: Any) -> Any:
        """Return the sums of neighbours, of one vector or of one and another."""
        first, last = vectors[0], vectors[-1]
        size = first.type.count * len(vectors) // 2
        kind = ir.VectorType(ir.IntType(32), size)
        halves = [self.b.shuffle_vector(first, last, ir.Constant(kind, [2 * i + k for i in range(size)])) for k in (0, 1)]
        return self.b.fadd(*halves)

    def slots(self, count: int) -> list[Any]:
        """Return places for vectors of zeros, in the entry block: they become registers."""
        with self.b.goto_entry_block():
            found = [self.b.alloca(self.vector) for _ in range(count)]
        for slot in found:
            self.b.store(ir.Constant(self.vector, [0.0] * self.count), slot)
        return found

    def summed(self, count: Any, term: Callable[[Int], Any]) -> Any:
        """Return the sum of terms, in any order."""
        with self.b.goto_entry_block():
            slot = self.b.alloca(self.real)
        self.b.store(ir.Constant(self.real, 0.0), slot)
        with self.loop(count) as j:
            self.b.store(self.b.fadd(self.b.load(slot), term(j), flags=SUM_FLAGS), slot)
        return self.b.load(slot)

    def call(self, name: str, body: Callable[..., None], arguments: Sequence[Any]) -> None:
        """Call a function of the module; it is written when it is first called. Its arguments are arrays and whole numbers.

        Arrays do not overlap where one of them is written to.
        """
        given = [plain(a) for a in arguments]
        name = f"gradlab_{name}_{self.real}_{self.count}"
        function = self.b.module.globals.get(name) or self._function(name, body, [a.type for a in given])
        self.b.call(function, given)

    def _function(self, name: str, body: Callable[..., None], kinds: Sequence[Any]) -> Any:
        function = ir.Function(self.b.module, ir.FunctionType(ir.VoidType(), kinds), name)
        function.linkage = "internal"
        function.attributes.add("noinline")
        for argument in function.args:
            if isinstance(argument.type, ir.PointerType):
                argument.add_attribute("noalias")
        b = ir.IRBuilder(function.append_basic_block("entry"))
        begin = b.append_basic_block("begin")
        b.position_at_end(begin)
        inside = Code(b, self.real, self.words, self.count)
        body(inside, *(Int(b, a) if a.type == WORD else a for a in function.args))
        b.ret_void()
        b.position_at_end(function.entry_basic_block)
        b.branch(begin)
        return function


def trace(function: Callable[..., Any], builder: Any, real: Any, arguments: Sequence[Any],
          words: dict[str, Callable[..., None]]) -> None:  # fmt: skip
    """Write what an op's function calls: it is run once, with stand-ins for arrays and numbers, None for what is absent."""
    code = Code(builder, real, words)
    given: list[Any] = []
    for argument in arguments:
        if hasattr(argument, "shape"):
            sizes = (builder.extract_value(argument.shape, axis) for axis in range(argument.shape.type.count))
            given.append(StandIn(code, argument.data, tuple(code.whole(size) for size in sizes)))
        else:
            given.append(code.whole(argument) if argument is not None and argument.type == WORD else argument)
    function(*given)
