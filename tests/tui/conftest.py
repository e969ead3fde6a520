"""What all tests of the screen share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_state_folder(state_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes what a person typed."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    return state_folder


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be kept: where the state folder would be is a file."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("GRADLAB_STATE_DIR", str(tmp_path / "file"))
