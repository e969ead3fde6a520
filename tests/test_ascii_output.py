"""What commands write in ASCII: when it is asked for, and when the locale has nothing else."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from gradlab.cli import main
from tests.tui.terminal import terminal

LESSON = """# δ of a neuron
```python model
x, w = input(2.0), param(-3.0)
f = sigmoid(w * x)
```
```lab
say ∂f/∂w ≤ ½, which is x · f · (1 − f) → x²
backward
expect grad(w) > 0
explain w
```
"""
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminals")


@pytest.fixture
def lesson(tmp_path: Path, state_folder: Path) -> str:
    path = tmp_path / "neuron.md"
    path.write_text(LESSON, encoding="utf-8")
    return str(path)


COMMANDS = (("run", "backward", "explain w"), ("check",), ("play", "--plain"), ("open",))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("asks", ["option", "locale"])
def test_commands_write_ascii_alone(
    command: Sequence[str], asks: str, lesson: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name, *rest = command
    monkeypatch.delenv("GRADLAB_ASCII", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    main([name, lesson, *rest])
    usual = "".join(capsys.readouterr())
    if asks == "locale":
        monkeypatch.setenv("LC_ALL", "C")
    main([name, lesson, *rest, *(["--ascii"] if asks == "option" else [])])
    assert "GRADLAB_ASCII" not in os.environ
    written = "".join(capsys.readouterr())
    assert written.isascii()
    assert written
    if name != "check":
        assert not usual.isascii()
        assert len(written.splitlines()) == len(usual.splitlines())


def test_what_is_said_is_spelled_out(lesson: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["play", lesson, "--plain", "--ascii"]) == 0
    assert "df/dw <= 1/2, which is x . f . (1 - f) -> x^2" in capsys.readouterr().out


def test_json_is_the_same_document(lesson: str, capsys: pytest.CaptureFixture[str]) -> None:
    for more in ((), ("--ascii",)):
        assert main(["run", lesson, "explain w", "--json", *more]) in (0, 2)
        documents = json.loads(capsys.readouterr().out)
        assert documents["command"] == "run"


@POSIX
@pytest.mark.parametrize(("options", "locale"), [(["--ascii"], "C.UTF-8"), ([], "C")])
def test_a_terminal_is_sent_ascii_alone(options: list[str], locale: str, lesson: str) -> None:
    with terminal("-m", "gradlab", "open", lesson, *options, size=(80, 24), LC_ALL=locale) as shown:
        shown.wait_for("0.f.0")
        shown.press("ff")
        shown.wait_for("{>_mul.0 d")
        shown.press("2345")
        shown.wait_for("activations of each layer")
        shown.press("q")
        shown.wait_for_end()
        assert shown.sent.isascii()
