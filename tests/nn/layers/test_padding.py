"""Sequences of several lengths, filled up with a number that stands for nothing: it costs nothing and moves nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import gradlab
from gradlab.cli import main
from gradlab.lab.outcome import Outcome
from tests.scenario.reading import messages, traced

ECHO = """---
title: Echo
---
# Echo

Three sequences of digits, 0 where nothing is left. Each is to be said again.

```python model
said = input([[1, 2, 3], [4, 1, 0], [2, 0, 0]])
h = embedding(said, 5, 6, padding_idx=0)
logits = dense(tanh(dense(h, 8)), 5)
loss = cross_entropy(logits, said, ignore_index=0)
minimize(loss, adam(0.05))
```

Six of nine targets count: at first each costs about log 5.

```lab
forward
backward
check
expect sum(abs(grad(h.E)[0])) ~= 0
expect sum(abs(grad(logits)[1, 2])) ~= 0
expect sum(abs(grad(logits)[2, 1:])) ~= 0
expect sum(abs(grad(logits)[1, 1])) > 0.01
train 100 updates
expect loss < 0.05
expect sum(abs(h.E[0])) ~= 0
```
"""
ALL = "said = input([[0, 0]])\nx = param(shape=(1, 2, 3))\nloss = cross_entropy(x, said, ignore_index=0)\n"
TOLD = "`loss`: all 2 targets are ignored (`ignore_index=0`): the loss is 0 and sends no gradient"


def test_a_sequence_is_echoed_and_padding_gets_no_gradient(tmp_path: Path) -> None:
    path = tmp_path / "echo.md"
    path.write_text(ECHO, encoding="utf-8")
    assert main(["check", str(path)]) == 0


def lines(outcome: Outcome) -> list[str]:
    return [line.text for line in outcome.lines if line.kind == "warning"]


def test_targets_that_are_all_ignored_cost_nothing_and_it_is_said_once() -> None:
    assert [warning.message for warning in traced(ALL).warnings] == [TOLD]
    lab = gradlab.build(ALL, backend="plain")
    assert lines(lab.do("forward")) == []
    lab.do("backward")
    assert lab.value("loss") == 0 and not lab.grad("x").any()


def test_a_batch_that_is_all_padding_is_told_when_it_comes_and_once() -> None:
    text = ALL.replace("said = input([[0, 0]])", "given = input([[1, 0]])\nsaid = given * const(1.0)")
    lab = gradlab.build(text, backend="plain")
    assert lines(lab.do("forward")) == []
    lab.do("set given = [[0, 0]]")
    assert lines(lab.do("forward")) == [TOLD]
    assert lines(lab.do("backward")) == []


def test_the_padding_row_begins_at_zero_and_the_others_as_without_padding() -> None:
    with_padding, without = (
        gradlab.build(f"x = input([1, 2])\nh = embedding(x, 4, 3{more})\nloss = sum(h)\n", backend="plain").value("h.E")
        for more in (", padding_idx=2", "")
    )
    assert not with_padding[2].any()
    np.testing.assert_array_equal(np.delete(with_padding, 2, 0), np.delete(without, 2, 0))


@pytest.mark.parametrize(("given", "text"), [("4", "from 0 to 3, got 4"), ("-1", "from 0 to 3, got -1")])
def test_a_padding_that_is_no_row_is_refused(given: str, text: str) -> None:
    assert messages(f"h = embedding(input([1, 2]), 4, 3, padding_idx={given})") == [f"`padding_idx` of `embedding` is {text}"]
