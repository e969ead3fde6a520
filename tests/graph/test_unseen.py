"""Updates that nobody looks into leave gradients out and put others into one place; no number that can be seen changes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest

from gradlab.graph.graph import Graph, Node
from gradlab.graph.machines import compiled
from gradlab.graph.machines.compiled import CompiledMachine
from gradlab.graph.measures import Measures, Probe
from gradlab.graph.tape import Tape
from gradlab.graph.unseen import unseen
from gradlab.kernels.rows import ADD, ASSIGN, SKIP
from gradlab.op import Op
from gradlab.ops import OPS, compiled_ops
from gradlab.session import build
from tests.graph.networks import apply, dense, descend, leaf
from tests.lab.models import BATCHES
from tests.ops.casebook import Case, cases_of

FLOWING = [op for op in compiled_ops().values() if any(op.flows(k) for k in range(len(op.inputs)))]
SKIPPING = [op for op in FLOWING if op.skips]
NEVER = 1 << 62


def graph_of(op: Op, case: Case, params: Sequence[bool], between: int) -> Graph:
    """Return a graph that trains some operands of a call; `between` ops lie before and behind it, and one path around it."""
    graph = Graph()
    given = [leaf(graph, f"x{i}", x, "param" if is_param else "input") for i, (x, is_param) in
             enumerate(zip(case.inputs, params, strict=True))]  # fmt: skip
    moved = [_negated(graph, x, between) if op.flows(i) else x for i, x in enumerate(given)]
    z = graph.add(op, moved, {**op.attrs, **case.attrs}, name="z")
    root = apply(graph, "sum", "root", apply(graph, "square", "q", _negated(graph, z, between)))
    for i, x in enumerate(moved):
        if op.flows(i):
            root = apply(graph, "add", f"r{i}", root, apply(graph, "sum", f"s{i}", x))
    descend(graph, root, 0.001)
    return graph


def _negated(graph: Graph, x: Node, times: int) -> Node:
    for _ in range(2 * times):
        x = apply(graph, "neg", f"n{len(graph.nodes)}", x)
    return x


def trained(graph: Graph, often: int, monkeypatch: pytest.MonkeyPatch, dtype: str = "float64") -> list[bytes]:
    """Return the losses and all numbers after trainings of several lengths."""
    monkeypatch.setattr(compiled, "OFTEN", often)
    machine = CompiledMachine(Tape(graph, dtype))
    machine.load(0)
    found, update = list[bytes](), 0
    for updates in (1, 2, 4):
        found += [machine.train(graph.objectives[0], updates, update).tobytes(), machine.copy().tobytes()]
        update += updates
    program = machine._program(graph.objectives[0])
    assert (program.unseen is None) == (often == NEVER)
    return found


@pytest.mark.parametrize("op", FLOWING, ids=lambda op: op.name)
def test_any_op_in_the_middle_gives_the_same_bits(op: Op, monkeypatch: pytest.MonkeyPatch) -> None:
    for case in cases_of(op).draw()[:4]:
        graph = graph_of(op, case, [op.flows(k) if k < len(op.inputs) else True for k in range(len(case.inputs))], 2)
        assert trained(graph, 1, monkeypatch) == trained(graph, NEVER, monkeypatch)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("op", SKIPPING, ids=lambda op: op.name)
def test_an_op_leaves_out_operands_and_what_else_it_sends_has_the_same_bits(
    op: Op, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for case in cases_of(op).draw():
        for params in product((False, True), repeat=len(case.inputs)):
            if any(params):
                graph = graph_of(op, case, params, 0)
                assert trained(graph, 1, monkeypatch, dtype) == trained(graph, NEVER, monkeypatch, dtype)


def deep() -> Graph:
    """Return four equal layers on data, `h0` to `h3`."""
    rng, graph = np.random.default_rng(0), Graph()
    h = leaf(graph, "x", rng.standard_normal((5, 3)), "input")
    for i in range(4):
        h = dense(graph, f"h{i}", h, rng.standard_normal((3, 3)), "tanh")
    descend(graph, apply(graph, "sum", "loss", h))
    return graph


def test_what_nobody_reads_is_left_out_and_the_rest_takes_the_place_of_what_is_dead() -> None:
    tape = Tape(deep())
    full = tape.backward_program(tape.graph.objectives[0].root)
    program = unseen(tape, full)
    names = [tape.graph.nodes[index].name for index in program.order]
    assert names == ["loss", "h3", "h3.z", "h2", "h2.z", "h1", "h1.z", "h0", "h0.z"]
    assert full.modes[-1] == (ASSIGN, ASSIGN, ASSIGN)
    assert program.modes[-1] == (SKIP, ASSIGN, ASSIGN)
    places = {int(program.offsets[tape.graph.aliases[name]]) for name in names[1:]}
    assert places == {int(tape.grad_offset[tape.graph.aliases[name]]) for name in ("h3", "h3.z")}


def test_ops_that_lead_to_data_only_are_left_out() -> None:
    graph = Graph()
    x, w = leaf(graph, "x", [1.0, 2.0], "input"), leaf(graph, "w", [3.0, 4.0])
    squared = apply(graph, "square", "squared", apply(graph, "neg", "minus", x))
    descend(graph, apply(graph, "sum", "loss", apply(graph, "mul", "p", squared, w)))
    tape = Tape(graph)
    full = tape.backward_program(graph.objectives[0].root)
    assert [graph.nodes[i].name for i in full.order] == ["loss", "p", "squared", "minus"]
    assert [graph.nodes[i].name for i in unseen(tape, full).order] == ["loss", "p"]


def test_the_first_op_that_is_not_left_out_assigns() -> None:
    graph = Graph()
    x, w = leaf(graph, "x", np.eye(2), "input"), leaf(graph, "w", np.eye(2))
    scaled = apply(graph, "mul", "scaled", x, w)
    descend(graph, apply(graph, "sum", "loss", apply(graph, "add", "s", scaled, apply(graph, "matmul", "p", x, w))))
    tape = Tape(graph)
    full = tape.backward_program(graph.objectives[0].root)
    modes = dict(
        zip((graph.nodes[i].name for i in full.order), zip(full.modes, unseen(tape, full).modes, strict=True), strict=True)
    )
    assert modes["p"] == ((ASSIGN, ASSIGN), (SKIP, ASSIGN))
    assert modes["scaled"] == ((ADD, ADD), (ASSIGN, ADD))


def test_a_gradient_that_an_update_reads_has_memory_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = deep()
    middle = graph.nodes[graph.aliases["h1"]]
    graph.add(OPS["window"], [], {"of": middle.index}, name="h1.grad", phase="u", shape=middle.shape)
    tape = Tape(graph)
    offsets = unseen(tape, tape.backward_program(graph.objectives[0].root)).offsets
    assert np.sum(offsets == tape.grad_offset[middle.index]) == 1
    assert trained(graph, 1, monkeypatch) == trained(graph, NEVER, monkeypatch)


def test_a_leaf_that_several_ops_send_to_keeps_its_slice_to_the_last_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = Graph()
    w, x = leaf(graph, "w", [1.0, 2.0, 3.0]), leaf(graph, "x", [0.5, -1.5, 2.5], "input")
    below = apply(graph, "mul", "below", apply(graph, "neg", "minus", w), w)
    total = apply(graph, "add", "total", apply(graph, "mul", "beside", x, w), below)
    descend(graph, apply(graph, "sum", "loss", apply(graph, "mul", "top", total, x)))
    assert trained(graph, 1, monkeypatch) == trained(graph, NEVER, monkeypatch)


def test_slices_of_what_no_gradient_flows_to_are_not_lent(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = Graph()
    w, places = leaf(graph, "w", np.eye(2, 3)), leaf(graph, "places", [0, 1, 1, 0, 0, 1], "input")
    table = apply(graph, "square", "table", apply(graph, "neg", "minus", w))
    descend(graph, apply(graph, "sum", "loss", apply(graph, "gather", "rows", table, places)))
    assert trained(graph, 1, monkeypatch) == trained(graph, NEVER, monkeypatch)


def test_with_new_batches_the_last_update_of_a_training_has_all_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = build(BATCHES).graph
    assert trained(graph, 1, monkeypatch) == trained(graph, NEVER, monkeypatch)


def test_a_measured_update_has_all_gradients(monkeypatch: pytest.MonkeyPatch) -> None:
    graph, found = deep(), list[list[bytes]]()
    probes = [Probe(i, "grad", node.index) for i, node in enumerate(n for n in graph.nodes if n.phase == "f")]
    for often in (1, NEVER):
        monkeypatch.setattr(compiled, "OFTEN", often)
        machine = CompiledMachine(Tape(graph))
        machine.load(0)
        measures = Measures(probes, len(probes), 3, [])
        machine.measure(measures)
        machine.train(graph.objectives[0], 10, 1)
        found.append([sums.tobytes() for _, sums in measures.taken])
    assert len(found[0]) == 3
    assert found[0] == found[1]
