"""While a question is open, its answer stands in no panel; `python -m tests.long quizzes` asks all lessons."""

from __future__ import annotations

import pytest

from tests.tui.quiz_sweep import leaks_of, shows

QUICK = (
    "circuits/sigmoid-neuron", "activations/sigmoid", "activations/tanh", "linear/linreg-quiz", "linear/softmax-classifier",
    "linear/output-units", "normalization/batch-norm", "optim/adam", "optim/momentum", "errata/adam-as-printed",
    "mlp/mlp-4-5-3",
)  # fmt: skip
"""Lessons that take a second or so each, of all kinds."""


@pytest.mark.parametrize("name", QUICK)
def test_the_answer_to_an_open_question_stands_in_no_panel(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(leaks_of(name, monkeypatch))
    assert found, "it asks for no number"
    assert [(question, leaks) for question, leaks in found if leaks] == []


def test_an_answer_would_be_seen_in_the_ways_that_it_is_written() -> None:
    text = "a 0.5\nb -0.393\nc 3.93e-01\nd 39,322.4\ne 0.39\nf +0.5004"
    assert shows(text, (-0.39322, 0.5)) == ["a 0.5", "b -0.393", "f +0.5004"]
    assert shows(text, (39322.4, 0.393)) == ["c 3.93e-01", "d 39,322.4"]
