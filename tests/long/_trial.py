"""Tests in a process of their own: forked from one that has imported what is heavy, in a copy of the files."""

from __future__ import annotations

import builtins
import contextlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import hypothesis  # noqa: F401 - imported before the fork, as the next four
import numba  # noqa: F401
import numpy as np  # noqa: F401
import pytest
import scipy.special  # noqa: F401

from tests.long._reach import NAME

FAULTS = 10.0
"""Times that a test may take longer than when it was measured, before what runs in it is taken for endless."""
LEAST = 20.0
OPTIONS = (
    "-q", "-x", "-n", "0", "-p", "no:cacheprovider", "--tb=line", "-W", "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip
"""The warning is of Hypothesis, which was imported before pytest could look at it."""


class Measuring:
    """A plugin that writes down, for every test that passes, its seconds and the statements that it ran."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.found: dict[str, dict[str, Any]] = {}
        self.bad: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        reached: set[tuple[str, int]] = builtins.__dict__.setdefault(NAME, set())
        reached.clear()
        began = time.monotonic()
        result = yield
        self.found[item.nodeid] = {"seconds": time.monotonic() - began, "reached": sorted(reached)}
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if not report.passed:
            self.bad.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        kept = {name: test for name, test in self.found.items() if name not in self.bad}
        self.place.write_text(json.dumps(kept), encoding="utf-8")


class Choosing:
    """A plugin that runs some tests, the cheap ones first, and ends the process when one takes far too long."""

    def __init__(self, seconds: Mapping[str, float]) -> None:
        self.seconds = seconds

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted((i for i in items if i.nodeid in self.seconds), key=lambda i: self.seconds[i.nodeid])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        signal.setitimer(signal.ITIMER_REAL, max(LEAST, FAULTS * self.seconds[item.nodeid]))


def run(copy: Path, tests: Sequence[str], plugin: object, log: Path) -> int:
    """Run tests of a copy in a forked process, and return its exit code, that of a signal as a negative number."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        _become(copy, tests, plugin, log)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(status)


def _become(copy: Path, tests: Sequence[str], plugin: object, log: Path) -> None:
    """Run the tests here, and end the process."""
    code = 70
    try:
        os.setsid()
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(copy)
        _forget_ourselves(copy)
        code = int(pytest.main([*OPTIONS, *tests], plugins=[plugin]))
    except BaseException:  # noqa: BLE001 - it is told, and the process ends
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


def _forget_ourselves(copy: Path) -> None:
    """Have gradlab and the tests imported from the copy, here and in processes that are started from here."""
    sys.dont_write_bytecode = True
    os.environ["PYTHONPATH"] = str(copy)
    sys.path[:] = [str(copy), *sys.path]
    for name in [n for n in sys.modules if n.partition(".")[0] in ("gradlab", "tests")]:
        del sys.modules[name]
