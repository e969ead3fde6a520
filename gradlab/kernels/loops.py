"""The kernel of an elementwise op as LLVM code: the loops over its operands, around a call of its scalar formula.

Numba takes a second or more to compile such loops from Python, nearly all of it for type inference of many small statements;
written as LLVM code they take a tenth. `gradlab.kernels.jit` passes the formula as a function that emits its call.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from llvmlite import ir

from gradlab.kernels.rows import (
    ADD,
    ASSIGN,
    ATTRS,
    BROADCAST,
    COUNT,
    FORM,
    GRAD,
    LOOPS,
    SINGLE,
    VALUE,
    loop_sizes,
    operand,
    strides,
)

WORD = ir.IntType(64)
SUM_FLAGS = ("reassoc", "contract", "nsz")
"""A sum along the innermost loop may be taken in lanes; nothing else may be reordered."""


def widen(function: Any) -> None:
    """Let the loops of an LLVM function use 512 bits where the CPU has them: LLVM prefers 256, a fifth slower for formulas."""
    set.add(function.attributes, '"prefer-vector-width"="512"')  # llvmlite's own `add` knows no attributes with a value


def word(number: int) -> Any:
    """Return a constant integer."""
    return ir.Constant(WORD, number)


Formula = Callable[[Sequence[Any]], Sequence[Any]]
"""Emits the call of a scalar formula, from the scalars (and g, z before them when going backward) to the results."""
Read = Callable[[Any], list[Any]]
"""Emits the loading of the inputs at an index."""
BLOCK = 1024
"""Elements that are looked at together, for a number beyond the limit."""


@dataclass(slots=True)
class NearFormula:
    """A formula for numbers within a limit, which calls no library, so that its loop gets lanes.

    size: gives for the inputs what the limit is of; None for each input.
    """

    builder: Any
    real: Any
    limit: float
    formula: Any
    size: Formula | None

    def loop(self, size: Any, read: Read, body: Callable[[Any, Formula], None], other: Formula) -> None:
        """Emit `for j in range(size)` in blocks; one with a number beyond the limit, or NaN, takes the other formula."""
        b, bits = self.builder, ir.IntType(64 if self.real == ir.DoubleType() else 32)
        with b.goto_entry_block():
            found = b.alloca(bits)

        def block(k: Any) -> None:
            start = b.mul(k, word(BLOCK))
            left = b.sub(size, start)
            count = b.select(b.icmp_signed("<", left, word(BLOCK)), left, word(BLOCK))
            b.store(ir.Constant(bits, 0), found)

            def look(j: Any) -> None:
                inputs = read(b.add(start, j))
                for x in self.size(inputs) if self.size else inputs:
                    b.store(b.or_(b.load(found), b.zext(self._beyond(x), bits)), found)

            count_up(b, count, look)
            with b.if_else(b.icmp_signed("==", b.load(found), ir.Constant(bits, 0))) as (within, beyond):
                with within:
                    count_up(b, count, lambda j: body(b.add(start, j), self.formula))
                with beyond:
                    count_up(b, count, lambda j: body(b.add(start, j), other))

        count_up(b, b.sdiv(b.add(size, word(BLOCK - 1)), word(BLOCK)), block)

    def _beyond(self, x: Any) -> Any:
        size = self.builder.module.declare_intrinsic("llvm.fabs", [self.real])
        return self.builder.fcmp_unordered(">", self.builder.call(size, [x]), ir.Constant(self.real, self.limit))


@dataclass(frozen=True, slots=True)
class UsualFormula:
    """Numbers for which there are loops of their own where the last input is one number, and the formula of these loops."""

    values: tuple[float, ...]
    formula: Formula | None


@dataclass(slots=True)
class Elementwise:
    """Emits one direction of one op.

    real: the LLVM type of the elements.   floats: the number of attributes.
    flows: for each input whether a gradient flows to it.
    near: the formula for most numbers, where there are two.
    often: what is simpler where the last input is one number.
    """

    builder: Any
    real: Any
    formula: Formula
    flows: tuple[bool, ...]
    floats: int
    backward: bool
    row: Any
    base: Any
    attrs: list[Any]
    masks: list[Any]
    sums: list[Any]
    near: NearFormula | None
    often: UsualFormula

    @classmethod
    def emit(cls, builder: Any, real: Any, formula: Any, flows: tuple[bool, ...], floats: int, backward: bool,
             arguments: Sequence[Any], *, near: NearFormula | None, often: UsualFormula) -> None:  # fmt: skip
        """Emit the whole kernel at the builder's place; the arguments are the addresses of row, attributes and arena."""
        row = builder.inttoptr(arguments[0], WORD.as_pointer())
        self = cls(builder, real, formula, flows, floats, backward, row, arguments[2], [], [], [], near, often)
        self.attrs = self._read_attrs(arguments[1])
        self.masks = [self._mask(i) for i in range(len(flows))] if backward else []
        self.sums = [builder.alloca(ir.DoubleType()) for _ in flows]
        widen(builder.function)
        self._body()

    def _load(self, place: int) -> Any:
        return self.builder.load(self.builder.gep(self.row, [word(place)]))

    def _size(self, loop: int) -> Any:
        return self._load(loop_sizes(len(self.flows)) + loop)

    def _stride(self, position: int, loop: int) -> Any:
        return self._load(strides(len(self.flows), position) + loop)

    def _read_attrs(self, address: Any) -> list[Any]:
        double = ir.DoubleType()
        table = self.builder.inttoptr(address, double.as_pointer())
        start = self._load(ATTRS) if self.floats else None
        places = [self.builder.gep(table, [self.builder.add(start, word(i))]) for i in range(self.floats)]
        return [rounded(self.builder, self.builder.load(place), self.real) for place in places]

    def _pointer(self, offset: Any) -> Any:
        start = self.builder.inttoptr(self.base, self.real.as_pointer())
        return self.builder.gep(start, [offset])

    def _mask(self, position: int) -> Any:
        """All ones where the gradient is added to what is there, all zeros where it is assigned; no branch in the loop."""
        bits = ir.IntType(64 if self.real == ir.DoubleType() else 32)
        adds = self.builder.icmp_signed("==", self._load(operand(position) + 2), word(ADD))
        spread = self.builder.icmp_signed(">=", self._load(FORM), word(BROADCAST))
        return self.builder.sext(self.builder.or_(adds, spread), bits)

    def _body(self) -> None:
        """Emit one element, one loop over operands that are laid out alike, or nested loops, as the row says."""
        b = self.builder
        blocks = {name: b.append_basic_block(name) for name in ("single", "many", "outer", "place", "inner", "next", "end")}
        counters = [b.alloca(WORD) for _ in range(LOOPS - 1)]
        form = self._load(FORM)
        b.cbranch(b.icmp_signed("==", form, word(SINGLE)), blocks["single"], blocks["many"])
        b.position_at_end(blocks["single"])
        self._single()
        b.branch(blocks["end"])
        b.position_at_end(blocks["many"])
        self._many(form, counters, blocks)
        b.position_at_end(blocks["end"])

    def _many(self, form: Any, counters: list[Any], blocks: dict[str, Any]) -> None:
        """Loops around a row, counted like an odometer."""
        b = self.builder
        flat = b.icmp_signed("<", form, word(BROADCAST))
        if len(self.flows) > 1:
            b.cbranch(flat, blocks["inner"], blocks["outer"])
        else:
            b.branch(blocks["inner"])
        b.position_at_end(blocks["outer"])
        self._open(counters, blocks)
        b.position_at_end(blocks["place"])
        offsets = [*self._offsets(counters), self._size(LOOPS - 1)]
        placed = b.block
        b.branch(blocks["inner"])
        b.position_at_end(blocks["inner"])
        merged = []
        for offset in offsets:
            phi = b.phi(WORD)
            phi.add_incoming(word(0), blocks["many"])
            phi.add_incoming(offset, placed)
            merged.append(phi)
        size = b.select(flat, self._load(COUNT), merged[-1])
        self._patterns(merged[:-1], size)
        b.cbranch(flat, blocks["end"], blocks["next"])
        b.position_at_end(blocks["next"])
        self._advance(counters, blocks)

    def _single(self) -> None:
        b = self.builder
        inputs = [b.load(self._pointer(self._load(operand(i)))) for i in range(len(self.flows))]
        if not self.backward:
            b.store(self.formula([*inputs, *self.attrs])[0], self._pointer(self._load(VALUE)))
            return
        upstream = [b.load(self._pointer(self._load(place))) for place in (GRAD, VALUE)]
        parts = self.formula([*upstream, *inputs, *self.attrs])
        for i, part in enumerate(parts):
            if self.flows[i]:
                self._add(self._pointer(self._load(operand(i) + 1)), part, self.masks[i])

    def _open(self, counters: list[Any], blocks: dict[str, Any]) -> None:
        b = self.builder
        for counter in counters:
            b.store(word(0), counter)
        if self.backward:
            for position, flows in enumerate(self.flows):
                if flows:
                    self._zero_first(position)
        total = word(1)
        for loop in range(LOOPS):
            total = b.mul(total, self._size(loop))
        b.cbranch(b.icmp_signed("==", total, word(0)), blocks["end"], blocks["place"])

    def _zero_first(self, position: int) -> None:
        """A gradient that is summed over is zeroed by its first writer; its size is the product of the loops it moves along."""
        b = self.builder
        size = word(1)
        for loop in range(LOOPS):
            moves = b.icmp_signed("!=", self._stride(position, loop), word(0))
            size = b.mul(size, b.select(moves, self._size(loop), word(1)))
        first = b.icmp_signed("==", self._load(operand(position) + 2), word(ASSIGN))
        target = self._pointer(self._load(operand(position) + 1))
        zero = ir.Constant(self.real, 0.0)
        self._loop(b.select(first, size, word(0)), lambda j: b.store(zero, b.gep(target, [j])))

    def _offsets(self, counters: list[Any]) -> list[Any]:
        """Where the row begins in the output and in each input."""
        b = self.builder
        steps = [b.load(counter) for counter in counters]
        place = word(0)
        for loop in range(LOOPS - 1):
            place = b.add(b.mul(place, self._size(loop)), steps[loop])
        offsets = [b.mul(place, self._size(LOOPS - 1))]
        for position in range(len(self.flows)):
            at = word(0)
            for loop in range(LOOPS - 1):
                at = b.add(at, b.mul(steps[loop], self._stride(position, loop)))
            offsets.append(at)
        return offsets

    def _advance(self, counters: list[Any], blocks: dict[str, Any]) -> None:
        b = self.builder
        for loop in range(LOOPS - 2, -1, -1):
            following = b.add(b.load(counters[loop]), word(1))
            more = b.icmp_signed("<", following, self._size(loop))
            b.store(b.select(more, following, word(0)), counters[loop])
            carry = b.append_basic_block("carry")
            b.cbranch(more, blocks["place"], carry)
            b.position_at_end(carry)
        b.branch(blocks["end"])

    def _patterns(self, offsets: list[Any], size: Any) -> None:
        """A loop of its own for each choice of inputs that move along it: those that do not are read once, summed once."""
        b, count = self.builder, len(self.flows)
        patterns = [steps for steps in itertools.product((True, False), repeat=count) if any(steps)]
        if len(patterns) == 1:
            self._row(offsets, size, patterns[0])
            return
        after, otherwise = b.append_basic_block("after"), b.append_basic_block("otherwise")
        choice = b.switch(b.and_(self._load(FORM), word(BROADCAST - 1)), otherwise)
        for steps in patterns:
            block = b.append_basic_block("pattern")
            choice.add_case(word(sum(1 << i for i, step in enumerate(steps) if step)), block)
            b.position_at_end(block)
            self._rows(offsets, size, steps)
            b.branch(after)
        b.position_at_end(otherwise)
        b.branch(after)
        b.position_at_end(after)

    def _rows(self, offsets: list[Any], size: Any, steps: tuple[bool, ...]) -> None:
        """Write the loop of a pattern, and one for each number that the last input often is: LLVM makes a simpler one of it."""
        b = self.builder
        if steps[-1] or not self.often.values:
            self._row(offsets, size, steps)
            return
        last = b.load(self._pointer(b.add(self._load(operand(len(steps) - 1)), offsets[-1])))
        done = b.append_basic_block("done")
        for number in (ir.Constant(self.real, value) for value in self.often.values):
            with b.if_then(b.fcmp_ordered("==", last, number)):
                self._row(offsets, size, steps, number, self.often.formula)
                b.branch(done)
        self._row(offsets, size, steps)
        b.branch(done)
        b.position_at_end(done)

    def _row(self, offsets: list[Any], size: Any, steps: tuple[bool, ...], last: Any = None, usual: Any = None) -> None:
        b, formula = self.builder, usual or self.formula
        z = self._pointer(b.add(self._load(VALUE), offsets[0]))
        inputs = [self._pointer(b.add(self._load(operand(i)), offsets[1 + i])) for i in range(len(steps))]
        fixed = [None if step else b.load(x) for x, step in zip(inputs, steps, strict=True)]
        fixed[-1] = last or fixed[-1]

        def read(j: Any) -> list[Any]:
            return [b.load(b.gep(x, [j])) if c is None else c for x, c in zip(inputs, fixed, strict=True)]

        if not self.backward:
            self._each(size, read, formula, lambda j, formula: b.store(formula([*read(j), *self.attrs])[0], b.gep(z, [j])))
            return
        g = self._pointer(b.add(self._load(GRAD), offsets[0]))
        targets = [self._pointer(b.add(self._load(operand(i) + 1), offsets[1 + i])) for i in range(len(steps))]
        for total in self.sums:
            b.store(ir.Constant(ir.DoubleType(), 0.0), total)

        def send(j: Any, formula: Formula) -> None:
            upstream = [b.load(b.gep(p, [j])) for p in (g, z)]
            parts = formula([*upstream, *read(j), *self.attrs])
            for i, part in enumerate(parts):
                if self.flows[i] and steps[i]:
                    self._add(b.gep(targets[i], [j]), part, self.masks[i])
                elif self.flows[i]:
                    b.store(b.fadd(b.load(self.sums[i]), exactly(b, part), flags=SUM_FLAGS), self.sums[i])

        self._each(size, read, formula, send)
        for i, step in enumerate(steps):
            if self.flows[i] and not step:
                self._add(targets[i], rounded(b, b.load(self.sums[i]), self.real), self.masks[i])

    def _each(self, size: Any, read: Read, formula: Formula, body: Callable[[Any, Formula], None]) -> None:
        """Loop over elements; where there is a formula for near ones, over blocks that take the one or the other."""
        if self.near is None:
            self._loop(size, lambda j: body(j, formula))
        else:
            self.near.loop(size, read, body, formula)

    def _add(self, place: Any, part: Any, mask: Any) -> None:
        b = self.builder
        old = b.and_(b.bitcast(b.load(place), mask.type), mask)
        b.store(b.fadd(part, b.bitcast(old, self.real)), place)

    def _loop(self, size: Any, body: Callable[[Any], Any]) -> None:
        count_up(self.builder, size, body)


def exactly(b: Any, number: Any) -> Any:
    """Return a number as float64, in which sums are taken."""
    return b.fpext(number, ir.DoubleType()) if number.type == ir.FloatType() else number


def rounded(b: Any, number: Any, real: Any) -> Any:
    """Return a float64 as a number of the kernel."""
    return b.fptrunc(number, real) if real == ir.FloatType() else number


def count_up(b: Any, size: Any, body: Callable[[Any], Any]) -> None:
    """Emit `for j in range(size)`."""
    head, inside, end = (b.append_basic_block(name) for name in ("loop", "body", "done"))
    before = b.block
    b.branch(head)
    b.position_at_end(head)
    j = b.phi(WORD)
    j.add_incoming(word(0), before)
    b.cbranch(b.icmp_signed("<", j, size), inside, end)
    b.position_at_end(inside)
    body(j)
    following = b.add(j, word(1), flags=("nsw", "nuw"))
    j.add_incoming(following, b.block)
    b.branch(head)
    b.position_at_end(end)
