"""What all tests share."""

from __future__ import annotations

import importlib
from typing import Any

import pytest


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
    """Mark what compares with PyTorch, so that `-m torch` runs these tests alone."""
    for item in items:
        if "torch" in getattr(item, "fixturenames", ()):
            item.add_marker("torch")
