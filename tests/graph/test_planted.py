"""Every op with a vjp that is a hundredth too large: the numerical check calls it wrong, and the right one never."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradlab.graph.gradcheck import BAD, Verdict, check
from gradlab.graph.graph import Graph
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.op import Op
from gradlab.ops import compiled_ops
from tests.graph.networks import apply, leaf
from tests.ops.casebook import Case, cases_of

FLOWING = {name: op for name, op in compiled_ops().items() if not op.surrogate and any(map(op.flows, range(len(op.inputs))))}


def too_large(op: Op) -> Callable[..., Any]:
    """Return the op's backward with all that it sends multiplied by 1.01."""
    assert op.backward is not None
    right = op.backward

    def elementwise(*arguments: Any) -> Any:
        parts = right(*arguments)
        parts = parts if isinstance(parts, tuple) else (parts,)
        return tuple(1.01 * part for part in parts)

    def array(g: Any, z: Any, *rest: Any) -> None:
        right(1.01 * g, z, *rest)

    return elementwise if op.kind == "elementwise" else array


def checked(op: Op, case: Case) -> list[Verdict]:
    """Check an op by itself, below a sum with random weights."""
    graph = Graph()
    nodes = [leaf(graph, f"x{i}", array) for i, array in enumerate(case.inputs)]
    z = graph.add(op, nodes, {**op.attrs, **case.attrs}, name="z")
    weights = leaf(graph, "weights", np.random.default_rng(3).normal(size=z.shape), "const")
    root = apply(graph, "sum", "root", apply(graph, "mul", "weighted", z, weights))
    machine = make_machine(Tape(graph), "plain")
    machine.load(0)
    flowing = [n.index for p, n in enumerate(nodes) if op.flows(p)]
    return list(check(machine, root.index, flowing))


@pytest.mark.parametrize("name", FLOWING)
def test_a_vjp_that_is_a_hundredth_too_large_is_wrong_and_the_right_one_is_not(name: str) -> None:
    op = FLOWING[name]
    cases = cases_of(op).draw()
    right = [v for case in cases for v in checked(op, case)]
    assert not [v for v in right if v.verdict in BAD]
    planted = replace(op, backward=too_large(op))
    wrong = [v for case in cases for v in checked(planted, case)]
    sends = any(v.checked and v.analytic for v in right)
    assert any(v.verdict == "wrong" for v in wrong) == sends
