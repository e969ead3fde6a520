"""`gradlab check` with several processes: what is told is what one process tells, whatever becomes of a worker."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from gradlab.cli import main
from gradlab.commands._report import Report
from gradlab.commands._workers import Crew, Task

posix = pytest.mark.skipif(sys.platform == "win32", reason="needs process groups")
MODEL = "```python model\nw = param(2.0)\nloss = w * w\nminimize(loss, sgd(lr=0.1))\n```\n```lab\n{script}\n```\n"
TIME = r'\d+\.\d{2,} s|(seconds|time)"?[:=] ?"?\d+\.\d+'
SCRIPTS = {
    "a": "forward\nexpect loss ~= 4",
    "b": "forward\nexpect loss ~= 5\nquiz grad(w)\nbackward",
    "c": "expect w ~= 2",
    "d": "forward to nowhere",
    "e": "train 3\nexpect loss < 4",
}


@pytest.fixture
def told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str, str]]:
    """Return what checks a folder of good and bad files, and gives the exit code, both streams and the JUnit file, timeless."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    for name, script in SCRIPTS.items():
        (folder / f"{name}.md").write_text(MODEL.format(script=script))

    def check(*options: str) -> tuple[int, str, str, str]:
        junit = tmp_path / "junit.xml"
        code = main(["check", str(folder), "--junit", str(junit), *options])
        said = capsys.readouterr()
        out, err, report = (re.sub(TIME, "T", text) for text in (*said, junit.read_text()))
        return code, out, err, report

    return check


@pytest.mark.parametrize("style", [[], ["--json"], ["--lesson"]])
def test_any_number_of_workers_tells_the_same(told: Callable[..., tuple[int, str, str, str]], style: list[str]) -> None:
    alone = told("--jobs", "1", *style)
    assert alone[0] == 2 and "`nowhere`" in alone[2]
    assert told("--jobs", "2", *style) == alone
    assert told("--jobs", "9", *style) == alone


class Dying(Task):
    """A task that its worker does not survive."""

    def checked(self) -> Report:
        """End this process."""
        if self.name.startswith("killed"):
            os.kill(os.getpid(), signal.SIGKILL)
        if self.name.startswith("ended"):
            os._exit(3)
        return Report(self.name)


@posix
def test_a_worker_that_dies_is_told_of_its_scenario_and_the_others_are_checked() -> None:
    names = ["one", "killed", "two", "ended", "three", "killed again", "four"]
    reports = [report for _, report in Crew([Dying(name, Path()) for name in names], 2).reports()]
    assert [(report.name, report.status) for report in reports] == [
        (name, "ok" if name in ("one", "two", "three", "four") else "bad") for name in names
    ]
    assert reports[1].error == "error: `killed` ended the process that checked it: signal 9 (Killed)"
    assert reports[3].error == "error: `ended` ended the process that checked it: exit code 3"


class Mistaken(Task):
    """A task that shows a mistake of ours."""

    def checked(self) -> Report:
        """Raise what nobody expects."""
        if self.name == "bad":
            raise ZeroDivisionError("not even here")
        return Report(self.name)


def test_a_mistake_of_ours_in_a_worker_is_raised_where_it_was_asked_for() -> None:
    reports = Crew([Mistaken(name, Path()) for name in ("good", "bad", "more")], 2).reports()
    assert next(reports) == (0, Report("good"))
    with pytest.raises(RuntimeError, match=r"^ZeroDivisionError: not even here"):
        next(reports)


def test_each_worker_keeps_the_time_of_its_scenario(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / f"{name}.md").write_text(MODEL.format(script="train 100000000" if name < "c" else "forward"))
    tasks = [Task(name, tmp_path / f"{name}.md", timeout=3.0) for name in ("a", "b", "c")]
    reports = [report for _, report in Crew(tasks, 3).reports()]
    assert [report.status for report in reports] == ["timeout", "timeout", "ok"]
    assert reports[1].error == f"error: `b` did not end within 3 s; {tmp_path}/b.md:7 was running: train 100000000"


class Waiting(Task):
    """A task that has its asker interrupted and never ends; the others end at once."""

    def checked(self) -> Report:
        """Write down this process, interrupt the one that started it, and wait."""
        if self.name == "long":
            self.path.write_text(str(os.getpid()))
            os.kill(os.getppid(), signal.SIGINT)
            threading.Event().wait()
        return Report(self.name)


INTERRUPTED = """
import sys
from pathlib import Path
from gradlab.commands._workers import Crew
from tests.test_check_workers import Waiting
crew = Crew([Waiting(name, Path(sys.argv[1])) for name in ("first", "long", "last")], 1 + 1)
try:
    for number, report in crew.reports():
        assert report.name == "first"
except KeyboardInterrupt:
    print("interrupted", [report.name for _, report in crew.ended() if report.name == "long"])
"""


@posix
def test_an_interruption_ends_all_workers_and_keeps_what_has_ended(tmp_path: Path) -> None:
    place = tmp_path / "process"
    command = [sys.executable, "-c", INTERRUPTED, str(place)]
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=paths)
    assert (done.stdout, done.stderr) == ("interrupted []\n", "")
    with pytest.raises(ProcessLookupError):
        os.kill(int(place.read_text()), 0)


ABANDONED = """
import os, sys
from pathlib import Path
from gradlab.commands._workers import Crew
from tests.test_check_workers import Left
for number, report in Crew([Left("a", Path(sys.argv[1])), Left("b", Path(sys.argv[1]))], 2).reports():
    pass
"""


class Left(Task):
    """A task whose asker is killed while it goes on."""

    def checked(self) -> Report:
        """Kill whoever asked, and wait."""
        os.kill(os.getppid(), signal.SIGKILL)
        threading.Event().wait()
        return Report(self.name)


@posix
def test_a_worker_whose_asker_is_gone_ends(tmp_path: Path) -> None:
    inside, outside = os.pipe()  # every worker inherits the end that is written to: reading ends when all are gone
    paths = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", ABANDONED, str(tmp_path)]
    with subprocess.Popen(command, env=paths, stderr=outside) as process:
        os.close(outside)
        process.wait()
        assert os.read(inside, 1) == b""
    os.close(inside)


def test_the_name_of_a_job_count_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "circuits/sigmoid-neuron", "--jobs", "0"]) == 2
    assert "'--jobs': 0 is not in the range 1<=x<=1000" in capsys.readouterr().err
