"""Which machine runs a laboratory, and when kernels are compiled beside it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from gradlab import build
from gradlab.graph.machines import machines
from gradlab.graph.tape import Tape
from gradlab.lab.backend import PATIENCE, WORTH, Backend
from tests.lab.models import XOR, plain


class FakeWarming:
    """Stands for the process that fills the cache."""

    started = 0

    def __init__(self, tape: Tape) -> None:
        type(self).started += 1
        self.done, self.failure = False, ""

    def stop(self) -> None:
        """End it."""


def finish(chosen: Backend) -> None:
    """End the process that fills the cache."""
    warming: Any = chosen._warming
    warming.done = True


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Make the cache look cold until the list says otherwise."""
    warm: list[bool] = []
    FakeWarming.started = 0
    kind = replace(machines()["jit"], ready=lambda tape: bool(warm), warm=FakeWarming)
    registry: Any = machines()
    monkeypatch.setitem(registry.own, "jit", kind)
    return warm


def test_a_small_graph_runs_plain_while_kernels_are_cold_and_compiles_them_only_for_long_work(cold: list[bool]) -> None:
    chosen = Backend(plain(XOR).tape)
    assert chosen.name == "plain"
    chosen.worked(PATIENCE / 2)
    assert FakeWarming.started == 0
    chosen.worked(PATIENCE)
    chosen.worked(PATIENCE)
    assert FakeWarming.started == 1
    assert not chosen.changed


def test_it_changes_once_when_the_kernels_are_there(cold: list[bool]) -> None:
    chosen = Backend(plain(XOR).tape)
    chosen.warm()
    finish(chosen)
    cold.append(True)
    assert [chosen.changed, chosen.changed, chosen.name] == [True, False, "jit"]


def test_it_stays_plain_when_compiling_came_to_nothing(cold: list[bool]) -> None:
    chosen = Backend(plain(XOR).tape)
    chosen.warm()
    finish(chosen)
    assert [chosen.changed, chosen.name] == [False, "plain"]
    chosen.worked(2 * PATIENCE)
    assert FakeWarming.started == 1


def test_a_process_that_fills_the_cache_and_crashes_is_told_of_once(cold: list[bool]) -> None:
    lab = build(XOR)
    lab.backend.warm()
    warming: Any = lab.backend._warming
    warming.done, warming.failure = True, "the process that compiles kernels ended with signal 11: it goes on without them"
    first, second = lab.do("train 2"), lab.do("train 2")
    assert [line.text for line in first.lines if line.kind == "info"] == [warming.failure]
    assert [line.text for line in second.lines if line.kind == "info"] == []
    assert lab.run.machine.backend == "plain"


def test_kernels_that_are_ready_are_loaded_only_when_there_is_work_for_them(cold: list[bool]) -> None:
    cold.append(True)
    chosen = Backend(plain(XOR).tape)
    chosen.worked(WORTH / 2)
    assert [chosen.changed, chosen.name] == [False, "plain"]
    chosen.worked(WORTH)
    assert [chosen.changed, chosen.name, FakeWarming.started] == [True, "jit", 0]


def test_what_a_person_asked_for_is_not_changed(cold: list[bool]) -> None:
    chosen = Backend(plain(XOR).tape, "plain")
    chosen.worked(10 * PATIENCE)
    assert FakeWarming.started == 0


def test_work_beside_the_run_takes_kernels_that_are_ready_where_it_is_worth_loading_them(cold: list[bool]) -> None:
    lab = plain(XOR)
    chosen, other = Backend(lab.tape), Tape(lab.graph, "float32")
    assert [chosen.beside(other, WORTH / 2), chosen.beside(other, 2 * WORTH)] == ["plain", "plain"]
    cold.append(True)
    assert [chosen.beside(other, WORTH / 2), chosen.beside(other, 2 * WORTH)] == ["plain", "jit"]
    chosen.worked(2 * WORTH)
    assert chosen.beside(other) == "jit"


def test_beside_a_fast_run_another_dtype_waits_for_no_compiler(cold: list[bool]) -> None:
    lab = plain(XOR)
    chosen = Backend(lab.tape)
    chosen.warm()
    finish(chosen)
    cold.append(True)
    assert chosen.changed
    cold.clear()
    assert [chosen.beside(lab.tape), chosen.beside(Tape(lab.graph, "float32"), 10 * WORTH)] == ["jit", "plain"]


def test_work_beside_the_run_keeps_to_what_a_person_asked_for(cold: list[bool]) -> None:
    cold.append(True)
    lab = plain(XOR)
    assert Backend(lab.tape, "plain").beside(lab.tape, 10 * WORTH) == "plain"


FILLING = """
from gradlab import numeric
from gradlab.graph.machines import _warming
from gradlab.kernels import cache

class Loops:
    warm = staticmethod(lambda: None)

known = []
cache.is_warm = lambda *_: False
cache.load = lambda *_: known.append(len(numeric.HELPERS)) or Loops
_warming.fill("float64", [_warming.LOOPS, "softmax"])
print(known[0] == known[1] > 0)
"""


def test_the_process_that_fills_the_cache_knows_all_helpers_of_ops_before_numba_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", FILLING], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
