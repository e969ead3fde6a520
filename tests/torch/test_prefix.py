"""That an error is one is said once: by who prints it, or by Python."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import gradlab
from gradlab.errors import GradlabError

ROOT = Path(gradlab.__file__).parent


def _texts(file: Path) -> list[str]:
    """Return how the texts that are handed to errors begin."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func).endswith(("Error", "super().__init__")):
            first = node.args[0].values[0] if isinstance(node.args[0], ast.JoinedStr) else node.args[0]
            found += [first.value] if isinstance(first, ast.Constant) and isinstance(first.value, str) else []
    return found


@pytest.mark.parametrize("room", ["importers", "torch", "outputs.py", "commands/_imported.py"])
def test_no_text_of_an_error_says_that_it_is_one(room: str) -> None:
    place = ROOT / room
    texts = [text for file in (place.rglob("*.py") if place.is_dir() else [place]) for text in _texts(file)]
    assert texts
    assert [text for text in texts if text.startswith("error:")] == []


def test_in_python_a_snapshot_that_is_there_is_refused_without_a_prefix(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    place = tmp_path / "a.gradlab.zip"
    place.write_text("mine")
    with pytest.raises(GradlabError, match=r"^`[^`]*` is there already"):
        gradlab.snapshot(place, None)
