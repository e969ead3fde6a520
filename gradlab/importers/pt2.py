"""Programs of PyTorch in a file, `torch.export.save(program, "model.pt2")`, and what else PyTorch writes, which is refused.

`torch.export.load` runs nothing of the model, but it unpickles: constants that are no plain arrays, weights of strange kinds
and, where they are more than tensors, the sample inputs; each of these can run any code. It evaluates expressions of dynamic
shapes, too. So a person has to say that the file is trusted.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from gradlab.errors import GradlabError
from gradlab.importers._importer import LOOK, Importer, ImportWish
from gradlab.importers.program import Program
from gradlab.scenario.bounds import MAX_MEMORY, mebibytes

_ENTRY = re.compile(rb"(?:[^/]+/)?(?:data/(?:weights|constants|sample_inputs)|models/|archive_|serialized_|version|data\.pkl)")
_SAVED = b"/data.pkl"


def begins_like_torch(head: bytes) -> bool:
    """Return whether a file with these first bytes is an archive whose first entry has a name that PyTorch gives."""
    return head[:4] == b"PK\x03\x04" and _ENTRY.match(head[30:]) is not None


def _count_weights(path: Path, memory: int) -> None:
    """Raise GradlabError, before anything is loaded, where weights and their gradients take more than is allowed."""
    try:
        with zipfile.ZipFile(path) as archive:
            size = 2 * sum(one.file_size for one in archive.infolist() if "/weights/" in f"/{one.filename}")
    except (zipfile.BadZipFile, OSError, ValueError):
        return  # PyTorch says what is wrong with it
    if size > memory:
        need, have = (f"{mebibytes(one)} MiB" for one in (size, memory))
        raise GradlabError(
            f"the weights in `{path}` and their gradients take {need}, allowed are {have}: --max-memory raises it"
        )


def _program(path: Path, wish: ImportWish) -> Program:
    """Return the program of a file. Raises GradlabError."""
    with path.open("rb") as file:
        if _SAVED in file.read(LOOK):
            raise GradlabError(
                f"`{path}` is by `torch.save`: it has weights, or a pickled module, and no program that could be read."
                " Write `torch.export.save(torch.export.export(model, args), 'model.pt2')`, or use `gradlab.snapshot` in Python"
            )
    if not wish.trust:
        raise GradlabError(
            f"`{path}` is a program of `torch.export`, and PyTorch unpickles constants and sample inputs in it: a file"
            " by a stranger could run any code. If you trust where it comes from, say `--trust`"
        )
    _count_weights(path, MAX_MEMORY if wish.memory is None else wish.memory)
    from gradlab.importers.torch.archive import program_of

    return program_of(path, wish)


IMPORTER = Importer("torch.export", begins_like_torch, _program)
