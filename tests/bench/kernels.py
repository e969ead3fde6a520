"""Every op that PyTorch has, too, forward and backward, against it and against the machine.

`python -m tests.bench kernels` prints the ten slowest against PyTorch, `kernels --all` all, `kernels gelu softmax` those of
some ops. What is called and what it is compared with stands in the cases of the tests (`tests.ops`).

ns: CPU nanoseconds an element, of the largest operand or the result.   torch: ours through PyTorch's; both keep their memory,
and what PyTorch only looks at from another side (a view) it copies.   peak: the share of our time that the machine needs for
it: each operand and result once through memory at the rate of a sum, or all multiplications at the rate of a large product.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Any

import numpy as np

from gradlab.op import Op, Shape
from gradlab.ops import compiled_ops
from tests.bench import bounds
from tests.bench.timing import medians
from tests.ops.casebook import Case, Cases, cases_of
from tests.ops.enlarged import enlarged, size
from tests.ops.harness import Bench

SIZES = {"M": 1 << 18, "4M": 1 << 22}
Ways = dict[str, Callable[[], Any]]
DTYPES = ("float64", "float32")
ROUNDS, SLICE = 5, 0.01
WORST = 10
FLOOR = 1e-7
"""Seconds below which PyTorch has done nothing, such as handing out a number again: no ratio."""


@dataclass(frozen=True)
class Line:
    """One direction of a call: seconds of ours, of PyTorch, and the least that the machine needs."""

    name: str
    call: str
    where: str
    elements: int
    ours: float
    theirs: float
    least: float

    @property
    def ratio(self) -> float:
        """Ours through PyTorch's."""
        return self.ours / self.theirs if self.theirs > FLOOR else 0.0

    def text(self) -> str:
        """The line of the table."""
        each = self.ours / self.elements * 1e9
        return f"{self.where:14}{each:>9.2f}{self.ratio:>8.2f}{self.least / self.ours:>7.0%}  {self.name} {self.call}"


def report(names: Sequence[str] = (), *, everything: bool = False) -> str:
    """Return the table: of all ops the worst against PyTorch, or all lines of the ops that are named."""
    _keep_memory()
    ops = [op for op in compiled_ops().values() if cases_of(op).torch is not None and (not names or op.name in names)]
    lines: list[Line] = []
    for op in ops:
        lines += _lines(op, cases_of(op))
        print(f"{op.name}: {max((line.ratio for line in lines if line.name == op.name), default=0):.2f}", file=sys.stderr)
    lines.sort(key=lambda line: -line.ratio)
    shown = lines if names or everything else lines[:WORST]
    title = f"{len(ops)} ops against PyTorch, one thread; the slowest first, {len(shown)} of {len(lines)} lines"
    return "\n".join([title, f"{'':14}{'ns':>9}{'torch':>8}{'peak':>7}", *(line.text() for line in shown)])


def _lines(op: Op, cases: Cases) -> Iterator[Line]:
    for label, elements in SIZES.items():
        for shapes, attrs in enlarged(op, cases, elements):
            case = cases.filled(np.random.default_rng(7), shapes, attrs)
            for dtype in DTYPES:
                yield from _measured(op, cases, case, dtype, label)


def _measured(op: Op, cases: Cases, case: Case, dtype: str, label: str) -> Iterator[Line]:
    """Time a call in both directions, ours and PyTorch's in turn."""
    assert cases.torch is not None
    bench = Bench(op, case.inputs, case.attrs, "jit", dtype)
    z = bench.forward()
    flows = [op.flows(k) for k in range(len(case.inputs))]
    theirs = _theirs(cases.torch, case, flows, dtype, z.shape)
    ours = {"f": lambda: bench.machine.forward(0, 1)}
    if any(flows) and "b" in theirs:
        bench.machine.seed(bench.out.index, np.ones(z.shape))
        ours["b"] = lambda: bench.machine.backward(bench.out.index, 0, 1)
    shapes = tuple(a.shape for a in case.inputs)
    call = ", ".join([*("x".join(map(str, s)) or "1" for s in shapes), *(f"{k}={v}" for k, v in case.attrs.items())])
    for way, run in ours.items():
        times = medians({"ours": _repeated(run), "torch": _repeated(theirs[way])}, ROUNDS, SLICE)
        least = _least(op, case, z.shape, [True] * len(flows) if way == "f" else flows, dtype, label, way)
        yield Line(op.name, call, f"{label:3}{dtype} {way}", size(op, shapes, case.attrs), times["ours"], times["torch"], least)


def _repeated(run: Callable[[], object]) -> Callable[[int], object]:
    def repeat(count: int) -> None:
        for _ in range(count):
            run()

    return repeat


def _theirs(
    call: Callable[..., Any], case: Case, flows: Sequence[bool], dtype: str, shape: Shape
) -> dict[str, Callable[[], Any]]:
    """Return PyTorch's two directions; backward only where a gradient flows there, too."""
    import torch

    torch.set_num_threads(1)
    kind = getattr(torch, dtype)
    tensors = [torch.tensor(a, dtype=kind, requires_grad=flow) for a, flow in zip(case.inputs, flows, strict=True)]
    result = call(torch, *tensors, **case.attrs)
    ways: Ways = {"f": lambda: _copied(call(torch, *tensors, **case.attrs), tensors)}
    if result.requires_grad:
        wanted = [x for x, flow in zip(tensors, flows, strict=True) if flow]
        g = torch.ones(shape, dtype=result.dtype)

        def backward() -> list[Any]:
            sent = torch.autograd.grad(result, wanted, g, retain_graph=True, allow_unused=True)
            return [_copied(x, (g,)) for x in sent if x is not None]

        ways["b"] = backward
    return ways


def _copied(x: Any, given: Sequence[Any]) -> Any:
    """Return a tensor with numbers of its own, one after the other, as all of ours have."""
    return x.clone() if any(x.data_ptr() == other.data_ptr() for other in given) else x.contiguous()


def _least(op: Op, case: Case, out: Shape, moved: Sequence[bool], dtype: str, label: str, way: str) -> float:
    """Return the seconds of memory or of multiplications, whichever is more: backward reads g and writes what flows."""
    shapes = tuple(a.shape for a in case.inputs)
    counted = prod(out) + sum(prod(shape) for shape, is_moved in zip(shapes, moved, strict=True) if is_moved)
    memory = counted * np.dtype(dtype).itemsize / _bandwidth(SIZES[label], dtype)
    if op.work is None:
        return memory
    products = op.work(shapes, out, case.attrs) / _peak(dtype)
    return max(memory, products * (1 if way == "f" else sum(moved)))


@cache
def _bandwidth(elements: int, dtype: str) -> float:
    return bounds.bandwidth(3 * elements, dtype)


@cache
def _peak(dtype: str) -> float:
    return max(bounds.products(dtype).values())


def _keep_memory() -> None:
    """Have the C library keep what is freed: else each large result of PyTorch costs a fault a page."""
    most, trim = -4, -1  # M_MMAP_MAX, M_TRIM_THRESHOLD
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        library.mallopt(most, 0)
        library.mallopt(trim, (1 << 31) - 1)
