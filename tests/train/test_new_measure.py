"""A file is all that a measure takes: it is a column of `stats` and of the health panel, a word, and a strip."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import gradlab

FILE = '''"""The mean of the squares of all elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from gradlab.train.measure import Axis, Floats, Sums, measure


def of(x: Floats, axis: Axis = None) -> Any:
    """Return the mean of squares."""
    return np.mean(x * x, axis=axis)


def from_sums(sums: Sums) -> Floats:
    """Return the mean of squares."""
    return sums.squares / sums.count


MEASURE = measure(of, form="size", sums=from_sums)
'''
PROGRAM = """
import sys
from importlib.util import find_spec, module_from_spec

spec = find_spec("gradlab.train.measures")
package = module_from_spec(spec)
package.__path__.append(sys.argv[1])
sys.modules[spec.name] = package
spec.loader.exec_module(package)

import gradlab
from gradlab.draw.health import health_rows
from gradlab.draw.ink import text_of
from gradlab.draw.through import strip_width, through_rows
from gradlab.scenario import glossary
from gradlab.train.strips import strip_kinds
from gradlab.tui.panels.health import ask_through



def said(line):
    print(*(part.text for part in lab.do(line).lines), sep="\\n")


net = "x = const([[3.0, 0.5]])\\nh = relu(dense(x, 2, init=ones))\\nminimize(mean(h * h), sgd(1e-9))\\n"
lab = gradlab.build(net, backend="plain")
lab.train(3)
lab.do("forward")
said("stats")
said("expect energy(h) > 12")
said("watch energy(x, axis=1)")
print(text_of(health_rows(lab.stats(), "activations", 118)[0]))
print(text_of(health_rows(lab.stats(), "activations", 118)[1]))
print(glossary.find("energy")[0].summary)
kind = strip_kinds()[-1]
print(kind.title, kind.form)
print(text_of(through_rows(ask_through(lab, kind, strip_width(100)).through, 100, 5)[1]))
"""


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return what a process prints that found one more file among the measures."""
    folder = tmp_path_factory.mktemp("measures")
    (folder / "energy.py").write_text(FILE, encoding="utf-8")
    where = {**os.environ, "PYTHONPATH": str(Path(gradlab.__file__).parents[1]), "COLUMNS": "120"}
    done = subprocess.run([sys.executable, "-c", PROGRAM, folder], capture_output=True, text=True, check=False, env=where)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_it_is_a_column_of_stats_behind_the_others(printed: list[str]) -> None:
    assert printed[0].split()[:6] == ["layer", "mean", "std", "zeros", "sat.", "energy"]
    assert printed[1].split()[:6] == ["h", "3.5", "0", "0", "%", "12.25"]


def test_it_is_a_word_of_expressions_with_an_axis(printed: list[str]) -> None:
    assert printed[2] == "expect energy(h) > 12"
    assert printed[3].endswith("energy(x, axis=1) = [4.625]")


def test_it_is_a_column_of_the_health_panel(printed: list[str]) -> None:
    assert printed[4].split()[:6] == ["layer", "mean", "std", "dead", "sat.", "energy"]
    assert printed[5].split()[:7] == ["h", "+3.500000", "0", "0", "%", "·", "12.25"]


def test_it_has_a_page_and_a_strip_through_time(printed: list[str]) -> None:
    assert printed[6] == "The mean of the squares of all elements"
    assert printed[7] == "energy of the activations size"
    assert printed[8].startswith("h        12.25 ")
