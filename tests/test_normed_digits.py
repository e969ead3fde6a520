"""A lesson with batch normalisation and dropout from its file to its last assertion, by the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.cli import main

LESSON = """---
title: Batch normalisation and dropout
seed: 1
---

Two layers, normalised and thinned out.

```python model
x, t = dataset("digits", split="train", batch=32)
with layer("h0"):
    h = dropout(relu(batch_norm(dense(x, 32, init=he))), 0.2)
with layer("h1"):
    h = dropout(relu(batch_norm(dense(h, 16, init=he))), 0.1)
y = dense(h, 10)
loss = cross_entropy(y, t)
minimize(loss, adam(lr=0.01))
```

```lab
forward
expect std(h0.normalized) ~= 1 tol 5%
expect std(h0.mask) > 0
train 90
expect on("test", accuracy(y, t)) > 0.85
expect on("test", std(h0.mask)) == 0
mode eval
forward
expect std(h0.mask) == 0
```
"""


def said(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, *lines: str) -> str:
    file = tmp_path / "lesson.md"
    file.write_text(LESSON, encoding="utf-8")
    code = main([command, str(file), *lines])
    output = capsys.readouterr().out
    assert code == 0, output
    return output


def test_a_net_with_both_learns_the_digits_and_is_judged_in_mode_eval(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "5 ok" in said(tmp_path, capsys, "check")


def test_the_line_of_a_run_says_the_mode(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ("train 20", "mode eval", 'expect on("test", loss) < 10')
    assert "20.f.0  mode eval" in said(tmp_path, capsys, "run", *lines)
