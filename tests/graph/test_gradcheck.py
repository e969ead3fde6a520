"""The numerical check, and that it catches what it is there for."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from gradlab.graph.gradcheck import Verdict, check
from gradlab.graph.graph import Graph
from gradlab.graph.machine import Machine
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.ops import OPS
from tests.graph.networks import apply, leaf, neuron, xor


def loaded(graph: Graph) -> Machine:
    machine = make_machine(Tape(graph), "plain")
    machine.load(0)
    return machine


def verdicts(graph: Graph, root: str) -> dict[str, Verdict]:
    return {v.name: v for v in check(loaded(graph), graph.aliases[root])}


def test_a_right_network_is_ok_everywhere() -> None:
    found = verdicts(xor(), "loss")
    assert {v.verdict for v in found.values()} == {"ok"}
    assert max(v.error for v in found.values()) < 1e-7
    assert found["h.W"].checked == 4


def wrong_backward(g: Any, z: Any, x: Any) -> Any:
    return 0.5 * g * (1 - z * z)


def test_a_wrong_backward_is_caught_and_named() -> None:
    graph = Graph()
    w, x = leaf(graph, "w", 0.5), leaf(graph, "x", 1.5, "input")
    product = apply(graph, "mul", "p", w, x)
    bent = graph.add(replace(OPS["tanh"], backward=wrong_backward), [product], name="h")
    apply(graph, "mul", "y", bent, bent)
    found = verdicts(graph, "y")
    assert {name: v.verdict for name, v in found.items()} == {"w": "wrong", "x": "wrong", "p": "wrong", "h": "ok"}
    assert found["p"].culprit == "h (tanh)"
    assert found["p"].error == pytest.approx(0.5)


def test_a_corner_is_a_kink_and_not_a_fault() -> None:
    graph = Graph()
    apply(graph, "relu", "y", leaf(graph, "x", 0.0))
    assert verdicts(graph, "y")["x"].verdict == "kink"


CORNERS = [("abs", 0.0), ("norm", [0.0, 0.0]), ("std", [2.0, 2.0]), ("std", [2.0, 2.0, 2.0]), ("l1_penalty", [0.0, 0.0])]


@pytest.mark.parametrize(("name", "at"), CORNERS)
def test_a_corner_whose_sides_cancel_sends_0_and_is_a_kink(name: str, at: Any) -> None:
    graph = Graph()
    x = leaf(graph, "x", at)
    graph.add(OPS[name], (x,), dict(OPS[name].attrs), name="y")
    found = verdicts(graph, "y")["x"]
    assert (found.verdict, found.analytic) == ("kink", 0)


def test_a_smooth_bottom_and_a_unit_that_is_off_are_no_kinks() -> None:
    for name, at in (("square", 0.0), ("relu", -1.0)):
        graph = Graph()
        x = leaf(graph, "x", at)
        graph.add(OPS[name], (x,), dict(OPS[name].attrs), name="y")
        assert verdicts(graph, "y")["x"].verdict == "ok"


def test_a_change_below_the_rounding_error_of_the_root_is_no_verdict() -> None:
    graph = Graph()
    x, big = leaf(graph, "x", 1.0), leaf(graph, "big", 1e12, "input")
    apply(graph, "add", "y", apply(graph, "mul", "tiny", x, leaf(graph, "c", 1e-9, "const")), big)
    assert verdicts(graph, "y")["x"].verdict == "rounding"


@pytest.mark.parametrize(
    ("gradient", "factor", "said"),
    [(1e-5, 0.9, "wrong"), (1e-5, 0.99, "wrong"), (1e-6, 0.5, "wrong"), (1e-7, 0.5, "wrong"), (1e-9, 0.5, "rounding")],
)
def test_a_fault_is_called_rounding_only_where_rounding_can_hide_it(gradient: float, factor: float, said: str) -> None:
    graph = Graph()
    bent = replace(OPS["tanh"], backward=lambda g, z, x: factor * g * (1 - z * z))
    t = graph.add(bent, [leaf(graph, "x", 0.3)], name="t")
    small = apply(graph, "mul", "small", t, leaf(graph, "c", gradient, "const"))
    apply(graph, "add", "y", small, leaf(graph, "one", 1.0, "const"))
    assert verdicts(graph, "y")["x"].verdict == said


def test_the_best_of_the_steps_decides_and_not_the_smallest() -> None:
    graph = Graph()
    apply(graph, "add", "y", apply(graph, "tanh", "t", leaf(graph, "x", 0.3)), leaf(graph, "big", 1e6, "const"))
    found = verdicts(graph, "y")["x"]
    assert found.verdict == "ok"
    assert 1e-9 < found.error < 1e-6, "the first step alone is off by 2e-6"


def test_one_wrong_element_weighs_more_than_a_kink_with_a_larger_error() -> None:
    kinked = Graph()
    apply(kinked, "sum", "y", apply(kinked, "relu", "r", leaf(kinked, "x", [0.0, 1.5], "input")))
    found = verdicts(kinked, "y")["x"]
    assert (found.verdict, found.element, found.error) == ("kink", (0,), 1.0)
    both = Graph()
    x = leaf(both, "x", [0.0, 1.5], "input")
    bent = both.add(replace(OPS["square"], backward=lambda g, z, x: 1.8 * g * x), [x], name="h")
    apply(both, "sum", "y", apply(both, "add", "s", apply(both, "relu", "r", x), bent))
    found = verdicts(both, "y")["x"]
    assert (found.verdict, found.element) == ("wrong", (1,))
    assert found.error < 0.5


def wrong_at_one(g: Any, z: Any, x: Any) -> Any:
    sent = 2 * g * x
    sent[135] += 0.5 * g[135]
    return sent


@pytest.mark.parametrize(("op", "seen"), [("param", True), ("input", False)])
def test_an_element_of_a_large_parameter_that_was_not_chosen_is_found_by_a_random_direction(op: str, seen: bool) -> None:
    graph = Graph()
    x = leaf(graph, "x", np.linspace(1.0, 2.0, 300).tolist(), op)
    apply(graph, "sum", "y", graph.add(replace(OPS["square"], backward=wrong_at_one), [x], name="s"))
    (found,) = check(loaded(graph), graph.aliases["y"], [graph.aliases["x"]])
    assert (found.checked, found.size, found.element) == (64, 300, None if seen else found.element)
    assert (found.verdict == "wrong") == seen
    (whole,) = check(loaded(graph), graph.aliases["y"], [graph.aliases["x"]], full=True)
    assert (whole.verdict, whole.checked, whole.element) == ("wrong", 300, (135,))


def test_a_check_can_be_ended_between_two_nodes() -> None:
    graph, turns = xor(), list[int]()

    def twice() -> None:
        turns.append(len(turns))
        if len(turns) == 3:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        check(loaded(graph), graph.aliases["loss"], between=twice)
    count = len(verdicts(graph, "loss"))
    check(loaded(graph), graph.aliases["loss"], between=lambda: turns.append(0))
    assert len(turns) >= 3 + count


def test_the_check_moves_nothing() -> None:
    graph = neuron()
    machine = loaded(graph)
    machine.forward(0, 99)
    before = [machine.value(n.index).copy() for n in graph.nodes]
    check(machine, graph.aliases["f"])
    for node, value in zip(graph.nodes, before, strict=True):
        assert np.array_equal(machine.value(node.index), value), node.name


def nan_backward(g: Any, z: Any, x: Any) -> Any:
    return np.where(x == 0, np.nan, 2 * g * x)


def test_a_gradient_that_is_nan_where_the_root_is_smooth_is_wrong_at_that_element_only() -> None:
    graph = Graph()
    x = leaf(graph, "x", [3.0, 0.0, -1.0], "input")
    apply(graph, "sum", "y", graph.add(replace(OPS["square"], backward=nan_backward), [x], name="s"))
    found = verdicts(graph, "y")["x"]
    assert found.verdict == "wrong"
    assert found.element == (1,)
    assert np.isnan(found.analytic)
    assert abs(found.numeric) < 1e-6


def test_a_network_of_nan_and_infinities_is_undefined_there_and_checked_without_a_warning() -> None:
    graph = Graph()
    x = leaf(graph, "x", [1.0, 0.0, -2.0])
    apply(graph, "sum", "y", apply(graph, "reciprocal", "r", apply(graph, "log", "l", x)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert {v.verdict for v in verdicts(graph, "y").values()} == {"undefined"}


@pytest.mark.parametrize("op", ["step_straight_through", "sign_straight_through", "guided_relu", "deconv_relu"])
def test_a_surrogate_is_checked_by_its_rule_and_called_one(op: str) -> None:
    graph = Graph()
    w, x = leaf(graph, "w", [0.5, 0.7, -0.2, -0.5]), leaf(graph, "x", [1.5, 0.4, -1.2, 1.0], "input")
    v = leaf(graph, "v", [2.0, -1.0, 3.0, 1.0])
    h = apply(graph, op, "h", apply(graph, "mul", "p", w, x))
    apply(graph, "sum", "loss", apply(graph, "mul", "y", apply(graph, "tanh", "t", h), v))
    found = verdicts(graph, "loss")
    assert {v.verdict for name, v in found.items() if name in ("w", "x", "p")} == {"surrogate"}
    assert {v.verdict for name, v in found.items() if name in ("h", "t", "y", "v")} == {"ok"}
    assert max(v.error for v in found.values()) < 1e-7


def test_a_wrong_backward_before_or_behind_a_surrogate_is_still_caught() -> None:
    for wrong_first in (True, False):
        graph = Graph()
        w = leaf(graph, "w", [0.5, -0.7])
        bent = replace(OPS["tanh"], backward=wrong_backward)
        h = graph.add(bent if wrong_first else OPS["tanh"], [w], name="h")
        s = apply(graph, "sign_straight_through", "s", h)
        t = graph.add(OPS["tanh"] if wrong_first else bent, [s], name="t")
        apply(graph, "sum", "loss", t)
        found = verdicts(graph, "loss")
        wrong = {name for name, v in found.items() if v.verdict == "wrong"}
        assert wrong == ({"w"} if wrong_first else {"w", "h", "s"})


class Clock:
    """A clock that goes on by a second whenever it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Return the time."""
        self.now += 1.0
        return self.now


def test_what_the_time_did_not_reach_is_left_unchecked_and_said_and_parameters_come_first() -> None:
    graph = xor()
    whole = check(loaded(graph), graph.aliases["loss"])
    part = check(loaded(graph), graph.aliases["loss"], seconds=12.0, clock=Clock())
    assert [v.name for v in part] == [v.name for v in whole]
    left = [v for v in part if v.verdict == "unchecked"]
    assert 0 < len(left) < len(whole)
    assert {v.checked for v in left} == {0}
    assert not any(graph.nodes[v.node].op.role == "parameter" for v in left)
    assert {v.verdict for v in part if v not in left} == {"ok"}


def test_an_order_by_the_seed_decides_what_is_looked_at_when_time_is_short() -> None:
    graph = xor()

    def reached(seed: int) -> set[str]:
        found = check(loaded(graph), graph.aliases["loss"], seed=seed, seconds=20.0, clock=Clock())
        return {v.name for v in found if v.verdict != "unchecked"}

    assert reached(0) == reached(0)
    assert len({frozenset(reached(seed)) for seed in range(5)}) > 1


def test_the_culprit_is_found_behind_nodes_that_were_not_looked_at() -> None:
    graph = Graph()
    w, x = leaf(graph, "w", 0.5), leaf(graph, "x", 1.5, "input")
    product = apply(graph, "mul", "p", w, x)
    bent = graph.add(replace(OPS["tanh"], backward=wrong_backward), [apply(graph, "sin", "s", product)], name="h")
    apply(graph, "mul", "y", bent, bent)
    (found,) = check(loaded(graph), graph.aliases["y"], [graph.aliases["w"]])
    assert (found.verdict, found.culprit) == ("wrong", "h (tanh)")


def test_a_vector_of_zeros_without_a_direction_is_a_kink_and_no_rounding() -> None:
    graph = Graph()
    x, y = leaf(graph, "x", [0.0, 0.0]), leaf(graph, "y", [2.0, 1.0])
    graph.add(OPS["cosine_similarity"], [x, y], {"axis": 0}, name="z")
    found = verdicts(graph, "z")
    assert {name: v.verdict for name, v in found.items()} == {"x": "kink", "y": "ok"}
    assert found["x"].analytic == 0.0


def test_a_gradient_that_is_nan_or_infinite_is_undefined_where_the_root_has_no_slope() -> None:
    graph = Graph()
    x = leaf(graph, "x", [1000.0, 1.0])
    apply(graph, "log", "y", apply(graph, "sum", "s", apply(graph, "exp", "e", x)))
    found = verdicts(graph, "y")
    assert {name: v.verdict for name, v in found.items()} == {"x": "undefined", "e": "undefined", "s": "unmovable"}
    assert found["x"].element == (0,)
    assert np.isnan(found["x"].analytic)
    steep = Graph()
    apply(steep, "sum", "y", apply(steep, "sqrt", "r", leaf(steep, "x", [4.0, 0.0])))
    assert (verdicts(steep, "y")["x"].verdict, verdicts(steep, "y")["x"].analytic) == ("undefined", np.inf)


def test_a_gradient_that_is_not_finite_is_looked_at_wherever_it_stands() -> None:
    graph = Graph()
    x = leaf(graph, "x", [1.0] * 299 + [0.0], "input")
    apply(graph, "sum", "y", graph.add(replace(OPS["square"], backward=nan_backward), [x], name="s"))
    found = verdicts(graph, "y")["x"]
    assert (found.verdict, found.element, found.checked) == ("wrong", (299,), 64)


def test_numbers_that_are_infinite_cannot_be_moved_and_are_left_out() -> None:
    graph = Graph()
    x, mask = leaf(graph, "x", [1.0, 2.0, 0.5]), leaf(graph, "mask", [0.0, 0.0, -np.inf], "const")
    masked = apply(graph, "add", "m", x, mask)
    weights = graph.add(OPS["softmax"], [masked], {"axis": 0}, name="w")
    apply(graph, "sum", "y", apply(graph, "square", "q", weights))
    found = verdicts(graph, "y")
    assert {v.verdict for v in found.values()} == {"ok"}
    assert (found["mask"].checked, found["m"].checked, found["x"].checked) == (2, 2, 3)
    lonely = Graph()
    apply(lonely, "sigmoid", "y", leaf(lonely, "x", -np.inf))
    assert [(v.verdict, v.checked) for v in verdicts(lonely, "y").values()] == [("unmovable", 0)]


def test_a_fault_under_strong_bending_is_called_wrong_as_soon_as_three_steps_agree() -> None:
    graph = Graph()
    bent = replace(OPS["sin"], backward=lambda g, z, x: 0.9 * g * np.cos(x))
    steep = apply(graph, "mul", "p", leaf(graph, "x", 0.3), leaf(graph, "c", 2e4, "const"))
    graph.add(bent, [steep], name="y")
    assert verdicts(graph, "y")["x"].verdict == "wrong"


def test_what_is_rounded_away_within_the_root_is_rounding_though_the_root_is_small() -> None:
    graph = Graph()
    big, x = leaf(graph, "big", 1e12, "const"), leaf(graph, "x", 1.0)
    apply(graph, "sub", "y", apply(graph, "add", "s", x, big), big)
    assert verdicts(graph, "y")["x"].verdict in ("rounding", "ok")


def test_what_is_held_against_the_gradient_is_held_in_the_check() -> None:
    graph = Graph()
    x = leaf(graph, "x", 3.0)
    apply(graph, "mul", "y", apply(graph, "stop_gradient", "held", x), x)
    found = verdicts(graph, "y")
    assert (found["x"].verdict, found["x"].analytic) == ("surrogate", 3.0)


def test_a_place_to_which_nothing_flows_is_held_still() -> None:
    graph = Graph()
    x = leaf(graph, "x", [1.0, 1.0 + 1e-7, 0.5])
    apply(graph, "mul", "y", apply(graph, "argmax", "at", x), apply(graph, "sum", "s", x))
    assert verdicts(graph, "y")["x"].verdict == "ok"
