"""Sessions in the terminal, kept in the user's state folder without being asked: a crash or a closed window loses nothing."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from gradlab.errors import GradlabError
from gradlab.folders import state_folder
from gradlab.recording.form import RecordingHeader
from gradlab.recording.lock import is_held
from gradlab.recording.opening import opened_by
from gradlab.recording.player import Player, ReplayOptions, reads_differently
from gradlab.recording.reader import Recording, open_recording
from gradlab.recording.recorder import Recorder
from gradlab.recording.writer import LineWriter
from gradlab.scenario import shelf
from gradlab.session import Lab

MOST = 20
"""Sessions that are kept."""
TAIL = 1 << 14
"""Bytes at the end of a session in which the place where it was left is looked for."""
_AT = re.compile(rb'"at": ?"(\d{1,18})\.[fbu]\.')
_NUMBERS = count()
_MADE: set[Path] = set()
"""Folders in which this process keeps something."""


@dataclass(frozen=True, slots=True)
class KeptSession:
    """A session as far as a list tells of it. scenario: its name, or its file.   update: where it was left."""

    path: Path
    scenario: str
    update: int = 0


def folder() -> Path:
    """Return the folder of the sessions."""
    return state_folder() / "sessions"


def keeps_something() -> bool:
    """Return whether this process has kept something of what was done, where it is looked for."""
    return folder() in _MADE


def keep(lab: Lab) -> Recorder:
    """Keep what is done in a laboratory from now on, with what was done before; the file is made when something happens."""
    kept = next((one for one in lab.diary.listeners if isinstance(one, Recorder) and not one.named), None)
    if kept is not None:
        return kept
    recorder = Recorder(lab, _new, named=False)
    recorder.listen()
    return recorder


def _new() -> LineWriter:
    """Open a new file, and remove the oldest above the number that is kept. Raises GradlabError."""
    place = folder()
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.chmod(0o700)
    except OSError as error:
        raise GradlabError(f"error: cannot write `{place}`: {(error.strerror or str(error)).lower()}") from None
    for old in sessions()[MOST - 1 :]:
        if not is_held(old):
            with suppress(OSError):
                old.unlink()
    _MADE.add(place)
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    return LineWriter(place / f"{stamp}-{os.getpid()}-{next(_NUMBERS)}.gradlab")


def sessions() -> list[Path]:
    """Return the files of the sessions, the latest first."""
    dated = []
    with suppress(OSError):
        for path in folder().glob("*.gradlab"):
            with suppress(OSError):
                dated.append((path.stat().st_mtime_ns, path.name, path))
    return [path for *_, path in sorted(dated, reverse=True)]


def lately() -> list[KeptSession]:
    """Return the latest session of each scenario that has one, the latest first; those that cannot be read are left out."""
    found: dict[str, KeptSession] = {}
    for path in sessions():
        with suppress(GradlabError, OSError):
            name = open_recording(path).header.scenario
            if name and name not in found:
                found[name] = KeptSession(path, name, _last_update(path))
    return list(found.values())


def _last_update(path: Path) -> int:
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
        places = _AT.findall(file.read(TAIL))
    return int(places[-1]) if places else 0


def latest(scenario: str = "") -> Recording:
    """Return the latest session that nobody is in. scenario: a file or a name, of which it is to be. Raises GradlabError."""
    wanted = _name(scenario)
    for path in sessions():
        with suppress(GradlabError):
            found = open_recording(path)
            if (not wanted or found.header.scenario == wanted) and not is_held(path):
                return found
    of = f" of `{scenario}`" if scenario else ""
    raise GradlabError(f"error: no session{of} is kept: what is done in the terminal is, the last {MOST} times")


def resume(found: Recording, given: ReplayOptions | None = None) -> Lab:
    """Return a laboratory that stands where a session ended, and goes on to be kept there. Raises GradlabError."""
    given = given or ReplayOptions()
    own = Path(found.header.folder) if found.header.folder else None
    player = Player(found, ReplayOptions(given.folder or own, "", given.arrays, given.memory, given.budget))
    lab, lines, seconds = opened_by(player)
    lab.opening.append(" · ".join([_resumed(found.header, str(lab.position), lines), *_changed_since(found.header)]))
    writer = LineWriter(found.path, start=found.whole)
    _MADE.add(found.path.parent)
    Recorder(lab, lambda: writer, found.header, named=False).go_on(writer, lines, seconds)
    return lab


def _resumed(header: RecordingHeader, at: str, lines: int) -> str:
    """Return what goes on: of which scenario, where, after how many lines, and when that was begun."""
    begun = header.created[:16].replace("T", " ")
    return f"resumed {header.scenario or 'a model'} at {at}: {lines} line{'s' * (lines != 1)} since {begun or 'it was opened'}"


def _changed_since(header: RecordingHeader) -> list[str]:
    """Return what is to be said about the file of a scenario that is not as it was."""
    name = header.scenario
    path = Path(name) if Path(name).is_absolute() else shelf.find(name) if name else None
    if path is None or not path.is_file() or not reads_differently(header, path):
        return []
    return [f"`{name}` was changed since: this is its text as it was; `gradlab open {name}` begins with the new one"]


def _name(scenario: str) -> str:
    if not scenario:
        return ""
    path = Path(scenario)
    return shelf.name_of(path if path.exists() else shelf.find(scenario) or path)
