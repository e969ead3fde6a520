"""Packages with entry points, as an installer leaves them: a folder of modules, and one that describes the package."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
Entries = Mapping[str, Mapping[str, str]]


def example(place: Path, version: str = "") -> Path:
    """Install the example in a folder; return the folder of its modules."""
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    describe(place, project["name"], version or project["version"], project["entry-points"])
    return Path(
        shutil.copytree(HERE / "gradlab_example", place / "gradlab_example", ignore=shutil.ignore_patterns("__pycache__"))
    )


def describe(place: Path, name: str, version: str, entries: Entries) -> None:
    """Write what describes a package."""
    folder = place / f"{name.replace('-', '_')}-{version}.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    lines = [line for group, words in entries.items() for line in (f"[{group}]", *(f"{n} = {v}" for n, v in words.items()), "")]
    (folder / "entry_points.txt").write_text("\n".join(lines))


def module(place: Path, name: str, text: str) -> None:
    """Write a module."""
    (place / f"{name}.py").write_text(text)


def python(place: Path, *arguments: str, **others: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the packages of a folder."""
    path = os.pathsep.join([str(place), str(ROOT), *filter(None, sys.path)])
    environment = {
        **os.environ,
        "PYTHONPATH": path,
        "GRADLAB_CONFIG_DIR": str(place),
        "GRADLAB_STATE_DIR": str(place),
        **others,
    }
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=place, check=False, encoding="utf-8")


def gradlab(place: Path, *arguments: str, **others: str) -> subprocess.CompletedProcess[str]:
    """Run a command with the packages of a folder."""
    done = python(place, "-m", "gradlab", *arguments, **others)
    assert "Traceback" not in done.stderr
    return done


def said(place: Path, script: str, **others: str) -> str:
    """Run a script and return what it printed."""
    done = python(place, "-c", script, **others)
    assert done.returncode == 0, done.stderr
    return done.stdout
