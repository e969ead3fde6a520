"""What all tests share."""

from __future__ import annotations

import importlib
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.calling import Call, Said

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
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Return a function that runs a command and gives exit code, stdout and stderr."""
    from gradlab.cli import main

    def run(*arguments: object) -> Said:
        code = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


OTHERS = {
    "torch": ("torch",),
    "onnx": ("onnx",),
    "formats": ("matplotlib", "pandas", "pyarrow", "safetensors", "tensorboard", "tensorboardX"),
    "web": ("aiohttp", "textual_serve"),
    "dask": ("distributed",),
}
"""Packages that are no dependencies, by the marker of the tests that need them; a fixture has the name of its package."""


def _other(name: str) -> Any:
    """Return the fixture of a package, for a test that compares with it.

    It is no dependency: without it such a test is skipped; but `pytest -m MARKER` asks for nothing else, and fails.
    """
    marker = next(marker for marker, names in OTHERS.items() if name in names)

    @pytest.fixture(name=name)
    def other(pytestconfig: pytest.Config) -> Any:
        if pytestconfig.option.markexpr == marker:
            return importlib.import_module(name)
        return pytest.importorskip(name, reason=f"{name} is no dependency; .ci/run installs it and runs `pytest -m {marker}`")

    return other


torch, onnx, matplotlib, pandas, pyarrow, safetensors, tensorboard, tensorboardX, aiohttp, textual_serve, distributed = map(
    _other, [name for names in OTHERS.values() for name in names]
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs other packages or a browser, so that `-m MARKER` runs these tests alone."""
    for item in items:
        for marker, names in (*OTHERS.items(), ("chromium", ("chromium",))):
            if not {*names}.isdisjoint(getattr(item, "fixturenames", ())):
                item.add_marker(marker)
