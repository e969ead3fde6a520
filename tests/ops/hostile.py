"""Every array op by kernels whose views check their bounds, on usual and on hostile numbers. Run in a process of its own.

    NUMBA_BOUNDSCHECK=1 python -m tests.ops.hostile [OP …]

An index outside an array is an error that numba cannot raise in a kernel: it hands it to `sys.unraisablehook`. The setting
is part of the name of a kernel module, so checked kernels lie in the same cache beside the others. Products of matrices, sums
under a window and elementwise ops are LLVM code of our own, without views: what they may touch follows from the plan that is
verified when a graph is laid out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.errors import GradlabError
from gradlab.op import Array, Op
from gradlab.ops import compiled_ops
from tests.ops.casebook import Case, cases_of
from tests.ops.harness import Bench

NUMBERS = (np.nan, np.inf, -np.inf, 1e308, -1e308, 5e-324, 0.0, -1.0, 2.5, 2.0**31, 2.0**63, -(2.0**63))
CALLS = 4
"""Calls of each op that are made with hostile numbers."""


def calls(op: Op) -> Iterator[Case]:
    """Return the usual calls of an op, the same with hostile numbers, and with empty axes where these are allowed."""
    rng = np.random.default_rng(3)
    drawn = cases_of(op).draw()
    yield from drawn
    for case in drawn[:CALLS]:
        for number in NUMBERS:
            yield Case(tuple(np.full(x.shape, number) for x in case.inputs), case.attrs)
        yield Case(tuple(rng.choice(NUMBERS, x.shape) for x in case.inputs), case.attrs)
        for k in range(len(case.inputs)):
            mixed = [rng.choice(NUMBERS, x.shape) if i == k else x for i, x in enumerate(case.inputs)]
            yield Case(tuple(mixed), case.attrs)
        yield from emptied(op, case)


def emptied(op: Op, case: Case) -> Iterator[Case]:
    """Return a call with every size made 0 in all operands in which it occurs, where the op's shape rule allows that."""
    for size in {n for x in case.inputs for n in x.shape}:
        shapes = tuple(tuple(0 if n == size else n for n in x.shape) for x in case.inputs)
        attrs = {**{k: v for k, v in op.attrs.items() if v is not REQUIRED}, **case.attrs}
        try:
            op.shape(shapes, attrs)
        except GradlabError:
            continue
        yield Case(tuple(np.zeros(shape) for shape in shapes), case.attrs)


def run(op: Op, case: Case, backend: str = "jit") -> tuple[Array, ...]:
    """Run forward and backward; return the output and the gradients."""
    bench = Bench(op, case.inputs, case.attrs, backend)
    z = bench.forward()
    return (z, *bench.backward(np.ones(z.shape))) if op.backward is not None else (z,)


def main(names: list[str]) -> None:
    """Run the ops, and write which of them reached outside an array, and on what, as JSON."""
    reached: dict[str, list[str]] = {}
    done: dict[str, int] = {}
    now = ["", ""]
    sys.unraisablehook = lambda found: reached.setdefault(now[0], []).append(f"{found.exc_value!r} {now[1]}")
    for name in names:
        for case in calls(compiled_ops()[name]):
            now[:] = name, f"{[x.shape for x in case.inputs]} {case.attrs}"
            sys.stderr.write(f"{name} {now[1]}\n")
            run(compiled_ops()[name], case)
            done[name] = done.get(name, 0) + 1
    print(json.dumps({"reached": reached, "calls": done}))  # noqa: T201


def checked_ops() -> list[str]:
    """Return the ops whose kernels have array views."""
    return [name for name, op in compiled_ops().items() if op.kind != "elementwise"]


def arguments() -> Any:
    """Return the names in the command line, or all ops with views."""
    return sys.argv[1:] or checked_ops()


if __name__ == "__main__":
    main(arguments())
