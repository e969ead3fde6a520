from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reads or writes what a person typed."""
    monkeypatch.setenv("GRADLAB_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("GRADLAB_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    return tmp_path / "state"
