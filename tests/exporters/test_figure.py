"""Figures through matplotlib."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest

from gradlab.cli import main

LESSON = "mlp/xor-trained"


@pytest.fixture
def drawn(tmp_path: Path, matplotlib: Any) -> Path:
    """Return where a figure goes, if there is what draws it."""
    return tmp_path / "figure"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], ["update", "loss"]),
        (["--what", "histograms", "--of", "weights"], ["hidden", "output", "line", "weights"]),
        (["--what", "ladder"], ["hidden", "rms of the gradient"]),
        (["--what", "heat", "--of", "grad(hidden.W)"], ["grad(hidden.W)"]),
    ],
)
def test_a_figure_says_what_it_shows_in_words(drawn: Path, options: list[str], words: list[str]) -> None:
    assert main(["export", "figure", LESSON, str(drawn), *options]) == 0
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", drawn.read_text(encoding="utf-8"))
    assert set(words) <= set(texts)


@pytest.mark.parametrize(("kind", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_each_format_is_the_same_bytes_each_time(drawn: Path, kind: str, begins: bytes) -> None:
    files = [drawn.with_suffix(f".{n}") for n in range(2)]
    for file in files:
        assert main(["export", "figure", "circuits/matmul", str(file), "--what", "heat", "--of", "W", "--as", kind]) == 0
    one, two = (file.read_bytes() for file in files)
    assert one.startswith(begins)
    assert one == two


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("circuits/matmul", [], "nothing was trained yet: a curve needs two updates"),
        (LESSON, ["--of", "los"], "there is no curve `los`: there are "),
        (LESSON, ["--what", "histograms", "--of", "biases"], "`biases` is no quantity of a layer: there are activations"),
        (LESSON, ["--what", "ladder", "--at", "0.f.0"], "no layer has a gradient at 0.f.0"),
        (LESSON, ["--what", "heat"], "a map needs the name of a node"),
        (LESSON, ["--what", "heat", "--of", "hiden.W"], "hidden.W"),
    ],
)
def test_what_cannot_be_drawn_says_why_and_leaves_no_file(
    drawn: Path, name: str, options: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["export", "figure", name, str(drawn), *options]) == 2
    assert text in capsys.readouterr().err
    assert list(drawn.parent.iterdir()) == []


def test_without_the_extra_it_says_which_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["export", "figure", LESSON, str(tmp_path / "a.svg")]) == 2
    assert "figures need the extra `figures`: `pip install 'gradlab[figures]'`" in capsys.readouterr().err
