"""Statistics that run along: who moves them."""

from __future__ import annotations

import numpy as np
import pytest

from gradlab.session import build

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
