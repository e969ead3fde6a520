"""The short form of `python -m tests.long.interrupts`."""

from __future__ import annotations

import os

import pytest

if os.name == "nt":
    pytest.skip("POSIX terminals and signals", allow_module_level=True)

from tests.long.interrupts import interrupt


@pytest.mark.parametrize(
    ("number", "kinds", "every"),
    [(50, ("run, plain", "run, kernels kept", "check", "check, time limit"), 0), (10, ("run, plain", "open"), 2)],
    ids=["again and again", "of their own"],
)
def test_no_interruption_is_lost(number: int, kinds: tuple[str, ...], every: int) -> None:
    tally = interrupt(number, 0, kinds, every)
    assert (tally.lost, tally.wrong, sum(tally.ended.values())) == ([], [], number)
