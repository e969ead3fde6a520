"""What a picture costs: its question to the laboratory and its rows, for the pictures that have a bar."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import numpy as np

import gradlab
from gradlab.draw.plots import OpenPlots, Paper, drawn
from gradlab.session import Lab
from tests.bench.timing import medians

TILES = "x = input(shape=(24, 28, 28))\ny = x * 1\n"
NET = """
x, t = dataset("moons", n=200, target="column")
with layer("first"):
    h = tanh(dense(x, 16))
with layer("second"):
    g = tanh(dense(h, 16))
with layer("last"):
    y = dense(g, 1)
loss = mse(y, t)
minimize(loss, sgd(0.1))
"""
BARS = 5.0, 20.0, 20.0
"""Milliseconds."""
FRAME, FRAMES = 0.1, 30
"""Seconds from one frame to the next, and how many are looked at."""


def report() -> str:
    """Return a table: milliseconds of a picture that is drawn anew because everything has changed, and the bar."""
    runs = {"24 tiles of 28 x 28": _tiles(), "plane, plain": _plane("plain"), "plane, jit": _plane("jit")}
    times = medians(runs, 9)
    bars = dict(zip(times, BARS, strict=True))
    lines = [f"{'plots':28}{'time':>10}{'bar':>10}{'of it':>8}"]
    for name, one in times.items():
        lines.append(f"{name:28}{one * 1e3:>7.2f} ms{bars[name]:>7.0f} ms{one * 1e3 / bars[name]:>8.0%}")
    return "\n".join([*lines, _frames(runs.values())])


def _tiles() -> Callable[[int], object]:
    """Return what asks for 24 pictures of other numbers each time, and draws them in colour."""
    lab = gradlab.build(TILES, data={"x": np.random.default_rng(0).normal(size=(24, 28, 28))}, backend="plain")
    lab.do("forward")
    return _drawing(lab, "image y grid 4x6", Paper(200, 70, "colour"))


def _plane(backend: str) -> Callable[[int], object]:
    """Return what asks for a plane of 60 x 60 points, two in a cell, and draws it in colour, with 200 labels."""
    lab = gradlab.build(NET, backend=backend)
    lab.do("forward")
    return _drawing(lab, "plane y points x by t", Paper(60 + 12, 30 + 5, "colour"))


def _drawing(lab: Lab, text: str, paper: Paper) -> Callable[[int], object]:
    """Return a function that asks for a plot and draws it, so many times."""
    plots: OpenPlots = lab.plots
    lab.do(f"plot {text}")

    def draw(times: int) -> None:
        for _ in range(times):
            lab.touch()
            one = plots.of(1)
            drawn(one.kind, one.picture(lab, paper), paper)

    return draw


def _frames(runs: Iterable[Callable[[int], object]]) -> str:
    """Return the longest picture when all numbers of all pictures are new in each frame, and the share of a frame they take."""
    spent: list[float] = []
    for _ in range(FRAMES):
        for run in runs:
            began = time.process_time()
            run(1)
            spent.append(time.process_time() - began)
    share = sum(spent) / FRAMES / FRAME
    return (
        f"all numbers new in {FRAMES} frames: {share:.0%} of a frame, the longest picture {max(spent) * 1e3:.1f} ms (bar 50 ms)"
    )
