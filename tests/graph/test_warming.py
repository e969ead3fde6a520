"""The processes that fill the cache of kernels beside a run."""

from __future__ import annotations

import gc
import signal
import subprocess
import sys
import warnings
from typing import Any

import pytest

from gradlab import build
from gradlab.graph.machines import _apart, _warming
from gradlab.kernels import cache

MODEL = "x = param([1.0, 2.0])\nz = sum(exp(sin(x)) * tanh(x) / sigmoid(x))"


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Return what each process that is started is to compile; it compiles nothing and ends by SIGKILL."""
    found: list[list[str]] = []

    def started(module: str, *arguments: str) -> subprocess.Popen[bytes]:
        found.append(list(arguments[1:]))
        program = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
        return subprocess.Popen([sys.executable, "-c", program])

    monkeypatch.setattr(_apart, "started", started)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    return found


def filling(monkeypatch: pytest.MonkeyPatch, warm: set[str]) -> _warming.Filling:
    """Return what fills the cache for a model of six ops, of which some are there."""

    def there(op: Any, dtype: str, names: Any = None) -> bool:
        return op is not None and op.name in warm

    monkeypatch.setattr(cache, "is_warm", there)
    return _warming.Filling(build(MODEL, backend="plain").tape)


def ended(made: _warming.Filling) -> str:
    """Wait for the processes, and return what is to be said of them."""
    for process in made.processes:
        process.wait()
    assert made.done
    return made.failure


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
def test_two_processes_compile_from_both_ends_what_is_missing(orders: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    made = filling(monkeypatch, set())
    names = ["sin", "exp", "tanh", "mul", "sigmoid", "div", "sum"]
    assert orders == [["", *names], [*reversed(names), ""]]
    text = f"ended with signal 9 ({signal.strsignal(signal.SIGKILL)}): it goes on without them"
    assert ended(made) == f"the process that compiles kernels {text}"


def test_few_kernels_are_compiled_by_one_process(orders: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    made = filling(monkeypatch, {"sin", "exp", "tanh", "sum"})
    ended(made)
    assert orders == [["", "mul", "sigmoid", "div"]]


def test_a_process_that_was_stopped_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def started(module: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

    monkeypatch.setattr(_apart, "started", started)
    made = filling(monkeypatch, set())
    made.stop()
    assert made.done and made.failure == ""
    for process in made.processes:
        assert process.stdin is not None
        process.stdin.close()


def test_a_process_that_outlives_its_laboratory_is_not_reported_as_lost() -> None:
    process = _apart.started(_warming.__name__, "float64")
    number = process.pid
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        del process
        gc.collect()
    assert [str(one.message) for one in said] == []
    (kept,) = [one for one in _apart._running if one.pid == number]
    assert kept.wait() == 0
