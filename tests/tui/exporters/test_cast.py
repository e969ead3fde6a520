"""A cast of a lesson: what a terminal is sent, when, and the chapters."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyte
import pytest

from gradlab.cli import main
from gradlab.recording.performance import Performance
from gradlab.session import load
from gradlab.tui.exporters._stage import Film, played

LESSON = "circuits/max-gate"


def written(tmp_path: Path, *options: str, name: str = LESSON) -> tuple[dict[str, Any], list[tuple[float, str, str]]]:
    """Return the header and the events of a cast."""
    out = tmp_path / "lesson.cast"
    assert main(["export", "cast", name, str(out), *options]) == 0
    header, *events = map(json.loads, out.read_text(encoding="utf-8").splitlines())
    return header, [(at, kind, text) for at, kind, text in events]


def lesson_in(folder: Path) -> str:
    """Write a lesson with a heading, a mark and a question, and return its name."""
    path = folder / "sum.md"
    path.write_text(
        "# The sum\nTwo numbers.\n\n```python model\na, b = input(3.0), input(4.0)\ns = a + b\n```\n\n## Forward\n"
        "```lab\nmark begun\nquiz s\nforward\n```\n",
        encoding="utf-8",
    )
    return str(path)


def test_what_is_sent_draws_the_screen_of_each_stop(tmp_path: Path) -> None:
    _, events = written(tmp_path, "--size", "100x30")

    async def screens(film: Film) -> list[list[str]]:
        found = [[line.text.rstrip() for line in film.strips()]]
        while not film.ended:
            await film.forth()
            found.append([line.text.rstrip() for line in film.strips()])
        return found

    there = played(Performance(LESSON), (100, 30), "dark", screens)
    terminal = pyte.Screen(100, 30)
    stream = pyte.Stream(terminal)
    drawn = []
    for _, kind, text in events:
        if kind == "o" and text:
            stream.feed(text)
            drawn.append([line.rstrip() for line in terminal.display])
    assert drawn == [screen for n, screen in enumerate(there) if n == 0 or screen != there[n - 1]]
    assert len(drawn) > 15


def test_time_is_that_of_a_reader_and_never_idle_for_long(tmp_path: Path) -> None:
    _, events = written(tmp_path)
    times = [at for at, *_ in events]
    steps = [round(later - earlier, 3) for earlier, later in pairwise(times)]
    assert min(steps) >= 0
    assert max(steps) <= 3
    assert steps.count(0.8) > 5


def test_headings_and_marks_are_chapters(tmp_path: Path) -> None:
    _, events = written(tmp_path, name=lesson_in(tmp_path))
    chapters = [text for _, kind, text in events if kind == "m"]
    assert chapters == ["The sum", "Forward", "begun"]


def test_a_question_is_shown_and_then_its_answer(tmp_path: Path) -> None:
    _, events = written(tmp_path, name=lesson_in(tmp_path))
    terminal = pyte.Screen(100, 30)
    stream = pyte.Stream(terminal)
    drawn = []
    for _, kind, text in events:
        if kind == "o":
            stream.feed(text)
            drawn.append("\n".join(terminal.display))
    asked = next(n for n, screen in enumerate(drawn) if "what is s?" in screen and "answer" in screen)
    assert "s = 7" not in "".join(drawn[: asked + 1])
    assert any("s = 7" in screen for screen in drawn[asked + 1 :]), drawn[asked + 1 :]


def test_two_processes_write_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / "one.cast", tmp_path / "two.cast"]
    for file in files:
        subprocess.run([sys.executable, "-m", "gradlab", "export", "cast", "mlp/xor-trained", file], check=True)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_asciinema_reads_it(tmp_path: Path) -> None:
    out = tmp_path / "lesson.cast"
    assert main(["export", "cast", LESSON, str(out), "--size", "80x24"]) == 0
    from asciinema import asciicast

    with asciicast.open_from_url(str(out)) as cast:
        events = list(cast.events())
    assert events[0][2].startswith("\x1b[?25l\x1b[2J")
    header = json.loads(out.read_text(encoding="utf-8").partition("\n")[0])
    assert header == {
        "version": 2, "width": 80, "height": 24, "title": load(LESSON).title, "env": {"TERM": "xterm-256color"}
    }  # fmt: skip


@pytest.mark.parametrize("size", ["80", "80x", "x24", "0x0", "39x12", "40x11", "301x50", "80x121", "80x24x2", "-80x24"])
def test_a_size_is_columns_and_rows(tmp_path: Path, size: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "cast", LESSON, str(tmp_path / "a.cast"), f"--size={size}"]) == 2
    assert f"`{size}` is no size: 40x12 to 300x120" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_line_that_cannot_be_done_leaves_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bad.md"
    file.write_text("```python model\nw = param(2.0)\ns = square(w)\n```\n\n```lab\ngoto 7.f.0\n```\n", encoding="utf-8")
    assert main(["export", "cast", str(file), str(tmp_path / "a.cast")]) == 2
    assert "7.f.0" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["bad.md"]
