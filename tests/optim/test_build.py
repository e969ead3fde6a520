"""The update phase as nodes: their names, what they compute, what is committed."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gradlab.errors import ArgumentError, ShapeError
from gradlab.graph.graph import Fixed, Graph
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.ops import OPS
from gradlab.optim import OPTIMIZERS, Optimizer, build_update
from gradlab.optim.arrays import advance, start
from tests.optim.bowl import B0, W0, bowl, gradients

EACH = [optimizer for optimizer in OPTIMIZERS.values() if isinstance(optimizer, Optimizer)]
each = pytest.mark.parametrize("optimizer", EACH, ids=lambda o: str(o.name))
NAME = re.compile(r"[A-Za-z_]\w*(\.([A-Za-z_]\w*|\d+))*")


def names(graph: Graph) -> list[str]:
    return [node.name for node in graph.nodes if node.phase == "u"]


def test_gradient_descent_is_two_nodes_a_parameter() -> None:
    graph, loss, params = bowl()
    objective = build_update(graph, "", loss, params, OPTIMIZERS["sgd"])
    assert names(graph) == ["sgd.lr", "h.W.grad", "h.W.next", "b.grad", "b.next"]
    at = {node.name: node.index for node in graph.nodes}
    assert objective.updates == (at["h.W.next"], at["b.next"])
    assert objective.commits == ((at["h.W.next"], at["h.W"]), (at["b.next"], at["b"]))
    assert graph.nodes[at["h.W.grad"]].attrs == {"of": at["h.W"]}
    assert graph.nodes[at["h.W.next"]].inputs == (at["h.W"], at["h.W.grad"], at["sgd.lr"])
    assert graph.nodes[at["h.W.next"]].layer == "h"
    assert graph.objectives == [objective]


def test_the_bias_correction_of_adam_is_shared_and_visible() -> None:
    graph, loss, params = bowl()
    build_update(graph, "", loss, params[1:], OPTIMIZERS["adam"])
    assert names(graph) == [
        "adam.lr", "adam.beta1", "adam.beta2", "adam.eps", "adam.t", "adam.one", "adam.t.next",
        "adam._pow.0", "adam.c1", "adam._pow.1", "adam.c2", "adam.one_minus_beta1", "adam.one_minus_beta2",
        "b.grad", "b.m", "b.v", "b._mul.0", "b._mul.1", "b.m.next", "b._mul.2", "b._mul.3", "b._mul.4", "b.v.next",
        "b.m_hat", "b.v_hat", "b._sqrt.0", "b._add.0", "b.direction", "b.next",
    ]  # fmt: skip


@each
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_nodes_compute_what_the_formula_does_on_arrays(optimizer: Optimizer, dtype: str) -> None:
    graph, loss, params = bowl()
    objective = build_update(graph, "", loss, params, optimizer)
    machine = make_machine(Tape(graph, dtype))
    machine.load(seed=0)
    machine.train(objective, 25, 0)
    w, b = W0.copy(), B0.copy()
    w_state, b_state = start(optimizer, w), start(optimizer, b)
    for t in range(1, 26):
        w_gradient, b_gradient = gradients(w, b)
        w, w_state = advance(optimizer, w, w_gradient, w_state, t)
        b, b_state = advance(optimizer, b, b_gradient, b_state, t)
    rtol = 1e-13 if dtype == "float64" else 1e-3
    np.testing.assert_allclose(machine.value(params[0].index), w, rtol=rtol, atol=rtol)
    np.testing.assert_allclose(machine.value(params[1].index), b, rtol=rtol, atol=rtol)
    assert not np.array_equal(w, W0)


@each
def test_every_node_of_the_update_has_a_name_that_a_person_can_type(optimizer: Optimizer) -> None:
    graph, loss, params = bowl()
    build_update(graph, "", loss, params, optimizer)
    assert len(set(names(graph))) == len(names(graph))
    assert all(NAME.fullmatch(name) for name in names(graph))
    assert all(graph.find(node.name) is node for node in graph.nodes)


@each
def test_every_state_is_committed_once_and_begins_at_zero(optimizer: Optimizer) -> None:
    graph, loss, params = bowl()
    objective = build_update(graph, "", loss, params, optimizer)
    states = [n for n in graph.nodes if n.op.name == "state"]
    targets = [leaf for _, leaf in objective.commits]
    assert sorted(targets) == sorted([p.index for p in params] + [s.index for s in states])
    for state in states:
        assert state.feed is not None and not state.feed.varies
        assert not state.feed.value(0, 5).any() and state.feed.value(0, 0).shape == state.shape


def test_two_objectives_have_names_of_their_own() -> None:
    graph, loss, params = bowl()
    first = build_update(graph, "disc", loss, params[:1], OPTIMIZERS["adam"])
    second = build_update(graph, "gen", loss, params, OPTIMIZERS["adam"](lr=0.5))
    third = build_update(graph, "gen", loss, params, OPTIMIZERS["adam"])
    assert graph.objectives == [first, second, third]
    assert len(set(names(graph))) == len(names(graph))
    lr = graph.find("adam.gen.lr")
    assert lr is not None and lr.feed is not None and lr.feed.value(0, 0) == 0.5
    assert graph.find("h.W.gen.next") is not None and graph.find("adam.2.lr") is not None


def test_the_counter_of_adam_counts_its_own_updates_only() -> None:
    graph, loss, params = bowl()
    first = build_update(graph, "one", loss, params[:1], OPTIMIZERS["adam"])
    second = build_update(graph, "two", loss, params[1:], OPTIMIZERS["adam"])
    machine = make_machine(Tape(graph))
    machine.load(seed=0)
    machine.train(first, 3, 0)
    machine.train(second, 1, 3)
    counters = [graph.find(name) for name in ("adam.t", "adam.two.t")]
    assert [float(machine.value(c.index)) for c in counters if c] == [3.0, 1.0]


def test_a_name_of_the_model_is_not_taken_from_it() -> None:
    graph, loss, params = bowl()
    mine = graph.add(OPS["const"], [], name="b.next", shape=(), feed=Fixed(np.array(7.0)))
    build_update(graph, "", loss, params, OPTIMIZERS["sgd"])
    assert graph.find("b.next") is mine and graph.find("b.2.next") is not None


def test_hyperparameters_given_apart_win_and_are_checked() -> None:
    graph, loss, params = bowl()
    build_update(graph, "", loss, params, OPTIMIZERS["sgd"], {"lr": 0.5})
    lr = graph.find("sgd.lr")
    assert lr is not None and lr.feed is not None and lr.feed.value(0, 0) == 0.5
    with pytest.raises(ArgumentError, match="`sgd` has no argument `mu`"):
        build_update(graph, "", loss, params, OPTIMIZERS["sgd"], {"mu": 0.5})


def test_a_loss_that_is_no_single_number_is_refused() -> None:
    graph, _, params = bowl()
    q = graph.find("q")
    assert q is not None
    with pytest.raises(ShapeError, match=r"`minimize` wants a single number, `q` has shape \(3, 2\)"):
        build_update(graph, "", q, params, OPTIMIZERS["sgd"])


def test_a_model_without_parameters_is_refused() -> None:
    graph, loss, _ = bowl()
    with pytest.raises(ArgumentError, match="nothing to minimize `loss` over"):
        build_update(graph, "", loss, [], OPTIMIZERS["sgd"])
