"""`gradlab play` without a screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.cli import main

LESSON = """# One

A sum.

```python model
w = param(2.0)
s = square(w)
```

```lab
forward
expect s ~= 4
mark half
quiz s
```

Then *two*.

```lab
say now
backward
```
"""


@pytest.fixture
def lesson(tmp_path: Path) -> Path:
    """Return a lesson."""
    file = tmp_path / "lesson.md"
    file.write_text(LESSON, encoding="utf-8")
    return file


def test_a_lesson_is_printed_stop_by_stop(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", "--plain", str(lesson)]) == 0
    out = capsys.readouterr().out
    assert [line for line in out.split("\n") if line] == [
        "One", "A sum.", "> forward", "0.f.1  forward, 1 of 1 ops done  s +4.000000", "> expect s ~= 4",
        "ok     line 12  expect s ~= 4    got 4", "> mark half", "half is 0.f.1", "> what is s?",
        "quiz   line 14  what is s?", "skip   s was not answered", "Then two.", "> say now", "now", "> backward",
        "0.b.1  backward, 1 of 1 ops done  s +4.000000",
    ]  # fmt: skip


def test_until_a_mark_is_as_far_as_the_line_that_makes_it(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", "--plain", "--until", "half", str(lesson)]) == 0
    assert capsys.readouterr().out.rstrip().split("\n")[-1] == "half is 0.f.1"


def test_a_claim_that_fails_is_the_exit_code(lesson: Path) -> None:
    lesson.write_text(LESSON.replace("~= 4", "~= 5"), encoding="utf-8")
    assert main(["play", "--plain", str(lesson)]) == 1


def test_a_recording_plays_as_what_was_done(tmp_path: Path, capsys: pytest.CaptureFixture[str], lesson: Path) -> None:
    kept = tmp_path / "kept.gradlab"
    assert main(["run", str(lesson), "forward", "set w = 3", "backward", "--record", str(kept)]) == 0
    capsys.readouterr()
    assert main(["play", "--plain", str(kept)]) == 0
    lines = [line for line in capsys.readouterr().out.split("\n") if line.startswith(">")]
    assert [line for line in lines if "expect" not in line] == ["> forward", "> set w = 3", "> backward"]


@pytest.mark.parametrize("speed", ["0", "21", "fast", "-1"])
def test_a_speed_is_a_number_in_its_range(lesson: Path, speed: str) -> None:
    assert main(["play", "--speed", speed, str(lesson)]) == 2


def test_a_mark_that_is_never_made_is_said(lesson: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", "--plain", "--until", "never", str(lesson)]) == 2
    assert "`never` is no mark of this script: it makes half" in capsys.readouterr().err
