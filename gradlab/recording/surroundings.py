"""What a run is made with, beside its scenario: versions, processor, the library of matrix products, plug-ins."""

from __future__ import annotations

import hashlib
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from gradlab import plugins
from gradlab.errors import GradlabError
from gradlab.graph.machines import AUTO
from gradlab.op import Array
from gradlab.recording.form import RecordingHeader
from gradlab.scenario import shelf
from gradlab.session import Lab

PIECE = 1 << 20


def header_of(lab: Lab, *, private: bool = False) -> RecordingHeader:
    """Return the header of a recording of a laboratory. private: for a person's own state folder: with paths."""
    scenario = lab.opened
    document, model = scenario.document, scenario.model
    folder = document.folder if document.packed is None else Path(document.source.name)
    blocks = document.blocks
    alone = len(blocks) == 1 and blocks[0].kind == "model" and blocks[0].span.start == 0 and not blocks[0].info
    depth = lab.diary.depth if lab.diary.past else lab.graph.depth
    header = RecordingHeader(
        text=document.source.text, scenario=_name(document.source.name, private=private), model=alone, seed=model.seed,
        mode=model.mode, dtype=lab.tape.dtype.name, backend=lab.run.machine.backend, layers=depth,
        created=datetime.now(UTC).isoformat(timespec="seconds"), auto=lab.backend.wanted == AUTO,
        data={name: file_hash(path) for name, path in sorted(model.files.items())},
        arrays={name: array_hash(array) for name, array in sorted(scenario.overrides.data.items())},
        changes=tuple(map(str, scenario.overrides.changes)),
        folder=str(folder.resolve()) if private and folder is not None else "",
    )  # fmt: skip
    return header.made_with(here())


def here() -> dict[str, Any]:
    """Return what there is here, by the names that a header has for it."""
    from gradlab import __version__

    blas, threads = _blas()
    givers = sorted({one.giver for pairs in plugins.entries().values() for one, _ in pairs})
    return {"version": __version__, "blas": blas, "threads": threads, "cpu": _cpu(), "plugins": tuple(givers)}


def file_hash(path: Path) -> str:
    """Return the hash of a file. Raises GradlabError where it cannot be read."""
    found = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                found.update(piece)
    except OSError as error:
        raise GradlabError(f"error: cannot read `{path}`: {(error.strerror or str(error)).lower()}") from None
    return f"sha256:{found.hexdigest()}"


def array_hash(array: Array) -> str:
    """Return the hash of an array: of its dtype, its shape and its numbers."""
    whole = np.ascontiguousarray(array)
    found = hashlib.sha256(f"{whole.dtype.str} {whole.shape} ".encode())
    found.update(whole.tobytes())
    return f"sha256:{found.hexdigest()}"


def _name(source: str, *, private: bool) -> str:
    """Return what the scenario is called: its name on the shelf, else that of its file, whose folder is nobody's business."""
    if source.startswith("<"):
        return ""
    name = shelf.name_of(Path(source))
    return name if private or not Path(name).is_absolute() else Path(source).name


def _blas() -> tuple[str, int]:
    """Return the library that NumPy multiplies matrices with, and its threads."""
    from threadpoolctl import threadpool_info

    found = [one for one in threadpool_info() if one.get("user_api") == "blas"]
    found.sort(key=lambda one: "numpy" not in str(one.get("filepath", "")))
    if not found:
        return "", 1
    words = (found[0].get("internal_api"), found[0].get("version"), found[0].get("architecture"))
    return " ".join(str(word) for word in words if word), int(found[0].get("num_threads") or 1)


def _cpu() -> str:
    if sys.platform == "linux":
        try:
            with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as file:
                line = next((line for line in file if line.startswith("model name")), "")
                if line:
                    return line.partition(":")[2].strip()
        except OSError:
            pass
    return platform.processor() or platform.machine()
