"""A scenario with its data in one file, `NAME.gradlab.zip`: told by its first bytes, looked at whole, and unpacked.

The first entry, `gradlab.json`, says what the others are: {"snapshot": 1, "version": …, "files": {"scenario.md": SHA-256, …}}.
The others are `scenario.md`, arrays (`.npz`, without pickles) and a recording (`.gradlab`). They lie side by side: no entry has
a folder. The file may come from a stranger: sizes are counted before anything is unpacked, and what is not listed is refused.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradlab.errors import GradlabError
from gradlab.scenario.bounds import MAX_FILE, MAX_MEMORY
from gradlab.scenario.characters import harmless

if TYPE_CHECKING:
    import zipfile

HEAD, TEXT, SESSION = "gradlab.json", "scenario.md", "session.gradlab"
FORMAT = 1
LOOK = 64
"""Bytes at the beginning of a file that tell what it is."""
MOST = 64
"""Entries."""
PIECE = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}\.(?:json|md|npz|gradlab)")
ALLOWED = "names such as `weights.npz`, in no folder, that end in .md, .npz, .json or .gradlab"
_HASH = re.compile(r"[0-9a-f]{64}")
_LINK, _FILE = 0o12, 0o10
_known: weakref.WeakValueDictionary[tuple[Any, ...], Packed] = weakref.WeakValueDictionary()


def is_packed(head: bytes) -> bool:
    """Whether a file that begins with some bytes is one: an archive whose first entry has the name of the head."""
    return head[:4] == b"PK\x03\x04" and head[30 : 30 + len(HEAD)] == HEAD.encode()


class Packed:
    """An unpacked file. folder: with its entries; it is removed when nobody has this object any more.

    about: what the head says.
    """

    def __init__(self, folder: Path, about: Mapping[str, Any]) -> None:
        self.folder, self.about = folder, about
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)


def unpacked(path: Path, memory: int = MAX_MEMORY) -> Packed:
    """Return a file, unpacked; the same one while it is in use and has not changed. memory: bytes that its entries may take.

    Raises GradlabError with what is wrong with it, before anything of it is there.
    """
    status = path.stat()
    key = str(path.resolve()), status.st_mtime_ns, status.st_size, status.st_ino
    found = _known.get(key)
    if found is None:
        found = _known[key] = _unpacked(path, memory)
    return found


def _unpacked(path: Path, memory: int) -> Packed:
    with _opened(path) as archive:
        entries = _entries(archive, memory)
        about = _head(archive, entries)
        folder = Path(tempfile.mkdtemp(prefix="gradlab-"))
        found = Packed(folder, about)  # whatever happens now, the folder goes away with it
        _enough(folder, sum(one.file_size for one in entries.values()))
        for name, wanted in about["files"].items():
            if _put(archive, entries[name], folder / name) != wanted:
                raise GradlabError(f"`{name}` in it is not what was written: its hash is another one")
        return found


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive. Whatever is wrong with it is raised as a GradlabError with its name."""
    from gradlab.scenario.reading.arrays import UNREADABLE, opened_archive  # which takes NumPy and zipfile

    shown = harmless(str(path))
    try:
        with opened_archive(path) as archive:
            yield archive
    except GradlabError as error:
        raise GradlabError(f"`{shown}`: {error}") from None
    except OSError as error:
        raise GradlabError(f"`{shown}` cannot be unpacked: {(error.strerror or str(error)).lower()}") from None
    except UNREADABLE:
        raise GradlabError(f"`{shown}` is cut, or is no whole archive") from None


def _entries(archive: zipfile.ZipFile, memory: int) -> dict[str, zipfile.ZipInfo]:
    """Return the entries by name. Raises GradlabError for one that may not be there, or for too many bytes."""
    listed = archive.infolist()
    if not any(one.filename == HEAD and one.header_offset == 0 for one in listed):
        raise GradlabError("it is cut: the list at its end is not that of its beginning")
    if len(listed) > MOST:
        raise GradlabError(f"it has {len(listed):,} entries, {MOST} are allowed")
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in listed:
        name, kind = entry.filename, entry.external_attr >> 28
        if not _NAME.fullmatch(name):
            raise GradlabError(f"the entry `{harmless(name)[:80]}` is none that a snapshot has: allowed are {ALLOWED}")
        if name.lower() in map(str.lower, found):
            raise GradlabError(f"the entry `{name}` is in it twice")
        if kind not in (0, _FILE) or entry.flag_bits & 1:
            what = "a link" if kind == _LINK else "encrypted" if entry.flag_bits & 1 else "no file"
            raise GradlabError(f"the entry `{name}` is {what}")
        if name.endswith((".md", ".json")) and entry.file_size > MAX_FILE:
            raise GradlabError(f"the entry `{name}` is larger than {MAX_FILE >> 20} MiB")
        found[name] = entry
    total = sum(entry.file_size for entry in listed)
    if total > memory:
        sizes = f"{total / 2**20:,.0f} MiB unpacked, {memory / 2**20:,.0f} MiB"
        raise GradlabError(f"it takes {sizes} are allowed; `--max-memory` raises that")
    return found


def _head(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo]) -> dict[str, Any]:
    """Return what the first entry says; it lists all others."""
    if HEAD not in entries:
        raise GradlabError(f"it has no `{HEAD}`")
    try:
        found: Any = json.loads(archive.read(entries[HEAD]).decode())
    except (ValueError, RecursionError):
        raise GradlabError(f"its `{HEAD}` is no JSON") from None
    files = found.get("files") if isinstance(found, dict) else None
    if not isinstance(files, dict) or type(found.get("snapshot")) is not int:
        raise GradlabError(f"its `{HEAD}` does not say what is in it")
    if found["snapshot"] != FORMAT:
        by = harmless(str(found.get("version")))[:20]
        raise GradlabError(
            f"its form {found['snapshot']} is unknown, {FORMAT} is what this version reads; it is by gradlab {by}"
        )
    if not all(isinstance(one, str) and _HASH.fullmatch(one) for one in files.values()):
        raise GradlabError(f"its `{HEAD}` has no hash for each entry")
    there, listed = {*entries} - {HEAD}, {*files}
    for names, what in ((there - listed, "has an entry that it does not list"), (listed - there | ({TEXT} - there), "lacks")):
        if names:
            raise GradlabError(f"it {what}: {', '.join(f'`{harmless(name)[:80]}`' for name in sorted(names)[:5])}")
    return dict(found)


def _enough(folder: Path, size: int) -> None:
    """Raise GradlabError where there is no room on the disk."""
    free = shutil.disk_usage(folder).free
    if size > free:
        raise GradlabError(f"it takes {size / 2**20:,.0f} MiB unpacked, and `{folder.parent}` has {free / 2**20:,.0f} MiB left")


def _put(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, place: Path) -> str:
    """Write an entry to a place, no more than its size says, and return its hash."""
    left, found = entry.file_size, hashlib.sha256()
    with archive.open(entry) as source, place.open("xb") as target:
        while piece := source.read(PIECE):
            left -= len(piece)
            if left < 0:
                raise GradlabError(f"the entry `{entry.filename}` is larger than it says")
            found.update(piece)
            target.write(piece)
    return found.hexdigest()
