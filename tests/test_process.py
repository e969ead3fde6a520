"""The command line as a process of its own: pipes, closed streams, locales and interruptions."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

GRADLAB = [sys.executable, "-m", "gradlab"]
ROOT = Path(__file__).parent.parent
POSIX = pytest.mark.skipif(os.name == "nt", reason="POSIX shells and signals")


def environment(**changes: str) -> dict[str, str]:
    """Return the environment with gradlab on the path."""
    return os.environ | {"PYTHONPATH": str(ROOT)} | changes


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which `gradlab` is the one under test."""
    function = f'gradlab() {{ "{sys.executable}" -m gradlab "$@"; }}\n'
    return subprocess.run(
        ["bash", "-c", function + line], capture_output=True, encoding="utf-8", env=environment(), check=False
    )


@pytest.fixture
def neuron(tmp_path: Path) -> Path:
    """Return a scenario that can train for very long."""
    path = tmp_path / "neuron.md"
    path.write_text("```python model\nw = param(1.0)\nloss = w*w\nminimize(loss, sgd(lr=0.1))\n```\n")
    return path


def test_output_is_utf_8_whatever_the_locale_says() -> None:
    plain = environment(LC_ALL="C", LANG="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0", PYTHONIOENCODING="ascii")
    done = subprocess.run([*GRADLAB, "ops", "mul"], capture_output=True, env=plain, check=True)
    assert "z = x · y" in done.stdout.decode("utf-8")


@POSIX
def test_a_reader_that_goes_away_is_nothing_to_talk_about() -> None:
    done = shell("set -o pipefail; gradlab ops | true; exit ${PIPESTATUS[0]}")
    assert (done.returncode in (0, 141), done.stderr) == (True, "")


@POSIX
def test_a_broken_pipe_is_exit_141_in_silence() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run([*GRADLAB, "ops"], stdout=writer, stderr=subprocess.PIPE, env=environment(), check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@POSIX
@pytest.mark.parametrize("line", ["gradlab ops <&-", "gradlab ops >&-", "gradlab ops 2>&-", "gradlab list <&- >&- 2>&-"])
def test_closed_streams_do_no_harm(line: str) -> None:
    done = shell(line)
    assert (done.returncode, done.stderr) == (0, "")


@POSIX
@pytest.mark.parametrize("command", ["gradlab nonsense >&-", "gradlab nonsense 2>&-"])
def test_an_error_is_exit_2_even_when_nobody_can_read_it(command: str) -> None:
    assert shell(command).returncode == 2


@POSIX
@pytest.mark.parametrize("actions", ["", "-"])
def test_run_without_actions_and_with_stdin_closed_is_bad_usage(neuron: Path, actions: str) -> None:
    done = shell(f"gradlab run '{neuron}' {actions} <&-")
    assert done.returncode == 2
    assert done.stderr.startswith("error: no action given")


@POSIX
@pytest.mark.parametrize("command", ["", "open circuits/sigmoid-neuron", "list"])
def test_without_a_terminal_nothing_waits_for_a_key(command: str) -> None:
    done = shell(f"gradlab {command} < /dev/null | cat")
    assert (done.returncode, done.stderr) == (0, "")
    assert "neuron" in done.stdout
    assert "\x1b" not in done.stdout


def test_actions_come_from_stdin_one_a_line(neuron: Path) -> None:
    text = "# a remark\n\nforward\nexpect loss ~= 1\n"
    for arguments in ([], ["-"]):
        command = [*GRADLAB, "run", str(neuron), *arguments]
        done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", env=environment(), check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-1].startswith("ok ")


@pytest.mark.parametrize("text", ["", "# a remark\n\n"])
def test_a_run_without_actions_says_so(neuron: Path, text: str) -> None:
    command = [*GRADLAB, "run", str(neuron)]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", env=environment(), check=False)
    told = "nothing was run: stdin holds no action; `gradlab check` runs the script of a file\n"
    assert (done.returncode, done.stdout, done.stderr) == (0, "", told)


def test_what_an_action_says_is_there_before_the_next_one_is_read(neuron: Path) -> None:
    command = [*GRADLAB, "run", str(neuron), "-"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, encoding="utf-8", bufsize=1, env=environment()) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for _ in range(3):
            process.stdin.write("expect 1 < 2\n")
            assert process.stdout.readline().startswith("ok ")
        process.stdin.close()
        assert process.wait() == 0


@POSIX
@pytest.mark.parametrize("last", ["", "train 1000000000\nexpect 2 < 3\n"], ids=["waiting", "training"])
def test_an_interruption_is_exit_130_and_tells_how_far_it_came(last: str, neuron: Path) -> None:
    command = [*GRADLAB, "run", str(neuron), "-"]
    with subprocess.Popen(command, stdin=-1, stdout=-1, stderr=-1, encoding="utf-8", bufsize=1, env=environment()) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write("expect 1 < 2\n")
        assert process.stdout.readline().startswith("ok ")
        process.stdin.write(last)
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stdout.read() == ""  # the action behind the one that was interrupted is not done
        assert re.fullmatch(r"interrupted at \d+\.[fbu]\.\d+(, loss \S+ \(update \d+\))?\n", process.stderr.read())


@POSIX
def test_a_full_disk_is_an_error_and_no_traceback() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    done = shell("gradlab ops > /dev/full")
    assert (done.returncode, done.stderr) == (2, "error: No space left on device\n")


@POSIX
def test_an_alarm_rings_for_a_job_in_the_background_too(neuron: Path) -> None:
    neuron.write_text(neuron.read_text() + "```lab\ntrain 1000000000\n```\n")
    done = shell(f"trap '' INT; gradlab check '{neuron}' --timeout 0.3 & wait $!")
    assert done.returncode == 1
    assert "did not end within 0.3 s" in done.stderr


@POSIX
def test_an_interruption_of_check_is_no_timeout(neuron: Path, tmp_path: Path) -> None:
    quick = tmp_path / "quick.md"
    quick.write_text(neuron.read_text())
    neuron.write_text(neuron.read_text() + "```lab\ntrain 1000000000\n```\n")
    command = [*GRADLAB, "check", str(quick), str(neuron)]
    with subprocess.Popen(command, stdout=-1, stderr=-1, encoding="utf-8", bufsize=1, env=environment()) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("ok ")
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stderr.read() == f"interrupted: `{neuron}` not checked to the end\n"
