"""The data of a recording in an archive beside it: the files that its scenario reads, the arrays that it was given."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np

from gradlab.errors import GradlabError
from gradlab.op import Array
from gradlab.outputs import written
from gradlab.recording.form import RecordingHeader, bundle_of
from gradlab.session import Lab

FILES, ARRAYS = "files/", "arrays/"
LARGEST = 1 << 31
"""Bytes that an archive may hold, unpacked."""


def pack(lab: Lab, path: Path) -> Path | None:
    """Write the data of a laboratory beside a recording; None where it has none. Raises GradlabError."""
    files, arrays = lab.model.files, lab.scenario.overrides.data
    if not files and not arrays:
        return None
    place = bundle_of(path)
    with written(place) as beside, zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in sorted(files.items()):
            archive.write(file, FILES + PurePosixPath(name).as_posix())
        for name, array in sorted(arrays.items()):
            with archive.open(f"{ARRAYS}{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
    return place


def unpack(path: Path, header: RecordingHeader, folder: Path) -> Mapping[str, Array]:
    """Put the files that a recording names into a folder, and return the arrays that it names, from the archive beside it.

    Nothing else that the archive holds is looked at; what is taken is compared with its hash by whoever uses it.
    Raises GradlabError for an archive that cannot be read or is too large.
    """
    try:
        with zipfile.ZipFile(bundle_of(path)) as archive:
            known = {info.filename: info for info in archive.infolist()}
            wanted = [
                known[name]
                for name in (*(FILES + n for n in header.data), *(f"{ARRAYS}{n}.npy" for n in header.arrays))
                if name in known
            ]
            if sum(info.file_size for info in wanted) > LARGEST:
                raise GradlabError(f"error: `{bundle_of(path)}` holds more than {LARGEST >> 30} GiB")
            for name in header.data:
                if FILES + name in known:
                    _put(archive, known[FILES + name], folder, name)
            return {name: _array(archive, f"{ARRAYS}{name}.npy") for name in header.arrays if f"{ARRAYS}{name}.npy" in known}
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise GradlabError(f"error: `{bundle_of(path)}` cannot be read: {error}") from None


def _put(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path, name: str) -> None:
    posix = PurePosixPath(name)
    if posix.is_absolute() or ".." in posix.parts or "\\" in name or ":" in name:
        raise GradlabError(f"error: `{name:.80}` leads out of the folder of the scenario")
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    left = info.file_size
    with archive.open(info) as source, place.open("wb") as target:
        while left > 0 and (piece := source.read(min(left, 1 << 20))):
            target.write(piece)
            left -= len(piece)


def _array(archive: zipfile.ZipFile, name: str) -> Array:
    with archive.open(name) as member:
        found = np.lib.format.read_array(member, allow_pickle=False, max_header_size=10_000)
    return np.asarray(found)
