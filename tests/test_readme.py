"""Every block of the README is run: commands and their output, Python, the example file, the model and the script."""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.documents import ROOT, blocks, commands, console, pattern, program, run

README = ROOT / "README.md"
BLOCKS = blocks(README)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="the README's commands are written for a POSIX shell")
CONSOLE = console(README)
SCENARIO = ("python model", "lab")
"""Blocks that the README has as a scenario; one of its commands checks it."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the files of the README, and a `gradlab` in `bin` that is the one under test."""
    folder = tmp_path_factory.mktemp("desk")
    for block in BLOCKS:
        if block.marker.startswith("file: "):
            (folder / block.marker.removeprefix("file: ")).write_text(block.text, encoding="utf-8")
    (folder / "README.md").write_text(README.read_text(encoding="utf-8"), encoding="utf-8")
    program(folder, "gradlab")
    return folder


@pytest.mark.parametrize(("command", "output"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_a_command_prints_what_the_readme_says(command: str, output: str, desk: Path) -> None:
    if "wrong.md" in command:
        run("sed 's/sigmoid(dot)/sigmiod(dot)/' neuron.md > wrong.md", desk)
    code, got = run(command, desk)
    assert pattern(output).fullmatch(got.rstrip()), got
    assert code == (2 if "error:" in output else int("first difference" in output or "error " in output))


def test_the_python_of_the_readme_gives_what_it_says(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    text = "\n".join(block.text for block in BLOCKS if block.info == "pycon")
    case = doctest.DocTestParser().get_doctest(text, {}, "README", str(README), 0)
    assert case.examples
    said: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    assert runner.run(case, out=said.append).failed == 0, "".join(said)


def test_a_training_in_pytorch_writes_what_the_readme_says(torch: object, desk: Path) -> None:
    program(desk, "gradlab")
    (text,) = [block.text for block in BLOCKS if block.marker == "torch"]
    for command, output in commands(text):
        code, got = run(command.replace("python ", f"{sys.executable} "), desk)
        assert pattern(output).match(got.rstrip()), got
        assert code == 0


def test_every_block_is_one_that_these_tests_run() -> None:
    kinds = {"console", "pycon", *SCENARIO}
    others = [block for block in BLOCKS if block.info not in kinds and not block.marker]
    assert others == []
    assert {block.marker for block in BLOCKS} == {
        "", "the lab", "the tests", "file: neuron.md", "file: deep.md", "file: train.py", "torch"
    }  # fmt: skip
    assert any("check README.md" in command for command, _ in CONSOLE)


def test_the_first_command_ends_by_opening_a_lesson(desk: Path) -> None:
    (text,) = [block.text for block in BLOCKS if block.marker == "the lab"]
    *setup, last = text.strip().split(" && ")
    assert setup == ["python3 -m venv .venv", ".venv/bin/pip install ."]
    code, got = run(last.removeprefix(".venv/bin/"), desk)
    assert code == 0
    assert got.startswith("One neuron: values go forward, gradients come back")


def test_the_second_command_is_one_line_that_the_checks_take_from_the_readme() -> None:
    (text,) = [block.text for block in BLOCKS if block.marker == "the tests"]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    awk = re.search(r"tests=\$\(awk '(.+?)' README\.md\)", script)
    assert awk is not None
    done = subprocess.run(["awk", awk[1], str(README)], capture_output=True, text=True, check=True)
    assert done.stdout == text
    assert text.count("\n") == 1
