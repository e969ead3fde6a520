"""A small run for each kind of plot, and what is wrong with a line that it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gradlab.draw.plots import OpenPlot, Picture
from gradlab.session import Lab, build

NET = """
x, t = dataset("xor", target="column")
with layer("hidden"):
    h = tanh(dense(x, 2, init=normal(1.0)))
with layer("output"):
    y = dense(h, 1, init=normal(1.0))
loss = mse(y, t)
minimize(loss, sgd(lr=0.3))
"""
LINE = """
w, b = param(1.0), param(0.5)
x = input([[1.0], [2.0], [3.0]])
t = input([[2.0], [4.0], [5.0]])
loss = mse(w * x + b, t)
minimize(loss, sgd(lr=0.05))
"""
STEPS = """
x = input([[[1, 0], [0, 1]], [[0, 1], [1, 1]], [[1, 1], [0, 0]]])
hs, h, c = lstm(x, 3)
loss = mean(hs ** 2)
minimize(loss, sgd(lr=0.5))
"""
PIXELS = "x = input(shape=(6, 4, 5))\ny = x * 1\nz = reshape(x, (6, 20))\n"
RING = "a = input([[0, 1, 0, -2], [1, 0, 1, 0], [0, 1, 0, 1], [-2, 0, 1, 3]])\nd = a * 1\n"


@dataclass(frozen=True, slots=True)
class Case:
    """One kind. model, before: the run.   line: behind `plot`.   wrong: a line that is refused, and a part of what is said."""

    model: str
    before: str
    line: str
    wrong: tuple[str, str]


CASES: Mapping[str, Case] = {
    "image": Case(PIXELS, "forward", "image y grid 2x3",
                  ("image z as 3x7", "20 numbers a row fit `as 4x5`, `as 2x10`, `as 1x20`")),
    "plane": Case(NET, "forward", "plane y points x by t", ("plane y over x[0], x[:, 1]", "is not one number a sample")),
    "surface": Case(LINE, "plot surface loss over w 0..3, b -1..2 path\ntrain 5\nforward",
                    "surface loss over w 0..3, b -1..2 path", ("surface loss over w, b", "how far does `w` go?")),
    "scatter": Case(NET, "forward", "scatter h by t", ("scatter h axes 0 2", "allowed are 0 to 1")),
    "curve": Case(NET, "train 30", "curve loss log", ("curve h", "take its `mean`, or an element")),
    "sweep": Case(NET, "sweep lr=log(0.01, 1, 5) seeds 0..1 for 20 updates measure loss", "sweep loss",
                  ("sweep los", "did you mean `loss`?")),
    "trace": Case(STEPS, "forward", 'trace each("hs.t*.f", it[0]), each("hs.t*.c", it[0])',
                  ('trace each("hs.t*.f", it)', '`each("hs.t*.f", it[0])`')),
    "ladder": Case(NET, "backward", "ladder", ("ladder gradient", "is not one of delta, std, update")),
    "hist": Case(PIXELS, "forward", "hist y", ("hist", "of what?")),
    "matrix": Case(RING, "forward", "matrix d", ("matrix y", "unknown name `y`")),
    "graph": Case(RING, "forward", "graph a", ("graph d[:, 0:2]", "`plot matrix` draws any table")),
}  # fmt: skip


def lab_of(case: Case) -> Lab:
    """Return a laboratory in which the run of a case has been made."""
    data = {"x": np.random.default_rng(3).normal(size=(6, 4, 5))} if case.model == PIXELS else None
    lab = build(case.model, seed=2, data=data, backend="plain")
    lab.do("forward")
    lab.do(case.before)
    return lab


def opened(lab: Lab, line: str) -> OpenPlot:
    """Open a plot, and return it."""
    lab.do(f"plot {line}")
    one = lab.plots.of(lab.plots.shown)
    assert isinstance(one, OpenPlot)
    return one


def last(one: OpenPlot) -> Picture:
    """Return the picture that was asked for last."""
    assert one.last is not None
    return one.last
