"""Choosing a theme: everything is drawn in it at once, and it can be shown for a while."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from gradlab.cli import main
from gradlab.draw.themes import DARK, LIGHT, THEMES, Theme
from gradlab.errors import GradlabError
from gradlab.recording.recorders import recording
from gradlab.session import load
from gradlab.tui.app import GradlabApp
from gradlab.tui.settings import read_keys, read_theme
from gradlab.tui.styles import PARTS, colour_of
from tests.tui.driving import lab_of, opened, screen_text, settle, type_line
from tests.tui.emulated import Emulated, cells, emulated, know_the_driver
from tests.tui.terminal import terminal


def palette(theme: Theme) -> set[str]:
    """Return all colours that a theme draws with, as an emulated terminal names them."""
    grounds = {theme.ground, theme.bar, theme.selection, theme.border, theme.text, theme.dim, theme.accent}
    return {colour.removeprefix("#") for colour in grounds | {colour_of(part, theme) for part in PARTS.values()}} | {
        "",
        "default",
    }


def colours(shown: Emulated) -> tuple[set[str], set[str]]:
    """Return the colours of the ink and of the paper that a terminal shows."""
    shown.take()
    seen = [cell for line in cells(shown.screen) for cell in line]
    return {cell.ink for cell in seen}, {cell.paper for cell in seen}


@pytest.mark.parametrize("name", [name for name, theme in THEMES.items() if not theme.native])
async def test_another_theme_is_seen_everywhere_and_no_colour_of_the_last_one_stays(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    know_the_driver(monkeypatch)
    theme = THEMES[name]
    async with emulated(size=(120, 40)) as (shown, _):
        await shown.pilot.press("f", "f")
        await settle(shown.pilot)
        await type_line(shown.pilot, f"theme {name}")
        ink, paper = colours(shown)
        assert ink <= palette(theme)
        assert paper <= palette(theme)
        assert {colour[1:] for colour in (theme.text, theme.dim, theme.accent, theme.positive, theme.negative)} <= ink
        assert {theme.ground[1:], theme.bar[1:]} <= paper
        assert shown.differences() == []


def theme_of(pilot: Pilot[int]) -> str:
    """Return the theme that is shown."""
    return pilot.app.theme


async def test_a_preview_is_taken_back_and_a_choice_stays() -> None:
    async with opened() as (pilot, _):
        app = pilot.app
        assert isinstance(app, GradlabApp)
        app.preview_theme("contrast")
        assert theme_of(pilot) == "contrast"
        app.restore_theme()
        assert theme_of(pilot) == "dark"
        app.choose_theme("light")
        app.preview_theme("contrast")
        app.restore_theme()
        assert theme_of(pilot) == "light"


async def test_a_typed_theme_says_what_keeps_it_and_an_unknown_one_what_there_is(tmp_path: Path) -> None:
    async with opened() as (pilot, _):
        await type_line(pilot, "theme light")
        assert theme_of(pilot) == "light"
        assert 'theme light; `theme = "light"` in' in screen_text(pilot)
        await type_line(pilot, "theme lihgt")
        assert theme_of(pilot) == "light"
        assert "there is no theme `lihgt`" in screen_text(pilot)


def test_the_settings_name_a_theme(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text('theme = "contrast"\n[keys]\n"I" = "step"\n')
    assert read_theme(file) == "contrast"
    assert read_keys(file).changed == {("", "step"): ("I",)}
    assert read_theme(tmp_path / "none.toml") == ""
    file.write_text('theme = "lihgt"\n')
    assert read_theme(file) == ""
    with pytest.raises(GradlabError) as told:
        read_keys(file)
    assert "there is no theme `lihgt`: did you mean `light`?" in str(told.value)
    assert "themes: dark, light, contrast, colour-blind, ansi" in str(told.value)
    assert f"{file}:1" in str(told.value)


async def test_the_program_begins_with_the_theme_of_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADLAB_CONFIG_DIR", str(tmp_path))
    (tmp_path / "keys.toml").write_text('theme = "light"\n')
    async with opened() as (pilot, _):
        assert theme_of(pilot) == LIGHT.name
    async with GradlabApp(theme="dark").run_test() as pilot:
        assert theme_of(pilot) == DARK.name


def test_a_script_chooses_no_theme(tmp_path: Path) -> None:
    path = tmp_path / "lesson.md"
    path.write_text("```python model\nw = param(1.0)\n```\n\n```lab\ntheme light\n```\n")
    with pytest.raises(GradlabError, match="a theme is for the reader to choose"):
        load(path)


async def test_without_colour_every_theme_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened() as (pilot, _):
        assert theme_of(pilot) == "ansi"
        await type_line(pilot, "theme light")
        assert theme_of(pilot) == "ansi"
        assert "all themes look alike: NO_COLOR is set" in screen_text(pilot)


@pytest.mark.parametrize("term", ["xterm-16color", "linux", "vt100"])
def test_a_terminal_of_few_colours_is_sent_its_own(term: str, tmp_path: Path) -> None:
    path = tmp_path / "neuron.md"
    path.write_text("```python model\nw = param(2.0)\nf = sigmoid(w)\n```\n")
    with terminal("-m", "gradlab", "open", str(path), size=(80, 24), TERM=term, COLORTERM="") as shown:
        shown.wait_for("0.f.0")
        shown.press("f")
        shown.wait_for("0.f.1")
        shown.press("q")
        shown.wait_for_end()
        assert b"[38;" not in shown.sent.replace(b";38;", b"[38;")
        assert b"[48;" not in shown.sent.replace(b";48;", b"[48;")


def test_a_recording_has_no_theme(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    lab = lab_of()
    with recording(lab, path):
        assert lab.do("step\ntheme light\nstep").stage == (("theme", "light"),)
    assert "theme" not in path.read_text().replace("textual", "")
    assert main(["replay", str(path)]) == 0
    assert main(["play", "--plain", str(path)]) == 0
