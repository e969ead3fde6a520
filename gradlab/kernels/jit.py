"""What kernel modules are made with, and with `twins` beside it the only file that imports numba.

`twins` lets kernels call the functions of `gradlab.numeric`.

Nothing imports this module until kernels are wanted. Generated modules (`gradlab.kernels.modules`) hand it the functions of
the op files and are cached by numba beside themselves in our cache folder.

Three traps decide the flags here. A function without flags of its own inherits its caller's, so each has its own. The Python
error model puts a branch for ZeroDivisionError into every loop, so all use NumPy's. Reassociation breaks the range reduction of
exp without a word, so only sums have it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import numba
import numpy as np
from llvmlite import ir
from numba import types
from numba.core import ccallback, cgutils, dispatcher
from numba.core.caching import FunctionCache
from numba.core.dispatcher import _FunctionCompiler  # type: ignore[attr-defined]
from numba.core.registry import cpu_target
from numba.core.runtime import rtsys
from numba.extending import intrinsic, overload
from numba.np.arrayobj import populate_array

from gradlab import interruption, numeric
from gradlab.kernels import code, contraction, pool, product, twins, volume, walk, window
from gradlab.kernels.cache import keeps
from gradlab.kernels.loops import WORD, Elementwise, Formula, NearFormula, UsualFormula, word
from gradlab.kernels.rows import ASSIGN, ATTRS, COUNT, FORM, GRAD, HEAD, SCRATCH, SKIP, VALUE

F = TypeVar("F", bound=Callable[..., Any])

int64, float64, float32 = np.int64, np.float64, np.float32
carray = numba.carray
SIGNATURE = types.void(types.int64, types.int64, types.int64)


def cfunction(function: F) -> Any:
    """Compile a kernel: (address of the tape row, address of the attributes, address of the arena) -> nothing.

    An interruption waits until it is done: numba and LLVM keep what was broken off, and fall over it at the next kernel.
    """
    with _beside_itself(), interruption.held_off():
        return numba.cfunc(SIGNATURE, cache=keeps(), error_model="numpy")(function)


def looped(function: F, **flags: Any) -> Any:
    """Compile a function that Python calls; it runs without the interpreter lock."""
    with _beside_itself():
        return numba.njit(function, cache=keeps(), error_model="numpy", nogil=True, **flags)


class _Failed:
    """What numba could not compile. interruptions: how many there had been when it was last forgotten."""

    interruptions = 0


def _forget_failures() -> None:
    """Have what was broken off in the midst of compiling compiled anew: numba takes it for what can never be compiled."""
    if _Failed.interruptions != interruption.number():
        _Failed.interruptions = interruption.number()
        for one in gc.get_objects():
            if issubclass(type(one), _FunctionCompiler):  # of a proxy, `isinstance` asks what may be gone
                one._failed_cache.clear()


class _Kept(FunctionCache):  # type: ignore[misc]  # numba has no types
    """Machine code that is kept: it is loaded without all that numba needs to compile, which takes 0.4 s to be imported."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """Return the code of a signature, or None; then numba has imported the rest, with which it is compiled."""
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            if (found := self._load_overload(sig, target_context)) is not None:
                return found
        with interruption.held_off():  # a half of what numba registers is never completed
            _forget_failures()
            cpu_target.typing_context.refresh()
            target_context.refresh()
        return None


@contextmanager
def _beside_itself() -> Iterator[None]:
    """Have numba keep machine code beside its module, where `gradlab.kernels.cache` looks, whatever NUMBA_CACHE_DIR says."""
    given, numba.config.CACHE_DIR = numba.config.CACHE_DIR, ""
    places: tuple[Any, ...] = (ccallback, dispatcher)
    for place in places:
        place.FunctionCache = _Kept
    try:
        yield
    finally:
        for place in places:
            place.FunctionCache = FunctionCache
        numba.config.CACHE_DIR = given


def single(function: F, dtype: str = "float64") -> Any:
    """Compile a formula on single numbers that is put in where it is called."""
    return numba.njit(twins.formula_for(function, dtype), error_model="numpy", forceinline=True)


def nothing() -> Any:
    """Return words that make the loops do nothing; calling them compiles them."""
    return np.zeros(16, np.int64)


@intrinsic
def pointer(typing_context: Any, address: Any) -> Any:
    """Turn an integer address into a pointer."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], cgutils.voidptr_t)

    return types.voidptr(types.int64), build


