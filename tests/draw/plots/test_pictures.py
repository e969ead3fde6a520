"""Pictures of lessons, whole: what a person sees of XOR, of digits, of an LSTM, of a ravine."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import gradlab
from gradlab.draw.plots import Paper, text_rows
from gradlab.session import Lab
from tests.draw.plots.cases import CASES

PICTURES = Path(__file__).parent / "pictures"


@cache
def trained(name: str, lines: str) -> Lab:
    """Return a lesson, or the model of a graph, behind some lines, on the machine that needs no kernels."""
    lab = gradlab.load(name, backend="plain") if name else gradlab.build(CASES["graph"].model, backend="plain")
    lab.do(lines)
    return lab


def picture(lab: Lab, line: str, paper: Paper) -> str:
    """Return a plot as it is drawn."""
    lab.do(f"plot {line}")
    one = lab.plots.of(lab.plots.shown)
    return "\n".join(text_rows(one.kind, one.picture(lab, paper), paper)) + "\n"


XOR = ("mlp/xor-trained", "train 300\nforward")
LSTM = ("recurrent/lstm", "train 120\nforward")
RAVINE = ("optim/sgd-ravine", "plot surface f over x -12..12, y -2..2 path\ntrain 20")
DIGITS = ("mlp/digits-mlp", "forward")
RING = ("", "forward")
SHOWN: dict[str, tuple[tuple[str, str], str, Paper]] = {
    "xor-plane": (XOR, "plane output.y over x[:, 0] -0.5..1.5, x[:, 1] -0.5..1.5 points x by t", Paper(60, 17, "plain")),
    "xor-ladder": (XOR, "ladder", Paper(50, 8, "plain")),
    "xor-scatter": (XOR, "scatter hidden.h by t", Paper(40, 12, "plain")),
    "lstm-trace": (LSTM, 'trace each("hs.t*.f", it[0]), each("hs.t*.c", it[0])', Paper(78, 14, "mono")),
    "lstm-matrix": (LSTM, "matrix hs.W", Paper(78, 16, "ascii")),
    "ravine-surface": (RAVINE, "surface f over x -12..12, y -2..2 path", Paper(60, 14, "plain")),
    "ravine-curve": (RAVINE, "curve f log", Paper(50, 9, "plain")),
    "digits-image": (DIGITS, "image x grid 1x2 by t", Paper(60, 14, "mono")),
    "digits-hist": (DIGITS, "hist hidden.h", Paper(50, 9, "plain")),
    "adjacency-graph": (RING, "graph a", Paper(40, 13, "plain")),
}
"""The pictures, by the names of the files that hold them."""


@pytest.mark.parametrize("name", sorted(SHOWN))
def test_a_picture_of_a_lesson_is_as_it_was(name: str) -> None:
    run, line, paper = SHOWN[name]
    wanted = (PICTURES / f"{name}.txt").read_text(encoding="utf-8")
    assert picture(trained(*run), line, paper) == wanted


def test_every_kept_picture_is_compared() -> None:
    assert sorted(path.stem for path in PICTURES.iterdir()) == sorted(SHOWN)
