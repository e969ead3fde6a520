"""Writing a scenario with its data into one file, `NAME.gradlab.zip`, and its script as it ran when that was written.

The form of the file is in `gradlab.scenario.reading.packed`. With the recording in it a later run is compared bit by bit.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gradlab import __version__
from gradlab.errors import GradlabError
from gradlab.lab.outcome import Outcome
from gradlab.outputs import refuse_existing, written
from gradlab.recording.form import encoded
from gradlab.recording.recorders import recording
from gradlab.scenario.bounds import MAX_MEMORY
from gradlab.scenario.reading.packed import FORMAT, HEAD, SESSION, TEXT, unpacked
from gradlab.session import Lab, load

PIECE = 1 << 20


def pack(
    folder: Path, path: Path, about: Mapping[str, Any] | None = None, *, memory: int | None = None
) -> tuple[Lab, tuple[Outcome, ...]]:  # fmt: skip
    """Run the script of `scenario.md` in a folder, and write the folder to a file.

    Return the laboratory behind the script, and what came of each of its lines.

    about: what else the head of the file says.   memory: bytes that values and gradients may take.
    Raises GradlabError, with nothing written, where the file is there already or the scenario is wrong.
    """
    refuse_existing(path)
    found = run_script(folder, memory)
    write_packed(folder, path, about)
    return found


def run_script(folder: Path, memory: int | None = None) -> tuple[Lab, tuple[Outcome, ...]]:
    """Run the script of `scenario.md` in a folder, with a recording there, and return what `pack` returns."""
    lab, said = load(folder / TEXT, memory=memory), []
    with recording(lab, folder / SESSION, force=True):
        while lab.cursor_line < len(lab.script):
            said.append(lab.next_line())
            lab.skip_question()
    return lab, tuple(said)


def retell(folder: Path, old: str, new: str) -> None:
    """Put words in the place of those above the model in a scenario whose script has run: nothing is computed of them."""
    text = (folder / TEXT).read_text(encoding="utf-8").replace(old, new, 1)
    (folder / TEXT).write_text(text, encoding="utf-8", newline="\n")
    further = new.count("\n") - old.count("\n")
    head, *lines = map(json.loads, (folder / SESSION).read_bytes().splitlines())
    moved = [one | {"line": one["line"] + further} if "line" in one else one for one in lines]
    (folder / SESSION).write_bytes(b"".join(map(encoded, [head | {"text": text}, *moved])))


def write_packed(folder: Path, path: Path, about: Mapping[str, Any] | None = None) -> None:
    """Write what lies in a folder to a file, whole or not at all. Raises GradlabError."""
    files = sorted(one for one in folder.iterdir() if one.is_file())
    head = {"snapshot": FORMAT, "version": __version__, "created": datetime.now(UTC).isoformat(timespec="seconds")}
    listed = {"files": {one.name: _hash(one) for one in files}}
    with written(path) as made, zipfile.ZipFile(made, "w") as archive:
        archive.writestr(HEAD, json.dumps({**head, **(about or {}), **listed}, indent=1))
        for one in files:
            kind = zipfile.ZIP_STORED if one.suffix == ".npz" else zipfile.ZIP_DEFLATED
            archive.write(one, one.name, kind)


def unpack(path: Path, folder: Path, memory: int | None = None) -> list[Path]:
    """Write the files of a snapshot into a new folder, and return them. memory: bytes that they take. Raises GradlabError."""
    packed = unpacked(path, memory or MAX_MEMORY)
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        raise GradlabError(f"error: `{folder}` is there already, and nothing is written over it") from None
    except OSError as error:
        raise GradlabError(f"error: cannot write `{folder}`: {(error.strerror or str(error)).lower()}") from None
    found = []
    for name in packed.about["files"]:
        (folder / name).write_bytes((packed.folder / name).read_bytes())
        found.append(folder / name)
    return found


def _hash(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()