@intrinsic
def call(typing_context: Any, address: Any, row: Any, attrs: Any, base: Any) -> Any:
    """Call the kernel at an address."""

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        word = ir.IntType(64)
        kernel = ir.FunctionType(ir.VoidType(), [word, word, word])
        builder.call(builder.inttoptr(arguments[0], kernel.as_pointer()), arguments[1:])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64, types.int64, types.int64), build


# ---- matrix products: LLVM code ----


@intrinsic
def _product(typing_context: Any, x: Any, y: Any, z: Any, add: Any) -> Any:
    letters = ["t" if array.layout == "F" else "n" for array in (x, y)]

    def build(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        arrays = [context.make_array(signature.args[i])(context, builder, arguments[i]) for i in range(3)]
        product.matmul(builder, context.get_value_type(z.dtype), arrays, letters, arguments[3:])
        return context.get_dummy_value()

    return types.void(x, y, z, add), build


overload(numeric.gemm, jit_options={"error_model": "numpy"}, inline="always")(
    lambda x, y, z, add: lambda x, y, z, add: _product(x, y, z, add)  # noqa: PLW0108 - numba wants a function of its own
)


WORDS = {**window.WORDS, **pool.WORDS, **walk.WORDS, **contraction.WORDS, **volume.WORDS}
"""What functions marked with `numeric.emitted` write."""


# ---- what stands around the functions of an op ----


def elementwise_kernel(function: Callable[..., Any], dtype: str, flows: Sequence[bool], floats: int, backward: bool) -> Any:
    """Return an intrinsic (row, attrs, base) that runs a scalar formula over the operands of a row."""
    real = numba.from_dtype(np.dtype(dtype))
    often, (limit, of) = numeric.OFTEN.get(function, ()), numeric.NEAR.get(function, (None, None))
    formula, kernel = single(function, dtype), (tuple(flows), floats, backward)
    near = single(twins.near_formula(function), dtype) if often or limit is not None else None
    size = None if of is None else single(of, dtype)
    signature = (real,) * (len(flows) + 2 * backward + floats)

    def build(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        def emitted(formula: Any, kinds: Sequence[Any] = signature) -> Formula | None:
            return None if formula is None else _formula_call(context, builder, formula, kinds, real)

        kind, simple = context.get_value_type(real), emitted(near)
        around = None if limit is None else NearFormula(builder, kind, limit, simple, emitted(size, (real,) * len(flows)))
        Elementwise.emit(builder, kind, emitted(formula), *kernel, arguments, near=around, often=UsualFormula(often, simple))
        return context.get_dummy_value()

    if size is not None:
        size.compile((real,) * len(flows))
    return _kernel_intrinsic(build, (formula, near), signature)


def _formula_call(context: Any, builder: Any, formula: Any, signature: Any, real: Any) -> Formula:
    """Return what emits the call of a compiled formula, and gives its results."""
    emit_call, result = _caller(context, formula, signature)

    def call_formula(scalars: Sequence[Any]) -> list[Any]:
        answer = emit_call(builder, scalars)
        parts = [answer]
        kinds = [result]
        if isinstance(result, types.BaseTuple):
            parts, kinds = cgutils.unpack_tuple(builder, answer, len(result)), list(result)
        return [context.cast(builder, part, kind, real) for part, kind in zip(parts, kinds, strict=True)]

    return call_formula


def _kernel_intrinsic(build: Any, functions: Sequence[Any], signature: Any) -> Any:
    @intrinsic
    def run(typing_context: Any, row: Any, attrs: Any, base: Any) -> Any:
        for function in functions:
            if function is not None:
                function.compile(signature)
        return SIGNATURE, build

    return run


def _caller(context: Any, dispatcher: Any, signature: Any) -> Any:
    """Return a function that emits a call of a compiled function, and the type of its result."""
    result = dispatcher.overloads[signature]
    context.active_code_library.add_linking_library(result.library)

    def emit_call(builder: Any, arguments: Sequence[Any]) -> Any:
        return context.call_internal(builder, result.fndesc, result.signature, list(arguments))

    return emit_call, result.signature.return_type


def array_kernel(function: Callable[..., Any], dtype: str, ranks: Sequence[int], ints: int, floats: int, scratch: bool,
                 backward: bool, *, assigns: bool, absent: int) -> Any:  # fmt: skip
    """Return an intrinsic (row, attrs, base) that makes the array views of a row and calls a function on them.

    ranks: of the inputs, then of the output.   absent: how many inputs are left out; None stands for each and its gradient.
    """
    real, count = numba.from_dtype(np.dtype(dtype)), len(ranks) - 1
    views = [types.Array(real, rank, "C") for rank in ranks]
    inputs = [*views[:-1], *[types.none] * absent]
    order = [*inputs, views[-1]] if not backward else [views[-1], views[-1], *inputs, *inputs]
    flags = [types.boolean] * (count + absent if assigns and backward else 0)
    signature = (*order, *flags, *[types.int64] * ints, *[types.float64] * floats, *[types.Array(real, 1, "C")] * scratch)
    inner = None if function in numeric.STRAIGHT else _compiled(function)

    def build(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        row = _Row(context, builder, real, arguments)
        modes = [row[HEAD + 3 * i + 2] for i in range(count * backward)]
        given = _operands(row, views, backward, absent, [_is(builder, m, SKIP) for m in modes if assigns])
        if backward and assigns:
            given += [builder.not_(_is(builder, mode, ASSIGN)) for mode in modes] + [cgutils.false_bit] * absent
        elif backward:
            for i, place in enumerate(_places(views)[:-1]):
                row.clear(row[HEAD + 3 * i + 1], [row[place + axis] for axis in range(ranks[i])], modes[i])
        given += row.extra(HEAD + 3 * count + sum(ranks), ints, floats, scratch)
        _run(context, builder, function, inner, signature, given)
        return context.get_dummy_value()

    return _kernel_intrinsic(build, (inner,), signature)


def _run(context: Any, builder: Any, function: Any, inner: Any, kinds: Sequence[Any], given: Sequence[Any]) -> None:
    """Emit the call of an op's compiled function, or what the function writes itself."""
    if inner is not None:
        _caller(context, inner, kinds)[0](builder, [context.get_dummy_value() if v is None else v for v in given])
        return
    arrays = [context.make_array(k)(context, builder, v) if isinstance(k, types.Array) else v
              for k, v in zip(kinds, given, strict=True)]  # fmt: skip
    code.trace(function, builder, context.get_value_type(kinds[0].dtype), arrays, WORDS)


def _compiled(function: Callable[..., Any]) -> Any:
    """Compile the function of an array op, or the loops that stand for it in kernels."""
    loops = numeric.HELPERS.get(function, function)
    flags = {"fastmath": twins.SUMS} if loops in numeric.SUMMING else {}
    return numba.njit(loops, error_model="numpy", **flags)


def _places(views: Sequence[Any]) -> list[int]:
    """Return where the sizes of each view stand in a row: behind the offsets and modes of the inputs."""
    first = HEAD + 3 * (len(views) - 1)
    return [first + sum(view.ndim for view in views[:i]) for i in range(len(views))]


def _is(builder: Any, mode: Any, which: int) -> Any:
    return builder.icmp_signed("==", mode, word(which))


def _operands(row: _Row, views: Sequence[Any], backward: bool, absent: int, empty: Sequence[Any]) -> list[Any]:
    """Make the arrays of a kernel: those of the inputs and z; or g, z, those of the inputs, and those it sends to.

    empty: for each input, of kernels that can be told so, whether nobody wants its gradient: the array has no elements.
    """
    gone = [None] * absent
    where = [HEAD + 3 * i for i in range(len(views) - 1)]
    values = [row.view(row[at], v, p) for at, v, p in zip([*where, VALUE], views, _places(views), strict=True)]
    if not backward:
        return [*values[:-1], *gone, values[-1]]
    slots = [*(at + 1 for at in where), GRAD]
    flags = [*(empty or [None] * len(where)), None]
    sent = [row.view(row[at], v, p, f) for at, v, p, f in zip(slots, views, _places(views), flags, strict=True)]
    return [sent[-1], values[-1], *values[:-1], *gone, *sent[:-1], *gone]


def each_kernel(function: Callable[..., Any], dtype: str, ranks: Sequence[int], ints: int, floats: int, scratch: bool,
                backward: bool) -> Any:  # fmt: skip
    """Return an intrinsic (row, attrs, base) that calls a function once for each of any number of inputs."""
    real = numba.from_dtype(np.dtype(dtype))
    x, z = (types.Array(real, rank, "C") for rank in ranks)
    order = [z, z, x, x] if backward else [x, z]
    signature = (*order, *[types.int64] * (1 + ints), *[types.float64] * floats, *[types.Array(real, 1, "C")] * scratch)
    inner = _compiled(function)

    def build(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        row = _Row(context, builder, real, arguments)
        emit_call, _ = _caller(context, inner, signature)
        start = cgutils.alloca_once_value(builder, word(0))
        extra = row.extra(HEAD + ranks[1], ints, floats, scratch)
        whole = [row.view(row[place], z, HEAD) for place in ((GRAD, VALUE) if backward else (VALUE,))]
        with cgutils.for_range(builder, row[COUNT]) as loop:
            group = builder.add(builder.mul(loop.index, word(3 + ranks[0])), word(HEAD + ranks[1] + ints))
            part = _Row(context, builder, real, arguments, group)
            value = part.view(part[0], x, 3)
            begin = builder.load(start)
            sizes = [part[3 + axis] for axis in range(ranks[0])]
            if backward:
                part.clear(part[1], sizes, part[2])
                with builder.if_then(builder.icmp_signed("!=", part[2], word(SKIP))):
                    emit_call(builder, [*whole, value, part.view(part[1], x, 3), begin, *extra])
            else:
                emit_call(builder, [value, *whole, begin, *extra])
            builder.store(builder.add(begin, sizes[1]), start)
        return context.get_dummy_value()

    return _kernel_intrinsic(build, (inner,), signature)


class _Row:
    """Emits the reading of a row: its words, and array views on the arena."""

    def __init__(self, context: Any, builder: Any, real: Any, arguments: Any, first: Any = None) -> None:
        self.context, self.builder, self.real = context, builder, real
        self.type = context.get_value_type(real)
        self.words = builder.inttoptr(arguments[0], WORD.as_pointer())
        self.attrs = builder.inttoptr(arguments[1], ir.DoubleType().as_pointer())
        self.base = builder.inttoptr(arguments[2], self.type.as_pointer())
        self.words = self.words if first is None else builder.gep(self.words, [first])

    def __getitem__(self, place: int) -> Any:
        return self.builder.load(self.builder.gep(self.words, [word(place)]))

    def view(self, offset: Any, kind: Any, place: int, empty: Any = None) -> Any:
        """Make a contiguous array whose sizes stand from `place` on, or with `empty` one whose sizes are all 0."""
        builder, array = self.builder, self.context.make_array(kind)(self.context, self.builder)
        sizes = [self[place + axis] for axis in range(kind.ndim)]
        sizes = sizes if empty is None else [builder.select(empty, word(0), size) for size in sizes]
        strides: list[Any] = []
        step = word(self.real.bitwidth // 8)
        for size in reversed(sizes):
            strides.insert(0, step)
            step = builder.mul(step, size)
        data = builder.gep(self.base, [offset])
        populate_array(array, data, sizes, strides, word(self.real.bitwidth // 8), None)
        return array._getvalue()

    def clear(self, offset: Any, sizes: Sequence[Any], mode: Any) -> None:
        """Zero a gradient whose first writer is here."""
        builder, total = self.builder, word(1)
        for size in sizes:
            total = builder.mul(total, size)
        with builder.if_then(builder.icmp_signed("==", mode, word(ASSIGN))):
            start = builder.gep(self.base, [offset])
            cgutils.memset(builder, start, builder.mul(total, word(self.real.bitwidth // 8)), 0)

    def extra(self, first: int, ints: int, floats: int, scratch: bool) -> list[Any]:
        """Return the arguments behind the arrays: integers, floats, scratch."""
        start, builder = self[ATTRS], self.builder
        reals = [builder.load(builder.gep(self.attrs, [builder.add(start, word(i))])) for i in range(floats)]
        work = [self.view(self[SCRATCH], types.Array(self.real, 1, "C"), FORM)] if scratch else []
        return [*(self[first + i] for i in range(ints)), *reals, *work]
