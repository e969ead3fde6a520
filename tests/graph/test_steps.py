"""What Python goes through number by number without kernels, and that `auto` begins with kernels where that is much."""

from __future__ import annotations

import sys
from dataclasses import replace
from types import FrameType
from typing import Any

import pytest

from gradlab import build
from gradlab.graph import machines
from gradlab.graph.machine import MachineKind
from gradlab.graph.tape import Tape

CALLS = (
    "softmax(a)", "log_softmax(a)", "logsumexp(a, axis=1)", "max(a, axis=1)", "argmax(a, axis=1)", "sort(a)", "prod(a, axis=1)",
    "bce(a, a > 0)", "transpose(a)", "layer_norm(a)", "sum(a, axis=1)", "exp(a)", "a * a + 1", "group_norm(a, 2)",
)  # fmt: skip


def lines(call: str, rows: int) -> tuple[int, int]:
    """Return how many lines of Python the ops of a call take without kernels, and how many steps its tape counts."""
    lab = build(f"a = noise(shape=({rows}, 6))\nz = {call}", backend="plain")
    count = 0

    def look(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        inside = "/gradlab/ops/" in frame.f_code.co_filename.replace("\\", "/")
        count += inside and event == "line"
        return look if inside else None

    before = sys.gettrace()
    sys.settrace(look)
    try:
        lab.run.machine.forward(0, len(lab.tape.forward_order))
    finally:
        sys.settrace(before)
    return count, lab.tape.steps


@pytest.mark.parametrize("call", CALLS)
def test_an_op_has_steps_where_more_numbers_take_more_lines(call: str) -> None:
    (few, _), (many, steps) = lines(call, 8), lines(call, 64)
    assert (steps > 0) == (many > few)
    assert steps in (0, 6 * 64)


def tape_of(rows: int) -> Tape:
    """Return the tape of a model whose only op goes through 10 numbers a row."""
    return build(f"a = noise(shape=({rows}, 10))\nz = argmax(a, axis=1)").tape


@pytest.mark.parametrize(
    ("rows", "ready", "begins"), [(40_000, True, "plain"), (60_000, True, "jit"), (60_000, False, "plain")]
)
def test_auto_begins_with_kernels_that_are_ready_where_python_would_take_many_steps(
    rows: int, ready: bool, begins: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tape = tape_of(rows)
    kinds = {name: changed(kind, ready) for name, kind in machines.machines().items()}
    monkeypatch.setattr(machines, "machines", lambda: kinds)
    assert machines.choose(tape) == begins


def test_auto_compiles_at_once_where_python_would_take_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    tape = tape_of(10)
    monkeypatch.setattr(tape, "steps", machines.COMPILED + 1)
    assert machines.choose(tape) == "jit"


def changed(kind: MachineKind, ready: bool) -> MachineKind:
    """Return a kind of machine whose kernels are ready, or are not."""
    return replace(kind, ready=lambda tape: ready)
