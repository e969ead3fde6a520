"""Statistics that several calls share: which call moves them, in which objective, and in which turns."""

from __future__ import annotations

import numpy as np

import gradlab
from gradlab.graph.graph import Graph, Objective
from tests.scenario.reading import complaint, traced

BEST = """
x, y = input([[1.0], [5.0]]), input([[7.0], [2.0]])
def f(a):
    top, W = max(a, axis=0), param([[1.0]])
    best = running(top, keep=maximum, start=0)
    return (a - top + best) @ W
g = shared(f)
p, q = sum(g(x)), sum(g(y))
"""
TWO_NORMS = """
x, y, t = randn(4, 2), randn(4, 2), randn(4, 2)
def f(a):
    h = batch_norm(dense(a, 3))
    return batch_norm(dense(h, 2))
g = shared(f)
e, d = mse(g(x), t), mse(g(y), t)
"""


def followed(graph: Graph, objective: Objective, statistic: str) -> list[str]:
    """Return the layers of what a statistic follows in an objective, in the order in which it moves."""
    index, found = {leaf: following for following, leaf in objective.commits}[graph.aliases[statistic]], list[str]()
    while index != graph.aliases[statistic]:
        before, of, *_ = graph.nodes[index].inputs
        found.insert(0, graph.nodes[of].layer)
        index = before
    return found


def test_the_best_of_all_calls_is_kept() -> None:
    lab = gradlab.build(BEST + "minimize(p + q, sgd(0.0))")
    lab.do("train 1")
    np.testing.assert_array_equal(lab.value("g.best"), [7.0])
    assert [node.name for node in lab.graph.nodes if node.op.role == "buffer"] == ["g.best"]


def test_what_is_kept_is_moved_by_the_call_that_a_loss_depends_on() -> None:
    for root, best in {"p": 5.0, "q": 7.0}.items():
        lab = gradlab.build(BEST + f"minimize({root}, sgd(0.0))")
        lab.do("train 1")
        assert lab.value("g.best") == best


def test_a_loss_depends_on_a_call_that_only_reads_the_statistic() -> None:
    for root, best in {"p": 5.0, "q": 7.0, "p + q": 7.0, "sum(g.W)": 7.0, "sum(g.best * g.W)": 7.0}.items():
        lab = gradlab.build(BEST.replace("(a - top + best)", "(a + best)") + f"minimize({root}, sgd(0.0))")
        lab.do("train 1")
        assert lab.value("g.best") == best, root


def test_what_is_kept_stays_in_mode_eval() -> None:
    lab = gradlab.build(BEST + "minimize(p + q, sgd(0.0))")
    lab.do("mode eval")
    lab.do("train 1")
    assert lab.value("g.best") == 0.0


def test_statistics_behind_one_another_follow_the_calls_of_their_loss_alone() -> None:
    graph = traced(TWO_NORMS + "minimize(e, sgd(0.1))\nminimize(d, sgd(0.1))\nminimize(e + d, sgd(0.1))").graph
    for statistic in ("g.h.running_mean", "g.h.running_var", "g.running_mean", "g.running_var"):
        assert [followed(graph, one, statistic) for one in graph.objectives] == [["g.0"], ["g.1"], ["g.0", "g.1"]]


def test_a_shared_statistic_moves_in_the_turns_that_gather_too() -> None:
    graph = traced(TWO_NORMS + "minimize(e + d, sgd(0.1), accumulate=2)").graph
    (step,) = graph.objectives
    assert step.gathering is not None
    for turn in (step, step.gathering):
        assert followed(graph, turn, "g.h.running_mean") == ["g.0", "g.1"]


def test_a_later_call_keeps_in_the_way_of_the_first() -> None:
    text = """
x = input([1.0])
def f(a, best):
    return running(a, keep=maximum) if best else running(a)
g = shared(f)
p, q = g(x, True), g(x, False)
"""
    assert complaint(text).startswith(
        "error: `g` is shared: `running(a, keep=maximum)` is kept in another way since the first call"
    )


def test_statistics_of_statistics_follow_the_calls_of_their_loss_alone() -> None:
    text = """
x, y = input([[1.0], [5.0]]), input([[7.0], [2.0]])
def f(a):
    first = running(mean(a, axis=0))
    second = running(first * mean(a, axis=0))
    return second * param([1.0])
g = shared(f)
p, q = sum(g(x)), sum(g(y))
minimize(p, sgd(0.1))
minimize(q, sgd(0.1))
minimize(p + q, sgd(0.1))
"""
    graph = traced(text).graph
    for statistic in ("g.first", "g.second"):
        assert [followed(graph, one, statistic) for one in graph.objectives] == [["g.0"], ["g.1"], ["g.0", "g.1"]]
