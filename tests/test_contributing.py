"""The page for contributors is run: its files stand in a copy of the checkout, where each command prints what the page says."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.documents import ROOT, blocks, console, pattern, program, run

PAGE = ROOT / ".github" / "CONTRIBUTING.md"
BLOCKS = blocks(PAGE)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="the page's commands are written for a POSIX shell")
CONSOLE = console(PAGE)
COPIED = ("gradlab", "tests", "scenarios", "pyproject.toml")
LITTER = shutil.ignore_patterns("__pycache__", ".*", "bench")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout with the files of the page in it, and the programs that the page calls in `bin`."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in COPIED:
        place = ROOT / name
        shutil.copytree(place, folder / name, ignore=LITTER) if place.is_dir() else shutil.copy(place, folder / name)
    for block in BLOCKS:
        kind, _, name = block.marker.partition(": ")
        if kind == "file":
            assert not (folder / name).exists(), f"{name} is no new file"
            (folder / name).write_text(block.text, encoding="utf-8")
        elif kind == "append":
            with (folder / name).open("a", encoding="utf-8") as file:
                file.write(block.text)
    for name in ("gradlab", "pytest", "ruff", "mypy"):
        program(folder, name)
    return folder


@pytest.mark.parametrize(("command", "output"), CONSOLE, ids=[command for command, _ in CONSOLE])
def test_a_command_of_the_page_prints_what_it_says(command: str, output: str, checkout: Path) -> None:
    code, got = run(command, checkout, checkout)
    assert pattern(output).fullmatch(got.rstrip()), got
    assert code == (2 if output.startswith("error") else 0), got


def test_every_example_of_the_page_is_called_by_a_command() -> None:
    names = [Path(block.marker.partition(": ")[2]).stem.removeprefix("test_") for block in BLOCKS if block.marker]
    assert len(set(names)) >= 8
    assert [name for name in names if name != "naive" and not any(name in command for command, _ in CONSOLE)] == []


def test_the_examples_of_the_page_are_in_the_style_that_it_asks_for(checkout: Path) -> None:
    files = [block.marker.partition(": ")[2] for block in BLOCKS if block.marker.endswith(".py")]
    listed = " ".join(files)
    for command in (f"ruff check {listed}", f"ruff format --check {listed}", f"mypy --cache-dir={checkout / 'types'} {listed}"):
        code, said = run(command, checkout, checkout)
        assert code == 0, said


def test_every_kind_in_the_table_of_other_kinds_is_where_it_says() -> None:
    rows = [line.split("|")[2:5] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.count("|") == 5]
    kinds = [[cell.strip().strip("`") for cell in row] for row in rows if "`" in row[0]]
    assert len(kinds) >= 8
    for folder, constant, example in kinds:
        assert f"{constant} = " in (ROOT / folder / example).read_text(encoding="utf-8") or constant == "COMMAND"
        assert (ROOT / folder / example).is_file()


def test_every_block_is_one_that_these_tests_run() -> None:
    others = [block for block in BLOCKS if block.info != "console" and not block.marker]
    assert [block.info for block in others] == ["sh"]
