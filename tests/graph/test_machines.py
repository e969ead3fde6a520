"""Both machines, and the tape they run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradlab.errors import BoundError
from gradlab.graph.graph import Graph
from gradlab.graph.machine import Machine
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.kernels.rows import ADD, ASSIGN
from tests.graph.networks import apply, descend, leaf, neuron, xor

BACKENDS = ("plain", "jit")


def loaded(graph: Graph, backend: str, dtype: str = "float64") -> Machine:
    machine = make_machine(Tape(graph, dtype), backend)
    machine.load(0)
    return machine


def pass_through(machine: Machine, root: int) -> None:
    machine.forward(0, len(machine.tape.forward_order))
    machine.seed(root)
    machine.backward(root, 0, len(machine.tape.backward_order(root)))


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_sigmoid_neuron_has_the_figures_of_the_lecture(backend: str) -> None:
    graph = neuron()
    machine = loaded(graph, backend)
    pass_through(machine, graph.aliases["f"])
    figures = {"w0": -0.196612, "w1": -0.393224, "w2": 0.196612, "x0": 0.393224, "x1": -0.589836}
    assert machine.value(graph.aliases["f"]) == pytest.approx(0.731059, abs=1e-6)
    for name, figure in figures.items():
        assert machine.grad(graph.aliases[name]) == pytest.approx(figure, abs=1e-6), name


@pytest.mark.parametrize("backend", BACKENDS)
def test_gradients_add_where_a_node_is_used_twice(backend: str) -> None:
    graph = Graph()
    x = leaf(graph, "x", 3.0)
    root = apply(graph, "add", "y", apply(graph, "mul", "square", x, x), x)
    machine = loaded(graph, backend)
    pass_through(machine, root.index)
    assert machine.grad(x.index) == 7.0


def test_the_first_writer_assigns_and_the_others_add() -> None:
    graph = Graph()
    x = leaf(graph, "x", 3.0)
    root = apply(graph, "add", "y", apply(graph, "mul", "square", x, x), x)
    program = Tape(graph).backward_program(root.index)
    assert program.order == (2, 1)
    assert program.modes == ((ASSIGN, ASSIGN), (ADD, ADD))


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_second_pass_leaves_no_trace_of_the_first(backend: str) -> None:
    graph = neuron()
    machine = loaded(graph, backend)
    root = graph.aliases["f"]
    pass_through(machine, root)
    once = machine.copy()
    spoiled = once.copy()
    spoiled[int(machine.tape.grad_offset[0]) :] = np.nan
    machine.restore(spoiled)
    assert not machine.finite()
    pass_through(machine, root)
    assert machine.copy().tobytes() == once.tobytes()


@pytest.mark.parametrize("backend", BACKENDS)
def test_accumulating_adds_a_second_pass_to_the_first(backend: str) -> None:
    graph = neuron()
    machine = loaded(graph, backend)
    root, w0 = graph.aliases["f"], graph.aliases["w0"]
    pass_through(machine, root)
    once = float(machine.grad(w0))
    for index in machine.tape.backward_order(root):
        machine.write(index, 0, "grad")
    machine.seed(root)
    machine.backward(root, 0, 99, add=True)
    assert machine.grad(w0) == pytest.approx(2 * once, rel=1e-15)


@pytest.mark.parametrize("backend", BACKENDS)
def test_training_is_the_same_as_walking_through_the_phases(backend: str) -> None:
    graph = xor()
    objective = graph.objectives[0]
    trained, walked = loaded(graph, backend), loaded(graph, backend)
    losses = trained.train(objective, 25, 0)
    seen = []
    for update in range(25):
        walked.tick(update)
        pass_through(walked, objective.root)
        seen.append(float(walked.value(objective.root)))
        for step in range(len(objective.updates)):
            walked.update(objective, step, step + 1)
        walked.commit(objective)
    assert losses.tolist() == seen
    assert trained.copy().tobytes() == walked.copy().tobytes()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_both_machines_learn_the_same(dtype: str) -> None:
    machines = [loaded(xor(), backend, dtype) for backend in BACKENDS]
    plain, compiled = (m.train(m.tape.graph.objectives[0], 200, 0) for m in machines)
    assert plain[-1] < plain[0]
    np.testing.assert_allclose(compiled, plain, rtol=1e-12 if dtype == "float64" else 1e-4)


def test_an_arena_over_the_bound_is_refused_before_it_is_allocated() -> None:
    graph = Graph()
    graph.add(leaf(graph, "x", 0.0).op, [], name="big", shape=(1 << 20, 1 << 12))
    with pytest.raises(BoundError) as caught:
        Tape(graph)
    assert str(caught.value) == "values and gradients need 65,536 MiB, allowed are 2,048 MiB"


def test_slices_of_an_arena_never_overlap() -> None:
    tape = Tape(xor())
    taken = np.zeros(tape.size, int)
    for node in tape.graph.nodes:
        starts = [tape.grad_offset[node.index]] if node.phase == "f" else []
        starts += [tape.value_offset[node.index]] if node.op.name != "window" else []
        for start in starts:
            taken[start : start + node.size] += 1
    assert taken.max() == 1


@pytest.mark.parametrize("backend", BACKENDS)
def test_two_objectives_of_one_root_keep_their_own_updates(backend: str) -> None:
    graph = Graph()
    x, y = leaf(graph, "x", 3.0), leaf(graph, "y", 2.0)
    root = apply(graph, "mul", "f", x, y)
    whole = descend(graph, root)
    halves = [replace(whole, updates=(n,), commits=((n, p),)) for n, p in whole.commits]
    machine = loaded(graph, backend)
    machine.train(halves[0], 1, 0)
    machine.train(halves[1], 1, 1)
    assert machine.value(x.index) == pytest.approx(2.8)
    assert machine.value(y.index) == pytest.approx(1.72)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("shape", [(1, 3), (2, 1), (1, 1), (3,), (1,)])
def test_a_gradient_is_added_up_over_the_axes_that_were_stretched(shape: tuple[int, ...], backend: str) -> None:
    graph = Graph()
    small = leaf(graph, "a", np.full(shape, 2.0).tolist())
    wide = leaf(graph, "b", np.arange(6.0).reshape(2, 3).tolist())
    apply(graph, "sum", "y", apply(graph, "mul", "p", small, wide))
    machine = loaded(graph, backend)
    pass_through(machine, graph.aliases["y"])
    over = tuple(range(2 - len(shape))) + tuple(2 - len(shape) + i for i, n in enumerate(shape) if n == 1)
    wanted = np.arange(6.0).reshape(2, 3).sum(axis=over).reshape(shape)
    np.testing.assert_array_equal(machine.grad(graph.aliases["a"]), wanted)
    np.testing.assert_array_equal(machine.grad(graph.aliases["b"]), np.full((2, 3), 2.0))
