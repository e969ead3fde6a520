"""How far a long action is, on a terminal; and that numbers which are none make no noise."""

from __future__ import annotations

import io
import sys
from contextlib import suppress

import numpy as np
import pytest

from gradlab.commands import _progress, run
from gradlab.commands._progress import WIPE, Progress
from gradlab.errors import ActionError, GradlabError
from gradlab.scenario.model import draft_text
from gradlab.session import Lab
from tests.lab.models import XOR, plain


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


def test_a_long_action_has_a_line_on_a_terminal_and_wipes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    monkeypatch.setattr(_progress, "PATIENCE", 0.0)
    lab = plain(XOR)
    lab.on_chunk = progress = Progress(lab, "train 40")
    lab.do("train 40")
    progress.close()
    first, *_, last = screen.getvalue().split(WIPE)[1:]
    assert first.startswith("train 40")
    assert "%" in first
    assert ", loss " in first
    assert last == ""


def test_without_a_terminal_there_is_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", stream := io.StringIO())
    monkeypatch.setattr(_progress, "PATIENCE", 0.0)
    lab = plain(XOR)
    lab.on_chunk = progress = Progress(lab, "train 40")
    lab.do("train 40")
    progress.close()
    assert stream.getvalue() == ""


MODELS = {
    "too large for float32": "w = param(1e300)\nx = w * w\nloss = x * x\nminimize(loss, sgd(lr=1.0))",
    "nothing to take the mean of": "w = param([])\nloss = mean(w)\nminimize(loss, sgd(lr=1.0))",
    "infinity less itself": "w = param([1e308, 1e308])\ny = w * 10.0\nloss = sum(y - y)\nminimize(loss, sgd(lr=1.0))",
}


ACTIONS = (
    "forward", "backward", "stats", "check", "precision", "explain w", "paths w", "set w = 1e300", "say {mean(w)} {w * 1e300}",
    "say {mean([])} {std([])} {rms(w - w)}", "watch loss - loss", "train 2", "stats", "check",
    "expect loss - loss == 0", "step",
)  # fmt: skip


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_no_warning_of_numpy_reaches_a_person(model: str, dtype: str) -> None:
    # Warnings are errors in the tests.
    text = f"---\ndtype: {dtype}\n---\n```python model\n{model}\n```\n"
    with np.errstate(all="warn"):
        lab = Lab(draft_text(text).finish(), "plain")
        for action in ACTIONS:
            with suppress(ActionError):
                lab.do(action)
            lab.snapshot()
            lab.findings()


def test_a_line_of_stdin_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LONGEST", 100)
    monkeypatch.setattr(sys, "stdin", io.StringIO("step\n" + "s" * 10_000))
    lines = run._lines_of_stdin()
    assert next(lines) == "step\n"
    with pytest.raises(GradlabError, match="line 2 of stdin is longer than 100 characters"):
        next(lines)
