from __future__ import annotations

import ctypes
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tui.driving import LESSON, MATRICES
from tests.tui.terminal import ROOT, terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


@pytest.fixture
def lesson(tmp_path: Path) -> str:
    path = tmp_path / "neuron.md"
    path.write_text(LESSON.replace("TITLE", "The sigmoid neuron"))
    return str(path)


def test_a_scenario_is_stepped_in_a_real_terminal(lesson: str) -> None:
    with terminal("-m", "gradlab", "open", lesson) as shown:
        shown.wait_for("0 of 5      0.f.0")
        shown.press("nn")
        shown.wait_for("0.f.2")
        shown.press(":forward\r")
        shown.wait_for("0.f.5")
        shown.press("f")
        shown.wait_for("0.b.5")
        shown.resize(80, 24)
        shown.wait_for("0.b.5  backward 5 of 5")
        shown.resize(20, 5)
        shown.wait_for("0.b.5  backward 5")
        shown.resize(120, 34)
        shown.wait_for("1 graph")
        shown.press("q")
        assert shown.wait_for_end() == 0
        assert shown.restored


def test_no_size_of_another_terminal_reaches_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    library = ctypes.CDLL(None)
    assert library.setenv(b"LINES", b"5", 1) == 0, "as readline does, behind Python's back"
    try:
        with terminal("-c", "import os; print({n: os.environ.get(n) for n in ('COLUMNS', 'LINES')}, 'end')") as shown:
            shown.wait_for("end")
            assert "{'COLUMNS': None, 'LINES': None} end" in shown.text()
    finally:
        library.unsetenv(b"LINES")


def test_without_colour_nothing_is_coloured(lesson: str) -> None:
    with terminal("-m", "gradlab", "open", lesson, size=(80, 24), NO_COLOR="1") as shown:
        shown.wait_for("0.f.0")
        shown.press("ff1234567")
        shown.wait_for("0.b.5")
        shown.press("q")
        assert shown.wait_for_end() == 0
        assert not coloured(shown.sent)


def coloured(sent: bytes) -> list[bytes]:
    """The colours that were sent, but for greys: NO_COLOR leaves shades."""
    found = re.findall(rb"[34]8;2;(\d+);(\d+);(\d+)", sent)
    return [b";".join(rgb) for rgb in found if len(set(rgb)) > 1]


def test_ctrl_c_gives_the_terminal_back(lesson: str) -> None:
    with terminal("-m", "gradlab", "open", lesson) as shown:
        shown.wait_for("0.f.0")
        shown.press("\x03")
        assert shown.wait_for_end() == 130
        assert shown.restored


def test_ctrl_c_before_the_first_frame_gives_the_terminal_back(lesson: str) -> None:
    with terminal("-m", "gradlab", "open", lesson) as shown:
        shown.wait_for(lambda: b"\x1b[?1049h" in shown.sent)
        shown.press("\x03")
        assert shown.wait_for_end() == 130
        assert shown.restored


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_from_outside_gives_the_terminal_back(lesson: str, number: signal.Signals) -> None:
    with terminal("-m", "gradlab", "open", lesson) as shown:
        shown.wait_for("0.f.0")
        os.kill(shown.process, number)
        assert shown.wait_for_end() == 128 + number
        assert shown.restored


def test_bytes_that_are_no_text_do_nothing_but_are_pasted_where_a_line_is_open(lesson: str) -> None:
    with terminal("-m", "gradlab", "open", lesson) as shown:
        shown.wait_for("0.f.0")
        shown.press(b"\xff\xfe\x8b" + b"\x1b[200~" + bytes(range(128, 256)) * 40 + b"\x1b[201~")
        shown.wait_for("a text was pasted where no line is open")
        shown.press("nn")
        shown.wait_for("0.f.2")
        shown.press("q")
        assert shown.wait_for_end() == 0
        assert shown.restored


def test_ctrl_c_stops_a_training_first(tmp_path: Path) -> None:
    path = tmp_path / "net.md"
    path.write_text(MATRICES)
    with terminal("-m", "gradlab", "open", str(path)) as shown:
        shown.wait_for("0.f.0")
        shown.press(":train 1000000000\n")
        shown.wait_for("esc stops")
        shown.press("\x03")
        shown.wait_for("stopped at")
        shown.press("n")
        shown.wait_for(".f.1")
        shown.press("\x03")
        assert shown.wait_for_end() == 130
        assert shown.restored
        assert "what was done is kept: `gradlab open --resume` goes on there" in shown.text()


def test_a_bad_model_is_a_text_and_exit_2(tmp_path: Path) -> None:
    path = tmp_path / "bad.md"
    path.write_text("```python model\nw = param(1.0)\nf = sigmiod(w)\n```\n")
    with terminal("-m", "gradlab", "open", str(path)) as shown:
        assert shown.wait_for_end() == 2
        assert "unknown function `sigmiod`" in shown.text()
        assert "^^^^^^^" in shown.text()
        assert "Traceback" not in shown.text()


def test_a_bad_file_never_takes_the_screen(tmp_path: Path) -> None:
    with terminal("-m", "gradlab", "open", str(tmp_path / "none.md")) as shown:
        assert shown.wait_for_end() == 2
        assert b"\x1b[?1049h" not in shown.sent


def test_a_bad_scenario_of_the_browser_is_shown_and_left_again(tmp_path: Path) -> None:
    (tmp_path / "zz-bad.md").write_text("```python model\nf = sigmiod(1.0)\n```\n")
    script = f"import os; os.chdir({str(tmp_path)!r}); from gradlab.tui.app import run_app; raise SystemExit(run_app())"
    with terminal("-c", script) as shown:
        shown.wait_for("choose a scenario")
        shown.wait_for("in this folder")
        shown.press("/zz-bad")
        shown.wait_for("zz-bad.md:2:5")
        shown.press("\r")
        shown.wait_for("this scenario cannot be opened")
        shown.press("q")
        shown.wait_for(lambda: "cannot be opened" not in shown.text())
        shown.press("\x1b")
        shown.wait_for("q quit")
        shown.press("q")
        assert shown.wait_for_end() == 0
        assert shown.restored


@pytest.mark.parametrize("closed", ["<&-", "</dev/null", "2>/dev/null"])
def test_without_a_terminal_it_says_so_and_draws_nothing(lesson: str, closed: str) -> None:
    command = f"{sys.executable} -c '{RUN_APP}' {lesson} {closed}"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stdout.endswith("is not a terminal: gradlab draws on one; `gradlab run` and `gradlab check` need none\n")
    assert "\x1b" not in done.stdout + done.stderr


RUN_APP = """
import sys
from gradlab.errors import GradlabError
from gradlab.tui.app import run_app
try:
    run_app(sys.argv[1])
except GradlabError as error:
    print(error)
    sys.exit(2)
"""


FIRST_FRAME = """
import asyncio, sys
from gradlab.tui.app import GradlabApp
from gradlab.tui.screens.laboratory import Laboratory

found = []
opened = Laboratory._open
def first_frame(self):
    early = ("numba", "scipy", "sklearn", "gradlab.session", "gradlab.scenario.language")
    found.extend(name for name in early if name in sys.modules)
    opened(self)
Laboratory._open = first_frame

async def main():
    async with GradlabApp(sys.argv[1]).run_test(size=(120, 34)) as pilot:
        while not pilot.app.screen.moment.nodes:
            await pilot.pause()

asyncio.run(main())
print("loaded before the first frame:", found)
"""


def test_the_engine_is_not_imported_before_the_first_frame(lesson: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FIRST_FRAME, lesson], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    assert done.stdout == "loaded before the first frame: []\n"
