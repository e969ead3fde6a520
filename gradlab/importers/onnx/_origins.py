"""Where a node comes from, as the exporter of PyTorch writes it beside it: its module, and the line of the person's program."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any

from gradlab.importers.onnx._graph import text
from gradlab.importers.program import ProgramLine, package_path

SCOPES, TRACE = "pkg.torch.onnx.name_scopes", "pkg.torch.onnx.stack_trace"
LONGEST = 20_000
"""Characters of what is told that are read."""
_QUOTED = re.compile(r"'([^']*)'")
_FRAME = re.compile(r'File "([^"]{1,1000})", line (\d{1,9})')
OTHERS = ("/lib/python", "<")
"""What a path has in it of a file that is neither the person's nor of a package."""


def module_of(node: Any) -> str:
    """Return the path of the module that a node stands in: `h.0.attn`; "" for the outermost, and where nothing is told.

    What is told are the modules from the outermost on, and at the end the node itself.
    """
    scopes = _QUOTED.findall(_told(node, SCOPES))
    return re.sub(r"@\d+", "", scopes[-2]) if len(scopes) > 1 else ""


def line_of(node: Any) -> ProgramLine | None:
    """Return the innermost line of the person's program, or else of a package but PyTorch; None where nothing is told."""
    package: ProgramLine | None = None
    for file, line in reversed(_FRAME.findall(_told(node, TRACE))):
        path, within = file.replace("\\", "/"), package_path(file)
        if within:
            package = package or (None if within.startswith("torch/") else ProgramLine(within, int(line)))
        elif not any(one in path for one in OTHERS):
            return ProgramLine(PurePosixPath(path).name, int(line))
    return package


def _told(node: Any, key: str) -> str:
    return next((text(one.value)[-LONGEST:] for one in getattr(node, "metadata_props", ()) if one.key == key), "")
