"""Statistics that run along: who moves them."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.session import build
from tests.scenario.reading import messages

W = "W = param([1.0, 2.0])\nloss = sum(square(W))\n"


def test_a_statistic_that_no_loss_reads_moves_all_the_same() -> None:
    lab = build(f"{W}usual = running(W, rate=0.5)\nminimize(loss, sgd(0.25))\n", backend="plain")
    wanted, w = np.zeros(2), np.array([1.0, 2.0])
    for _ in range(3):
        wanted, w = 0.5 * wanted + 0.5 * w, w - 0.25 * 2 * w
        lab.do("train 1")
        assert lab.value("usual") == pytest.approx(wanted)


def test_a_statistic_beside_the_loss_moves_with_every_objective() -> None:
    lab = build(f"{W}side = running(sum(input([1.0, 3.0])), rate=0.5)\nminimize(loss, sgd(0.1))\n", backend="plain")
    lab.do("train 2")
    assert float(lab.value("side")) == 3.0


def test_of_several_objectives_those_move_it_whose_loss_depends_on_what_it_follows() -> None:
    text = (
        "a = param(1.0)\nb = param(1.0)\nf = square(a)\ng = square(b)\n"
        'seen = running(g, rate=0.5)\nminimize(f, sgd(0.0), over="a")\nminimize(g, sgd(0.0), over="b")\n'
    )
    lab = build(text, backend="plain")
    found = []
    for _ in range(4):
        lab.do("train 1")
        found.append(float(lab.value("seen")))
    assert found == [0.0, 0.5, 0.5, 0.75]


def test_a_statistic_that_one_loss_reads_is_moved_by_that_one_alone() -> None:
    text = (
        "a = param(1.0)\nb = param(1.0)\nusual = running(a * b, rate=0.5)\nf = square(a * b)\ng = square(b - usual)\n"
        'minimize(f, sgd(0.0), over="a")\nminimize(g, sgd(0.0), over="b")\n'
    )
    lab = build(text, backend="plain")
    found = []
    for _ in range(4):
        lab.do("train 1")
        found.append(float(lab.value("usual")))
    assert found == [0.0, 0.5, 0.5, 0.75]


CHAIN = """
a, b = param([2.0, 1.0]), param(3.0)
la, lb = sum(square(a)), square(b)
old1 = running(a, rate=1)
old2 = running(old1, rate=1)
old3 = running(old2 * 1, rate=1)
minimize(la, sgd(0.25), over="a")
minimize(lb, sgd(0.25), over="b")
"""


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_a_chain_of_statistics_is_a_delay_line(backend: str) -> None:
    lab = build(CHAIN, backend=backend)
    before = [np.zeros(2)] * 3
    for update in range(10):
        if update % 2 == 0:
            before = [lab.value("a").copy(), *before[:2]]
        lab.do("train 1")
        for name, wanted in zip(("old1", "old2", "old3"), before, strict=True):
            assert np.array_equal(lab.value(name), wanted), (update, name)


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_a_chain_that_a_loss_reads_only_at_its_end_moves_as_a_whole(backend: str) -> None:
    text = CHAIN.replace("la, lb = sum(square(a)), square(b)\n", "").replace(
        "minimize(la", "la, lb = sum(square(a)), square(b - sum(old2))\nminimize(la"
    )
    lab = build(text, backend=backend)
    before = np.zeros(2)
    for _ in range(3):
        lab.do("train 2")
        assert np.array_equal(lab.value("old1"), lab.value("a")) and np.array_equal(lab.value("old2"), before)
        before = lab.value("a").copy()
    moved = {
        objective.label: {lab.graph.nodes[leaf].name for _, leaf in objective.commits} for objective in lab.graph.objectives
    }
    assert moved == {"a": {"a"}, "b": {"b", "old1", "old2", "old3"}}


@pytest.mark.parametrize("backend", ["plain", "jit"])
def test_the_best_so_far_is_kept_and_gone_back_over(backend: str) -> None:
    text = (
        "w = param(1.0)\nx = randn(3)\nloss = sum(square(w - x))\nbest = running(loss, keep=minimum)\n"
        "worst = running(loss * 2, keep=maximum, start=3)\nminimize(loss, sgd(0.1))\n"
    )
    lab = build(text, backend=backend)
    lab.do("forward")
    assert (float(lab.value("best")), float(lab.value("worst"))) == (np.inf, 3.0)
    seen, losses = [], [float(lab.value("loss"))]
    for _ in range(6):
        lab.do("update\nforward")
        seen.append((float(lab.value("best")), float(lab.value("worst"))))
        losses.append(float(lab.value("loss")))
    wanted = [(min(losses[:k]), max(3.0, *(2 * loss for loss in losses[:k]))) for k in range(1, 7)]
    assert seen == wanted and len({best for best, _ in seen}) > 1
    for update in (3, 1, 5):
        lab.do(f"goto {update}.f.0")
        assert (float(lab.value("best")), float(lab.value("worst"))) == wanted[update - 1]
    assert lab.do("check").ok
    lab.do("mode eval")
    before = lab.value("best").copy()
    lab.do("train 3")
    assert np.array_equal(lab.value("best"), before)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("keep=max", "`max` is a word that is called"),
        ("keep=relu", "`keep` of `running` is `maximum` or `minimum`, got `relu`"),
        ("keep=3", "`keep` of `running` is `maximum` or `minimum`, got a number"),
        ("keep=maximum, rate=1", "`rate` of `running` does not go with `keep`"),
        ("keep=maximum, scale=1", "`scale` of `running` does not go with `keep`"),
        ("rate=2", "`rate` of `running` is from 0 to 1, got 2"),
    ],
)
def test_a_wrong_recurrence_says_why(argument: str, message: str) -> None:
    assert messages(f"{W}a = running(loss, {argument})") == [message]
