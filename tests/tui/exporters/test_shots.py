"""Pictures of the screen: vectors, pixels, and a folder of them."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from gradlab.cli import main
from gradlab.draw.themes import DARK, THEMES
from gradlab.tui import labthread

LESSON = "circuits/max-gate"


def texts(picture: str) -> str:
    """Return what is written in a picture of vectors."""
    plain = re.sub(r"<style>.*?</style>|<[^>]*>", "", picture, flags=re.DOTALL)
    return plain.replace("&#160;", " ").replace("&gt;", ">").replace("&lt;", "<")


def test_vectors_show_the_screen_at_the_end_or_at_a_position(tmp_path: Path) -> None:
    for at, shown in (((), "0.b."), (("--at", "0.f.1"), "0.f.1")):
        out = tmp_path / f"{len(at)}.svg"
        assert main(["export", "svg", "mlp/xor-by-hand", str(out), *at]) == 0
        picture = out.read_text(encoding="utf-8")
        assert shown in texts(picture)
        assert "nothing is kept" not in texts(picture)
        assert not re.search(r"(href|src|url)\s*[=(]\s*[\"']?https?:", picture)


def test_one_panel_is_shown_alone(tmp_path: Path) -> None:
    out = tmp_path / "health.svg"
    assert main(["export", "svg", "mlp/xor-by-hand", str(out), "--panel", "lesson", "--size", "100x30"]) == 0
    seen = texts(out.read_text(encoding="utf-8"))
    assert "4 lesson" in seen
    assert "1 graph · ops" not in seen


def test_the_same_picture_is_written_twice(tmp_path: Path) -> None:
    for name in ("one.svg", "two.svg"):
        assert main(["export", "svg", LESSON, str(tmp_path / name)]) == 0
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_a_panel_that_there_is_not_is_told_those_that_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "svg", LESSON, str(tmp_path / "a.svg"), "--panel", "losses"]) == 2
    assert "there is no panel `losses`: there are graph, node, why, lesson, health, plots" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_pixels_are_cells_of_12_by_24(tmp_path: Path, matplotlib: Any) -> None:
    from PIL import Image

    out = tmp_path / "a.png"
    assert main(["export", "png", LESSON, str(out), "--size", "80x24"]) == 0
    with Image.open(out) as picture:
        assert picture.size == (80 * 12, 24 * 24)
        assert len(picture.getcolors(100_000) or ()) > 20


def test_without_the_extra_pixels_say_which_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["export", "png", LESSON, str(tmp_path / "a.png")]) == 2
    assert "PNG needs the extra `figures`: `pip install 'gradlab[figures]'`" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_folder_has_a_picture_of_each_stop(tmp_path: Path) -> None:
    out = tmp_path / "stops"
    assert main(["export", "frames", LESSON, str(out), "--size", "80x24"]) == 0
    names = sorted(path.name for path in out.iterdir())
    assert names == [f"{number:04d}.svg" for number in range(1, len(names) + 1)]
    assert len(names) > 15
    assert len({path.read_bytes() for path in out.iterdir()}) > 15
    assert main(["export", "frames", LESSON, str(out)]) == 2
    assert sorted(path.name for path in out.iterdir()) == names


@pytest.mark.parametrize("theme", THEMES)
def test_a_picture_is_drawn_in_its_theme(theme: str, tmp_path: Path) -> None:
    out = tmp_path / "neuron.svg"
    assert main(["export", "svg", "circuits/sigmoid-neuron", str(out), "--at", "0.b.4", "--theme", theme]) == 0
    written = out.read_text(encoding="utf-8")
    shown = DARK if THEMES[theme].native else THEMES[theme]
    colours = set(re.findall(r"#[0-9a-f]{6}", written))
    assert {shown.ground, shown.text} <= colours
    if not THEMES[theme].native:
        assert {shown.positive, shown.negative, shown.accent, shown.dim} <= colours
        others = {one.ground for one in THEMES.values() if not one.native} - {shown.ground}
        assert not others & colours


def test_a_theme_that_does_not_exist_is_an_error_that_lists_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "png", "circuits/sigmoid-neuron", str(tmp_path / "a.png"), "--theme", "blue"]) == 2
    assert "'blue' is not one of 'dark', 'light', 'contrast', 'colour-blind', 'ansi'" in capsys.readouterr().err


def test_a_picture_does_not_tell_how_long_something_took(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    for seconds in (-1.0, 1e9):
        monkeypatch.setattr(labthread, "LONG", seconds)
        out = tmp_path / f"{seconds}.svg"
        assert main(["export", "svg", "circuits/sigmoid-neuron", str(out), "--at", "0.b.4"]) == 0
        written.append(out.read_bytes())
    assert written[0] == written[1]
