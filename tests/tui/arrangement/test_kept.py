"""The file with the layouts of a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.tui.arrangement.kept import layouts_file, read_layouts
from gradlab.tui.arrangement.tree import read_layout


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "layouts.toml"


def test_what_is_kept_is_there_the_next_time(file: Path) -> None:
    found = read_layouts(file)
    assert (found.changed, found.named, found.problems) == ({}, {}, ())
    assert found.change("debug", "L", read_layout("graph 58 | (lesson / node)")) == ""
    assert found.name("mine", read_layout("graph / why")) == ""
    again = read_layouts(file)
    assert again.changed == {("debug", "L"): read_layout("graph 58 | (lesson / node)")}
    assert again.named == {"mine": read_layout("graph / why")}
    assert file.read_text() == '[debug]\nL = "graph 58 | (lesson / node)"\n\n[named]\nmine = "graph / why"\n'
    again.change("debug", "L", None)
    assert read_layouts(file).changed == {}


def test_a_line_that_cannot_be_read_is_told_and_stays_and_the_others_hold(file: Path) -> None:
    file.write_text('[debug]\nL = "graph |"\nM = "graph | why"\nQ = "graph"\n\n[teach]\nS = 5\n')
    found = read_layouts(file)
    assert found.changed == {("debug", "M"): read_layout("graph | why")}
    assert [problem.removeprefix(f"`{file}`, ") for problem in found.problems] == [
        "[debug] L: the layout ends where the name of a panel is to stand",
        "[debug] Q: sections are teach, debug, train, play, compare with S, M, L, XL, and named",
        "[teach] S: a layout is a text in quotes",
    ]
    found.change("teach", "XL", read_layout("graph | lesson"))
    text = file.read_text()
    assert 'L = "graph |"' in text
    assert "S = 5" in text
    assert 'XL = "graph | lesson"' in text


@pytest.mark.parametrize("text", ["[debug\n", 'graph = "a"\n', "\x00", "x" * 70_000])
def test_a_file_that_is_broken_is_told_and_never_written_over(file: Path, text: str) -> None:
    file.write_text(text)
    found = read_layouts(file)
    (problem,) = found.problems
    assert str(file) in problem
    assert "this layout holds until gradlab ends" in found.change("debug", "L", read_layout("graph | why"))
    assert found.changed == {("debug", "L"): read_layout("graph | why")}
    assert file.read_text() == text


def test_a_folder_that_cannot_be_written_loses_nothing_but_the_file(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("")
    found = read_layouts(tmp_path / "config" / "layouts.toml")
    assert found.problems == ()
    assert "cannot be written" in found.change("debug", "L", read_layout("graph | why"))
    assert ("debug", "L") in found.changed


def test_what_another_program_kept_meanwhile_stays(file: Path) -> None:
    one, other = read_layouts(file), read_layouts(file)
    one.change("debug", "L", read_layout("graph | why"))
    other.change("teach", "M", read_layout("graph / lesson"))
    assert set(read_layouts(file).changed) == {("debug", "L"), ("teach", "M")}


@pytest.mark.parametrize("name", ["teach", "", "a b", "9", "x" * 40, "\x1b[2J"])
def test_a_name_that_cannot_be_typed_is_refused(file: Path, name: str) -> None:
    assert "cannot be the name of a layout" in read_layouts(file).name(name, read_layout("graph"))
    assert not file.exists()


def test_it_lies_beside_the_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADLAB_CONFIG_DIR", str(tmp_path))
    assert layouts_file() == tmp_path / "layouts.toml"
