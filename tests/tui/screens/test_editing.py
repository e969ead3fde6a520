"""The file of a laboratory is edited and loaded again, and whatever goes wrong with it, the laboratory goes on."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gradlab.session import load
from gradlab.tui.app import GradlabApp
from gradlab.tui.editors import opened_at
from tests.tui.driving import LESSON, comes_up, laboratory, opened, press, screen_text, type_line


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a lesson that may be changed."""
    path = tmp_path / "lesson.md"
    path.write_text(LESSON, encoding="utf-8")
    return path


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the program step aside for an editor, as it can on a terminal."""

    @contextmanager
    def aside(app: GradlabApp) -> Iterator[None]:
        yield

    monkeypatch.setattr(GradlabApp, "suspend", aside)


def uses(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let the editor be a program in Python, which is given the file alone."""
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", shlex.join([sys.executable, "-c", program]))


async def test_a_file_that_cannot_be_loaded_again_leaves_the_laboratory_as_it_was(path: Path) -> None:
    async with opened(lambda: load(path, backend="plain")) as (pilot, screen):
        await press(pilot, "n", "n")
        path.write_text("f = = 3", encoding="utf-8")
        await press(pilot, "E")
        assert "no model: a scenario has a fence" in screen_text(pilot)
        assert laboratory(pilot) is screen
        await press(pilot, "escape", "n")
        assert screen.moment.snapshot.position.op == 3


async def test_a_file_that_has_gone_leaves_the_laboratory_as_it_was(path: Path) -> None:
    async with opened(lambda: load(path, backend="plain")) as (pilot, screen):
        path.unlink()
        await press(pilot, "E")
        assert "there is no file" in screen_text(pilot)
        await press(pilot, "escape", "e")
        assert "this scenario has no file" in screen_text(pilot)
        assert laboratory(pilot) is screen


async def test_a_file_is_loaded_again_in_the_same_layout_at_the_same_position(path: Path) -> None:
    async with opened(lambda: load(path, backend="plain")) as (pilot, screen):
        await press(pilot, "n", "n", "v", "R", "5")
        path.write_text(LESSON.replace("param(2.0)", "param(4.0)"), encoding="utf-8")
        await pilot.press("E")
        assert await comes_up(pilot, "0.f.2")
        while (again := laboratory(pilot)) is screen or again.moment.snapshot.position.op != 2:
            await pilot.pause()
        assert (again.stance.perspective, again.chosen) == ("train", "health")


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("import os, sys; os.remove(sys.argv[1])", "there is no file"),
        ("import sys; open(sys.argv[1], 'w').write('x')", "no model"),
        ("raise SystemExit(3)", "ended with exit code 3"),
        ("pass", "lesson.md is as it was"),
    ],
)
async def test_whatever_an_editor_does_the_laboratory_goes_on(
    path: Path, monkeypatch: pytest.MonkeyPatch, program: str, said: str
) -> None:
    uses(monkeypatch, program)
    async with opened(lambda: load(path, backend="plain"), size=(200, 40)) as (pilot, screen):
        await press(pilot, "n", "e")
        assert await comes_up(pilot, said)
        await press(pilot, "escape", "n")
        assert laboratory(pilot) is screen
        assert screen.moment.snapshot.position.op == 2


@pytest.mark.parametrize("editor", ["vi 'unended", "no-such-editor"])
@pytest.mark.usefixtures("terminal")
async def test_an_editor_that_cannot_be_started_is_named(path: Path, monkeypatch: pytest.MonkeyPatch, editor: str) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", editor)
    async with opened(lambda: load(path, backend="plain")) as (pilot, _):
        await press(pilot, "e")
        assert f"`{editor}` cannot be started" in screen_text(pilot)


async def test_where_no_editor_has_room_the_laboratory_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uses(monkeypatch, "pass")
    async with opened(lambda: load(path, backend="plain")) as (pilot, _):
        await press(pilot, "e")
        assert "there is no terminal here that an editor could have" in screen_text(pilot)


EDITORS = [
    ("vi", "+{line} {file}"), ("code --wait", "--wait -g {file}:{line}"), ("hx", "{file}:{line}"), ("own-editor", "{file}"),
]  # fmt: skip


@pytest.mark.parametrize(("editor", "arguments"), EDITORS)
@pytest.mark.usefixtures("terminal")
async def test_an_editor_is_told_the_line_in_its_own_way(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, editor: str, arguments: str
) -> None:
    program, _, _ = editor.partition(" ")
    told = tmp_path / "told.txt"
    fake = tmp_path / "bin" / program
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {shlex.quote(str(told))}\n', encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{fake.parent}/{editor}")
    async with opened(lambda: load(path, backend="plain")) as (pilot, _):
        await type_line(pilot, "focus f")
        await press(pilot, "e")
        assert await comes_up(pilot, "lesson.md is as it was")
    line = LESSON.splitlines().index("f = sigmoid(dot)") + 1
    assert told.read_text(encoding="utf-8").split() == arguments.format(file=path, line=line).split()


@pytest.mark.parametrize(
    ("form", "programs"),
    [
        (["+7", "a.md"], "vi vim nvim nano emacs micro kak"), (["-g", "a.md:7"], "code codium /opt/bin/code"),
        (["a.md:7"], "hx subl"), (["a.md"], "own-editor xdg-open vimdiff"),
    ],
)  # fmt: skip
def test_editors_of_one_family_are_told_the_line_alike(form: list[str], programs: str) -> None:
    assert [opened_at(program, Path("a.md"), 7) for program in programs.split()] == [form] * len(programs.split())


def test_a_file_with_spaces_stays_one_argument_and_no_line_is_no_argument() -> None:
    assert opened_at("C:\\Tools\\Code.exe", Path("my file.md"), 3) == ["-g", "my file.md:3"]
    assert opened_at("vi", Path("my file.md"), 0) == ["my file.md"]
