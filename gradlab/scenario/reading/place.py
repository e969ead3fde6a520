"""Where a data file may lie: in the folder of the scenario or below it, links followed."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from gradlab.errors import ArgumentError
from gradlab.scenario.characters import harmless
from gradlab.source import did_you_mean


def open_path(folder: Path | None, name: str) -> Path:
    """Return a data file's path. Raises ArgumentError unless it lies in the folder of the scenario or below, links followed."""
    shown = harmless(name)
    if folder is None:
        raise ArgumentError(f"`{shown}`: a model without a file has no folder to read data from")
    parts = (*PurePosixPath(name).parts, *PureWindowsPath(name).parts)
    if not name or ".." in parts or PurePosixPath(name).is_absolute() or PureWindowsPath(name).anchor or "\0" in name:
        raise ArgumentError(f"`{shown}`: data are read from the folder of the scenario or below it only")
    path = folder / name
    try:
        inside = path.resolve().is_relative_to(folder.resolve())
        there, leads_out = path.is_file(), not inside and path.exists()
    except (OSError, RuntimeError):
        there = leads_out = False
    if leads_out:
        raise ArgumentError(f"`{shown}` leads out of the folder of the scenario")
    if not there:
        near = did_you_mean(path.name, _names_beside(path))
        raise ArgumentError(f"there is no file `{shown}` beside the scenario" + (f"; {harmless(near)}" if near else ""))
    return path


def _names_beside(path: Path) -> list[str]:
    try:
        return sorted(p.name for p in path.parent.iterdir() if p.is_file())
    except OSError:
        return []
