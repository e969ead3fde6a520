"""What all tests share."""

from __future__ import annotations

import importlib
from itertools import count
from pathlib import Path
from typing import Any

import pytest

_NUMBERS = count()


@pytest.fixture(autouse=True)
def state_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder for what gradlab remembers, made when it is written to: no test reads or writes that of a person."""
    folder = tmp_path_factory.getbasetemp() / f"state-{next(_NUMBERS)}"
    folder.mkdir()
    monkeypatch.setenv("GRADLAB_STATE_DIR", str(folder / "state"))
    monkeypatch.setenv("GRADLAB_CONFIG_DIR", str(folder / "config"))
    return folder / "state"


@pytest.fixture
def torch(pytestconfig: pytest.Config) -> Any:
    """Return PyTorch, for a test that compares with it.

    It is no dependency: without it such a test is skipped; but `pytest -m torch` asks for nothing else, and fails.
    """
    if pytestconfig.option.markexpr == "torch":
        return importlib.import_module("torch")
    return pytest.importorskip("torch", reason="PyTorch is no dependency: `pip install torch==2.13.0`, then `pytest -m torch`")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs PyTorch or a browser, so that `-m torch` and `-m chromium` run these tests alone."""
    for item in items:
        for name in {"torch", "chromium"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(name)
