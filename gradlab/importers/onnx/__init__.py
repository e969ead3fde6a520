"""Models of ONNX: what stands for each operation is a file of this package, see `MAPPINGS`.

The package `onnx` reads the files; it is an extra, and is imported when a model is read.
"""

from __future__ import annotations

from pathlib import Path

from gradlab.importers._importer import Importer, ImportWish
from gradlab.importers.onnx._graph import OnnxError
from gradlab.importers.onnx._reading import begins_like_onnx, read_file
from gradlab.importers.program import Program


def _program(path: Path, wish: ImportWish) -> Program:
    """Return the program of a file. Raises GradlabError."""
    from gradlab.importers.onnx._importing import imported

    program = imported(read_file(path, wish.memory), wish, path.stem).program
    if not program.items:
        raise OnnxError("the outputs of the model are the same for all data: there is nothing to run")
    return program


IMPORTER = Importer("onnx", begins_like_onnx, _program)
