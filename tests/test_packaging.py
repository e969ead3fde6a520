"""The wheel: what is in it, and that it works without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

import gradlab
from gradlab.scenario import shelf

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    return Path(next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that holds what the wheel installs."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_installed(installed: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed gradlab from a folder that has nothing to do with the checkout."""
    command = [sys.executable, "-P", "-m", "gradlab", *arguments]
    environment = os.environ | {"PYTHONPATH": str(installed)}
    return subprocess.run(command, capture_output=True, text=True, cwd=installed.parent, env=environment, check=False)


def test_the_wheel_holds_every_module_and_every_scenario(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "gradlab").rglob("*.py")}
    scenarios = {f"gradlab/_scenarios/{name}.md" for name in shelf.names()}
    assert scenarios
    data = {path.relative_to(ROOT).as_posix() for path in (ROOT / "gradlab" / "data" / "shipped").iterdir()}
    assert len(data) > 4
    assert modules | scenarios | data | {"gradlab/py.typed", "gradlab/tui/app.tcss"} <= names


def test_the_checkout_has_nothing_else_at_its_top() -> None:
    ours = {"LICENSE", "README.md", "gradlab", "pyproject.toml", "scenarios", "tests"}
    made = {"build", "dist", "__pycache__"}  # by tools; git knows them not
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".") and path.suffix != ".egg-info"}
    assert ours <= found <= ours | made


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
        litter = [name for name in archive.namelist() if name.endswith((".pyc", ".nbi", ".nbc"))]
    assert tops == {"gradlab", f"gradlab-{gradlab.__version__}.dist-info"}
    assert litter == []


def test_the_wheel_carries_the_licence_and_its_version(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = f"gradlab-{gradlab.__version__}.dist-info"
        metadata = archive.read(f"{info}/METADATA").decode()
        assert archive.read(f"{info}/licenses/LICENSE").startswith(b"MIT License")
    assert f"Version: {gradlab.__version__}" in metadata
    assert "License-Expression: MIT" in metadata
    assert "Requires-Python: >=3.11" in metadata


def test_an_installed_gradlab_lists_the_scenarios_of_the_checkout(installed: Path) -> None:
    done = run_installed(installed, "list")
    rows = {line.split()[0] for line in done.stdout.splitlines() if line and not line.startswith("#")}
    assert sorted(rows) == sorted(shelf.names())
    assert (done.returncode, done.stderr) == (0, "")


def test_an_installed_gradlab_runs_a_scenario_by_its_name(installed: Path) -> None:
    done = run_installed(installed, "run", "circuits/sigmoid-neuron", "forward", "expect f ~= 0.731059 tol 1e-6")
    assert (done.returncode, done.stderr) == (0, "")


def test_an_installed_gradlab_uses_its_own_folder_of_scenarios(installed: Path) -> None:
    done = run_installed(installed, "doctor")
    assert f"scenarios        {installed / 'gradlab' / '_scenarios'}" in done.stdout


def test_every_library_that_the_package_imports_is_a_dependency() -> None:
    names = {"click", "platformdirs", "threadpoolctl", "numpy", "numba", "scipy", "textual", "rich", "pyyaml", "scikit-learn"}
    with (ROOT / "pyproject.toml").open("rb") as file:
        listed = tomllib.load(file)["project"]["dependencies"]
    assert names <= {text.partition(">")[0].lower() for text in listed}


def test_the_version_that_is_installed_is_the_one_that_runs() -> None:
    from importlib.metadata import version

    try:
        requires("gradlab")
    except PackageNotFoundError:
        pytest.skip("gradlab runs from a checkout here and is not installed")
    assert version("gradlab") == gradlab.__version__
