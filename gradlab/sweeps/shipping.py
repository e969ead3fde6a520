"""What a worker on another computer needs: the question, and the data files that the scenario reads."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gradlab import __version__
from gradlab.errors import BoundError, GradlabError
from gradlab.sweeps.question import AskedSweep, Point, Result, SweepQuestion, hash_of
from gradlab.sweeps.worker import run_points

MOST = 1 << 30
"""Bytes of data that are sent to workers."""


@dataclass(frozen=True)
class Freight:
    """A question, and the bytes of its data files by their names."""

    question: SweepQuestion
    files: Mapping[str, bytes]


def packed(sweep: AskedSweep) -> Freight:
    """Return what workers need for a sweep. Raises BoundError for more data than is sent."""
    size = sum(path.stat().st_size for path in sweep.files.values())
    if size > MOST:
        raise BoundError(f"error: the data take {size / 2**20:,.0f} MiB, at most {MOST >> 20:,} MiB are sent to workers")
    return Freight(sweep.question, {name: path.read_bytes() for name, path in sweep.files.items()})


_LOCK = threading.Lock()
_PLACED: dict[object, SweepQuestion] = {}
"""Questions whose data lie in a folder of this process."""


def run_freight(freight: Freight, points: Sequence[Point]) -> list[Result]:
    """Run points on a worker. Raises GradlabError on one that has another version of gradlab."""
    if (version := freight.question.version) != __version__:
        raise GradlabError(f"error: a worker has gradlab {__version__}, the sweep {version}: their bits could differ")
    return run_points(_placed(freight), points)


def _placed(freight: Freight) -> SweepQuestion:
    """Return the question with a folder of this computer, in which its data lie."""
    whose = freight.question.identity
    with _LOCK:
        if whose not in _PLACED:
            _PLACED[whose] = replace(freight.question, folder=str(_unpacked(freight)) if freight.files else "")
        return _PLACED[whose]


def _unpacked(freight: Freight) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="gradlab-sweep-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, data in freight.files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise GradlabError(f"error: `{name}` leads out of the folder of the data")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if hash_of(path) != freight.question.data[name]:
            raise GradlabError(f"error: `{name}` has changed since the sweep was begun")
    return folder
